"""A counter's readings → the steps between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from smartfab import clock
from smartfab._fast import counters
from smartfab.findings import Finding, finding
from smartfab.signals.readings import Floats

__all__ = ["Events", "Gaps", "increments", "remarks"]

Events = npt.NDArray[np.int8]
"""What happened at a reading: 0, or one of the kernel's RESET, WRAP and JUMP."""

Gaps = tuple[clock.Micros, clock.Micros]

_CODES = {"counter_reset": counters.RESET, "counter_wrap": counters.WRAP, "counter_jump": counters.JUMP}


def increments(
    ts: clock.Micros, value: Floats, max_value: float | None = None, max_rate: float | None = None
) -> tuple[Floats, Events]:
    """Return what each reading adds to the one before; the first adds nothing.

    Parameters
    ----------
    ts : ndarray of int64
        Times, rising [us].
    value : ndarray of float64
        Finite readings [1].
    max_value : float, optional
        Highest reading before the counter wraps to 0 [1].
    max_rate : float, optional
        Fastest believable counting [1/s].

    Returns
    -------
    step : ndarray of float64
        Increments [1].
    event : ndarray of int8
        What happened to the counter.
    """
    step, event = np.zeros(len(ts)), np.zeros(len(ts), dtype=np.int8)
    counters.counter_steps(
        np.ascontiguousarray(ts),
        np.ascontiguousarray(value),
        np.nan if max_value is None else max_value,
        np.nan if max_rate is None else max_rate,
        step,
        event,
    )
    return step, event


def remarks(
    where: str, ts: clock.Micros, value: Floats, event: Events, max_value: float | None = None, gaps: Gaps | None = None
) -> list[Finding]:
    """Return findings on what happened to a counter.

    Parameters
    ----------
    where : str
        Its signal_id.
    ts, value : ndarray
        As `increments` took them [us].
    event : ndarray of int8
        As `increments` returned it.
    max_value : float, optional
        Highest reading before the counter wraps to 0 [1].
    gaps : tuple of ndarray, optional
        Start and end of the gaps in which the counter was not read [us].

    Returns
    -------
    list of Finding
        At most one of each kind: counter_reset, counter_wrap, counter_jump, counter_above_max, counter_reset_in_gap
        (what was counted before the reset is lost, and nobody knows how much).
    """
    told = []
    for code, which in _CODES.items():
        at = np.flatnonzero(event == which)
        if len(at):
            first = int(at[0])
            told.append(finding(code, where, len(at), first=clock.stamp(ts[first]), was=value[first - 1], now=value[first]))
    reset = np.flatnonzero(event == counters.RESET)
    if gaps is not None and len(gaps[0]) and len(reset):
        began, ended = ts[reset - 1][:, None], ts[reset][:, None]
        hidden = reset[((gaps[0] < ended) & (gaps[1] > began)).any(axis=1)]
        if len(hidden):
            told.append(finding("counter_reset_in_gap", where, len(hidden), first=clock.stamp(ts[hidden[0]])))
    above = value > max_value if max_value is not None else np.zeros(0, dtype=bool)
    if above.any():
        told.append(finding("counter_above_max", where, int(above.sum()), max_value=max_value, seen=value.max()))
    return told
