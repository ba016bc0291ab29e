"""A line whose truth is known: its tables, its samples, and what really happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.data import PlantData
from smartfab.errors import PlantError, TimeError
from smartfab.plant import Plant
from smartfab.simulation.history import History, make_history
from smartfab.simulation.improvement import read_change
from smartfab.simulation.layout import DAY_START, TIMEZONE, build_plant, machine_kinds
from smartfab.simulation.reckoning import Truth
from smartfab.simulation.records import make_data, make_parts
from smartfab.simulation.tags import read_samples

_Improvement = Mapping[str, object] | None
_MOST_DAYS = 3660


class SimulatedLine:
    """One line over some days, as `line` makes it. Tables are made when first asked for, then kept.

    Parameters
    ----------
    history : History
        What happened.
    plant : Plant
        The line's plant, without endpoint and security.
    truth : Truth
        The exact figures of the whole time.
    """

    def __init__(self, history: History, plant: Plant, truth: Truth) -> None:
        self._history = history
        self.plant = plant
        self.truth = truth

    def __repr__(self) -> str:
        ids = " → ".join(machine.kind.id for machine in self._history.machines)
        return f"SimulatedLine({ids}, {self.start} … {self.end})"

    @property
    def start(self) -> pd.Timestamp:
        """First instant of the line's time, in UTC."""
        return clock.stamp(self._history.start)

    @property
    def end(self) -> pd.Timestamp:
        """First instant after the line's time, in UTC."""
        return clock.stamp(self._history.end)

    @cached_property
    def samples(self) -> pd.DataFrame:
        """Table `samples` in the order of (ts, signal_id): a row is a change; each signal's first is before `start`."""
        return read_samples(self._history)

    @cached_property
    def data(self) -> PlantData:
        """States, counts, shifts, products, reasons and machines, made from what happened and not from `samples`."""
        return make_data(self._history, self.plant)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Table `parts`: a row a piece and machine; rework is labelled a defect; labels become known minutes later."""
        return make_parts(self._history)


def line(
    *, days: float = 1, seed: int = 1, machines: int = 3, improvement: _Improvement = None, start: str | dt.date = "2026-03-02"
) -> SimulatedLine:
    """Simulate a line of machines in series whose truth is known to the microsecond; a seed fixes everything.

    Three shifts with breaks from Monday to Saturday, product changes, breakdowns with reasons, micro-stops, slow cycles,
    finite buffers, scrap and rework, counters that wrap and reset, and one process value whose excursions cause defects.
    A longer line of the same seed begins like a shorter one; at its very end a stop is as long as it has lasted.

    Parameters
    ----------
    days : float
        Length, in days of 24 h from the start of a production date (06:00) [d].
    seed : int
        Not negative; the same seed gives the same line, bit for bit.
    machines : int
        1 to 99 [1]: tile press, dryer, kiln, then further stations.
    improvement : mapping, optional
        ``{"at": date or time, "kind": "cycle" | "stops" | "scrap", "size": 0…1}``: for pieces taken up from then on, the time
        lost to slow cycles, the length of unplanned stops, or the risk of defects falls by that share [1].
    start : str or date
        First production date.

    Returns
    -------
    SimulatedLine
        With plant, samples, data, parts, truth, start and end.

    Raises
    ------
    TimeError
        If `days` is not above 0 and at most 3660, or `start` is not a date.
    PlantError
        If another argument is not as described.

    Examples
    --------
    >>> import smartfab as sf
    >>> sim = sf.simulation.line(days=0.05, seed=1)
    >>> sim.truth.machines["machine_id"].tolist()
    ['Press01', 'Dryer01', 'Kiln01']
    """
    kinds = machine_kinds(machines)
    _check_seed(seed)
    first, last = _window(days, start)
    change = read_change(improvement, first, last)
    history = make_history(kinds, seed, first, last, change)
    truth = Truth(history, first, last, baseline=lambda: Truth(make_history(kinds, seed, first, last, None), first, last))
    return SimulatedLine(history, build_plant(kinds), truth)


def _check_seed(seed: int) -> None:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise PlantError(f"{seed!r}", where="seed", expected="a whole number, not negative", remedy="Correct it.")


def _window(days: float, start: str | dt.date) -> tuple[int, int]:
    number = isinstance(days, (int, float, np.integer, np.floating)) and not isinstance(days, bool)
    if not number or not 1 / clock.DAY <= days <= _MOST_DAYS:
        expected = f"a number of days above 0 and at most {_MOST_DAYS}"
        raise TimeError(f"{days!r}", where="days", expected=expected, remedy="Correct it.")
    first = clock.instant(start, tz=TIMEZONE, day_start=DAY_START, what="start")
    local = clock.stamp(first).tz_convert(TIMEZONE)
    if local.strftime("%H:%M:%S.%f") != f"{DAY_START}:00.000000":
        raise TimeError(f"{start!r}", where="start", expected="a production date such as '2026-03-02'", remedy="Give a date.")
    return first, first + round(float(days) * clock.DAY)
