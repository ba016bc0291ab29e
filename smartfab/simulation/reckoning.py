"""The exact truth of a simulated line, in whole microseconds, reckoned from what happened and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypedDict

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.clock import SECOND, Micros
from smartfab.errors import TimeError
from smartfab.simulation.history import History, MachineHistory
from smartfab.simulation.improvement import Kind
from smartfab.simulation.layout import DAY_START, MICRO_STOP_S, NO_REASON, PRODUCTS, TIMEZONE, constraint_of
from smartfab.simulation.machine_time import BLOCKED, CLEANING, IDLE, OFF, RUNNING, SETUP, STARVED, STOPPED
from smartfab.simulation.process_values import DefectCause, defect_cause
from smartfab.simulation.working_time import BREAK, NO_SHIFT

BUCKETS = ("no_shift", "planned_stop", "breakdown", "setup", "idle", "blocked_starved", "minor_stop", "run")
_BUCKET_OF = {CLEANING: 1, STOPPED: 2, SETUP: 3, IDLE: 4, OFF: 4, BLOCKED: 5, STARVED: 5, RUNNING: 7}
_MINOR = 6
_SECONDS = (
    "calendar", "no_shift", "planned_stop", "unknown", "planned", "breakdown", "setup", "idle", "blocked_starved", "minor_stop",
    "run", "ideal", "good_ideal", "reduced_speed", "quality",
)  # fmt: skip


class Gain(TypedDict):
    """What the improvement was worth: the line's OEE from `at` to the end, with it and without it, same draws."""

    at: pd.Timestamp
    kind: Kind
    size: float
    kpi: str
    oee_with: float
    oee_without: float
    gain: float


class Truth:
    """What a simulated line really did in a window; nothing is estimated and nothing is `unknown`.

    Time is booked by the state the machine was in, breaks as planned stop. A stop counts as a minor stop when its whole
    length is at most 5 min and no reason names it; a stop that the line's end, a break or a shift's gap cuts is as long
    as it was until then. Pieces are booked where they were counted.

    Parameters
    ----------
    history : History
        What happened.
    start, end : int
        Half-open window [us].
    baseline : callable, optional
        Gives the truth of the same line without its improvement.
    """

    def __init__(self, history: History, start: int, end: int, baseline: Callable[[], Truth] | None = None) -> None:
        self._history = history
        self._lo, self._hi = start, end
        self._baseline = baseline

    def __repr__(self) -> str:
        return f"Truth({self.start} … {self.end}, oee={self.oee:.4f})"

    @property
    def start(self) -> pd.Timestamp:
        """First instant of the window."""
        return clock.stamp(self._lo)

    @property
    def end(self) -> pd.Timestamp:
        """First instant after the window."""
        return clock.stamp(self._hi)

    def between(self, start: object, end: object) -> Truth:
        """Return the truth of a part of the line's time; stops keep the length they have as a whole.

        Parameters
        ----------
        start, end : str, date or Timestamp
            Half-open window inside the line's own; bare dates are production dates.

        Returns
        -------
        Truth
            Of that window; its `gain` is None.

        Raises
        ------
        TimeError
            If the window is empty, or reaches beyond the line's time.
        """
        lo, hi = clock.interval(start, end, tz=TIMEZONE, day_start=DAY_START)
        if lo < self._lo or hi > self._hi:
            raise TimeError(
                f"{clock.stamp(lo)} … {clock.stamp(hi)}",
                where="between",
                expected=f"a window inside {self.start} … {self.end}",
                remedy="Choose a smaller window, or simulate more days.",
            )
        return Truth(self._history, lo, hi)

    @cached_property
    def losses(self) -> pd.DataFrame:
        """Seconds [s] by machine, production date and shift: the seconds columns of the `oee` table, exact to the us.

        Time outside shifts has rows of its own, with a null shift_id.
        """
        keys, groups = self._rows
        return pd.concat([keys, _seconds(self._time[groups], *(x[groups] for x in self._ideal))], axis=1)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Pieces total, good, scrap, rework [1] in the rows of `losses`."""
        keys, groups = self._rows
        return pd.concat([keys, _pieces(self._tally.sum(axis=2)[groups])], axis=1)

    @cached_property
    def machines(self) -> pd.DataFrame:
        """One row a machine, in the order of the flow: seconds [s], pieces [1] and the ratios of OEE [1] of the window."""
        ids = pd.DataFrame({"machine_id": pd.Series([m.kind.id for m in self._history.machines], dtype="str")})
        ideal, good_ideal = self._ideal
        seconds = _seconds(self._time.sum(axis=1), ideal.sum(axis=1), good_ideal.sum(axis=1))
        frame = pd.concat([ids, seconds, _pieces(self._tally.sum(axis=(1, 2)))], axis=1)
        up = frame["run_s"] + frame["minor_stop_s"]
        frame["availability"] = _ratio(up, frame["planned_s"])
        frame["performance"] = _ratio(frame["ideal_s"], up)
        frame["quality"] = _ratio(frame["good_ideal_s"], frame["ideal_s"])
        frame["oee"] = _ratio(frame["good_ideal_s"], frame["planned_s"])
        return frame

    @cached_property
    def oee(self) -> float:
        """OEE of the line [1]: good pieces at the exit × ideal cycle of the constraint / planned time of the constraint."""
        slowest = constraint_of(tuple(m.kind for m in self._history.machines))
        good = self._tally[-1, :, :, 0].sum(axis=0)
        planned = int(self._time[slowest, :, 2:].sum())
        return int(good @ _ideal_micros(self._history.machines[slowest])) / planned if planned else float("nan")

    @property
    def defect_cause(self) -> DefectCause:
        """Which signal causes defects, and by which rule."""
        return defect_cause(self._history.machines[0].kind)

    @cached_property
    def gain(self) -> Gain | None:
        """What the improvement was worth, exactly; None without improvement. The line is run once more to know it."""
        change = self._history.change
        if change is None or self._baseline is None:
            return None
        window = (clock.stamp(change.at), self.end)
        after, before = self.between(*window).oee, self._baseline().between(*window).oee
        return Gain(
            at=window[0], kind=change.kind, size=change.size, kpi="oee", oee_with=after, oee_without=before, gain=after - before
        )  # fmt: skip

    @cached_property
    def _time(self) -> Micros:
        """Time [us] by machine, group of the calendar and bucket."""
        history = self._history
        table = np.zeros((len(history.machines), len(history.cells.groups), len(BUCKETS)), np.int64)
        for m, machine in enumerate(history.machines):
            inside = np.minimum(machine.time.hi, self._hi) - np.maximum(machine.time.lo, self._lo)
            np.add.at(table[m], (history.cells.group[machine.time.cell], _buckets(history, machine)), np.maximum(inside, 0))
        return table

    @cached_property
    def _tally(self) -> Micros:
        """Pieces by machine, group, product and outcome."""
        history = self._history
        table = np.zeros((len(history.machines), len(history.cells.groups), len(PRODUCTS), 3), np.int64)
        for m, machine in enumerate(history.machines):
            made = machine.pieces
            inside = (made.counted >= self._lo) & (made.counted < self._hi)
            np.add.at(table[m], (history.cells.group[made.cell[inside]], made.product[inside], made.outcome[inside]), 1)
        return table

    @cached_property
    def _ideal(self) -> tuple[Micros, Micros]:
        """Ideal time of all and of the good pieces [us] by machine and group."""
        ideal = np.array([_ideal_micros(machine) for machine in self._history.machines])
        of_all = np.einsum("mgpo,mp->mg", self._tally, ideal)
        return of_all, np.einsum("mgp,mp->mg", self._tally[..., 0], ideal)

    @cached_property
    def _rows(self) -> tuple[pd.DataFrame, tuple[Micros, Micros]]:
        """The keys of each row, and where it stands: machine and group; only groups with time in the window."""
        machine, group = np.nonzero(self._time.sum(axis=2))
        groups = [self._history.cells.groups[g] for g in group]
        keys = pd.DataFrame(
            {
                "machine_id": pd.Series([self._history.machines[m].kind.id for m in machine], dtype="str"),
                "shift_id": pd.Series([shift for shift, _ in groups], dtype="str"),
                "production_date": pd.Series([date for _, date in groups]).astype("datetime64[us]"),
            }
        )
        return keys, (machine, group)


def _buckets(history: History, machine: MachineHistory) -> Micros:
    time = machine.time
    lookup = np.zeros(max(_BUCKET_OF) + 1, np.int64)
    lookup[list(_BUCKET_OF)] = list(_BUCKET_OF.values())
    minor = (time.state == STOPPED) & (time.reason == NO_REASON) & (time.whole <= MICRO_STOP_S * SECOND)
    kind = history.cells.kind[time.cell]
    return np.select([kind == NO_SHIFT, kind == BREAK, minor], [0, 1, _MINOR], lookup[time.state])


def _ideal_micros(machine: MachineHistory) -> Micros:
    return np.array([round(ideal * SECOND) for ideal in machine.kind.ideal_s], np.int64)


def _seconds(time: Micros, ideal: Micros, good_ideal: Micros) -> pd.DataFrame:
    booked = dict(zip(BUCKETS, time.T, strict=True))
    calendar, planned = time.sum(axis=1), time[:, 2:].sum(axis=1)
    up = booked["run"] + booked["minor_stop"]
    every = {
        **booked,
        "calendar": calendar,
        "planned": planned,
        "unknown": np.zeros_like(calendar),
        "ideal": ideal,
        "good_ideal": good_ideal,
        "reduced_speed": up - ideal,
        "quality": ideal - good_ideal,
    }
    return pd.DataFrame({f"{name}_s": every[name] / SECOND for name in _SECONDS})


def _pieces(tally: Micros) -> pd.DataFrame:
    names = {"total": tally.sum(axis=1), "good": tally[:, 0], "scrap": tally[:, 1], "rework": tally[:, 2]}
    return pd.DataFrame({name: pieces.astype(np.float64) for name, pieces in names.items()})


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole != 0)
