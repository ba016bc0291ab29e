"""`counter_steps`: one cumulative counter → increments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.errors import TableError
from smartfab.findings import Finding, finding, merged
from smartfab.signals.counting import increments, remarks
from smartfab.tables import conform

__all__ = ["counter_steps"]


def counter_steps(
    ts: pd.Series | pd.DatetimeIndex | Sequence[object],
    value: pd.Series | npt.NDArray[Any] | Sequence[float | None],
    *,
    max_value: float | None = None,
    max_rate: float | None = None,
) -> pd.Series:
    """Return what each reading of a cumulative counter adds to the one before; gaps are never filled by guesses.

    A counter that falls was reset and counts on from zero, unless it may wrap (`max_value`) and the way over the top is
    possible: at `max_rate`, or, where that is not known, no more than half the range. A step faster than `max_rate` is
    a jump and adds nothing. Readings are put in order first; missing ones are left out; of different readings at one
    time the highest is taken.

    Parameters
    ----------
    ts : Series, DatetimeIndex or sequence of times
        Aware times, or ISO 8601 text with its zone.
    value : array-like of numbers
        Readings, in the counter's unit; whole numbers are exact up to 2**53.
    max_value : float, optional
        Highest reading before the counter wraps to 0, such as 4294967295 [1].
    max_rate : float, optional
        Fastest believable counting [1/s].

    Returns
    -------
    Series of float64
        Increments in the counter's unit by time (UTC), the first 0. ``attrs["findings"]`` names counter_reset,
        counter_wrap, counter_jump, counter_above_max, counter_missing and conflicting_samples.

    Raises
    ------
    TimeError
        If a time is naive.
    TableError
        If the lengths differ, a reading is no number, or a limit is not positive.

    Examples
    --------
    >>> import smartfab as sf
    >>> minutes = [f"2026-03-02T06:0{n}:00Z" for n in range(6)]
    >>> steps = sf.counts.counter_steps(minutes, [0, 10, 20, 20, 50, 10])
    >>> steps.sum(), steps.attrs["findings"][0]["code"]
    (np.float64(60.0), 'counter_reset')
    """
    for name, limit in (("max_value", max_value), ("max_rate", max_rate)):
        if limit is not None and not (np.isfinite(limit) and limit > 0):
            raise TableError(f"{limit!r}", where=name, expected="a positive number", remedy="Leave it out if it is not known.")
    if len(ts) != len(value):
        raise TableError(f"{len(ts)} times for {len(value)} values", where="counter_steps", expected="one time a value")
    given = pd.DataFrame({"ts": _column(ts), "value": _column(value)})
    table = conform(given, "samples", need=["ts"])
    findings: list[Finding] = table.attrs.get("findings", [])
    present = np.isfinite(table["value"].to_numpy())
    if not present.all():
        findings.append(finding("counter_missing", count=int((~present).sum())))
    times, readings = clock.micros(table["ts"])[present], table["value"].to_numpy()[present]
    order = np.lexsort((readings, times))
    times, readings = times[order], readings[order]
    twin = times[1:] == times[:-1]
    conflicts = np.unique(times[1:][twin & (readings[1:] != readings[:-1])])
    if len(conflicts):
        findings.append(finding("conflicting_samples", count=len(conflicts), first=clock.stamp(conflicts[0])))
    last = np.append(~twin, True)[: len(times)]
    times, readings = times[last], readings[last]
    step, event = increments(times, readings, max_value, max_rate)
    steps = pd.Series(step, index=clock.from_micros(times).rename("ts"), name="step")
    steps.attrs["findings"] = merged([*findings, *remarks("", times, readings, event, max_value)])
    return steps


def _column(values: pd.Series | pd.DatetimeIndex | npt.NDArray[Any] | Sequence[object]) -> pd.Series:
    """Return the values alone: an index of their own would align them with each other."""
    return pd.Series(values).reset_index(drop=True)
