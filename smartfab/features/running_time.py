"""When a machine ran, by its states: what gates the windows, and how much of a window that was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.features.signal_streams import Stream
from smartfab.tables import conform


@dataclass(frozen=True)
class RunningTime:
    """The changes of one machine's state [us]: whether it runs from each of them on; before the first nobody knows."""

    ts: clock.Micros
    runs: npt.NDArray[np.bool_]

    def at(self, ts: clock.Micros) -> npt.NDArray[np.bool_]:
        """Return whether the machine ran at instants [us]."""
        place = np.searchsorted(self.ts, ts, side="right") - 1
        return np.asarray((place >= 0) & self.runs[place]) if len(self.ts) else np.zeros(len(ts), dtype=bool)

    def gated(self, stream: Stream) -> Stream:
        """Return the samples taken while the machine ran."""
        keep = self.at(stream.ts)
        return stream if keep.all() else Stream(stream.ts[keep], stream.value[keep])

    def share(self, cutoff: clock.Micros, width: int) -> npt.NDArray[np.float64]:
        """Return the running share of (cutoff − width, cutoff] [1]; later states are not looked at."""
        return (self._until(cutoff) - self._until(cutoff - width)) / width

    def _until(self, at: clock.Micros) -> npt.NDArray[np.float64]:
        if not len(self.ts):
            return np.zeros(len(at))
        length = np.where(self.runs[:-1], np.diff(self.ts), 0)
        whole = np.concatenate(([0], np.cumsum(length)))
        place = np.searchsorted(self.ts, at, side="right") - 1
        inside = np.where(self.runs[place], at - self.ts[place], 0)
        return np.where(place >= 0, whole[place] + inside, 0).astype(np.float64)


def running_times(states: pd.DataFrame, kinds: frozenset[str]) -> dict[str, RunningTime]:
    """Return when each machine was in one of some states.

    Parameters
    ----------
    states : DataFrame
        Table `states`.
    kinds : frozenset of str
        States that count as running.

    Returns
    -------
    dict of str to RunningTime
        By machine.

    Raises
    ------
    TableError
        If the table is not in order.
    """
    table = conform(states, "states")
    found = {}
    for machine, rows in table.groupby("machine_id", observed=True, sort=True):
        stream = in_state_order(clock.micros(rows["ts"]), rows["state"].isin(kinds).to_numpy())
        found[str(machine)] = stream
    return found


def in_state_order(ts: clock.Micros, runs: npt.NDArray[np.bool_]) -> RunningTime:
    """Return the states in order of time; of equal times the row given later holds."""
    order = np.argsort(ts, kind="stable")
    return RunningTime(ts[order], runs[order])
