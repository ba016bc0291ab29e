"""OEE while the shift runs: samples are pushed as they come, a snapshot is what the batch would say of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.data import PlantData
from smartfab.errors import InsufficientDataError
from smartfab.oee.account import time_account
from smartfab.oee.evaluation import evaluate
from smartfab.plant import Plant
from smartfab.tables import conform, empty


class LiveOEE:
    """The OEE of a plant's machines so far.

    Samples may come late, twice and out of order; the snapshot is the same as that of a batch over all of them.

    Parameters
    ----------
    plant : Plant
        What the signals mean.
    keep : str
        How long before the newest sample's production date samples are kept; of older ones only the last of each
        signal is. A snapshot cannot reach further back.

    Examples
    --------
    >>> import smartfab as sf
    >>> sim = sf.simulation.line(days=0.1)
    >>> live = sf.oee.LiveOEE(sim.plant)
    >>> live.push(sim.samples)
    >>> live.snapshot(by=["machine_id"])["machine_id"].tolist()
    ['Dryer01', 'Kiln01', 'Press01']
    """

    def __init__(self, plant: Plant, *, keep: str = "2D") -> None:
        self.plant = plant
        self._keep = clock.duration(keep, what="keep")
        self._samples = [empty("samples")]
        self._rows = 0

    def push(self, samples: pd.DataFrame) -> None:
        """Take in samples.

        Parameters
        ----------
        samples : DataFrame
            Table `samples`, any number of rows.

        Raises
        ------
        TableError
            If the samples are not in order with their declaration; then none of them is taken in.
        """
        self._samples.append(conform(samples, "samples", tz=self.plant.timezone))
        self._rows += len(samples)
        if self._rows > 200_000:
            self._samples = [self._trimmed()]
            self._rows = 0

    def snapshot(
        self, *, start: object = None, end: object = None, by: Sequence[str] = ("machine_id", "shift_id", "production_date")
    ) -> pd.DataFrame:
        """Return the OEE from `start` to `end`.

        Parameters
        ----------
        start : str, date or Timestamp, optional
            The beginning of the newest sample's production date unless given.
        end : str, date or Timestamp, optional
            Just after the newest sample unless given.
        by : sequence of str
            As in `evaluate`.

        Returns
        -------
        DataFrame
            Table `oee`.

        Raises
        ------
        InsufficientDataError
            If nothing was pushed yet, or `start` lies further back than samples are kept.
        """
        data, first, last = self._window(start, end)
        return evaluate(data, first, last, by=by)

    def account(self, *, start: object = None, end: object = None) -> pd.DataFrame:
        """Return the time account from `start` to `end`; its last row of a machine is what the machine does now.

        Parameters
        ----------
        start, end : str, date or Timestamp, optional
            As in `snapshot`.

        Returns
        -------
        DataFrame
            Table `account`.

        Raises
        ------
        InsufficientDataError
            As `snapshot`.
        """
        data, first, last = self._window(start, end)
        return time_account(data, first, last)

    def _window(self, start: object, end: object) -> tuple[PlantData, pd.Timestamp, pd.Timestamp]:
        samples = pd.concat(self._samples, ignore_index=True)
        if not len(samples):
            raise InsufficientDataError("no samples yet", where="LiveOEE", remedy="Push samples first.")
        newest = int(clock.micros(samples["ts"]).max())
        first = self._day_of(newest) if start is None else self._instant(start, "start")
        last = newest + 1 if end is None else self._instant(end, "end")
        if first < self._day_of(newest) - self._keep:
            raise InsufficientDataError(
                "samples that old are not kept", where="start", remedy="Use the store, or a longer keep=."
            )
        window = clock.stamp(first), clock.stamp(last)
        return PlantData.from_samples(samples, self.plant, *window), *window

    def _instant(self, value: object, what: str) -> int:
        return clock.instant(value, tz=self.plant.timezone, day_start=self.plant.day_start, what=what)

    def _day_of(self, newest: int) -> int:
        day = clock.production_date(np.array([newest]), self.plant.timezone, self.plant.day_start)[0]
        return self._instant(str(day.astype("datetime64[D]")), "day")

    def _trimmed(self) -> pd.DataFrame:
        samples = pd.concat(self._samples, ignore_index=True)
        ts = clock.micros(samples["ts"])
        old = ts < self._day_of(int(ts.max())) - self._keep
        newest_old = samples[old].sort_values("ts", kind="stable").drop_duplicates("signal_id", keep="last")
        return pd.concat([newest_old, samples[~old]], ignore_index=True)
