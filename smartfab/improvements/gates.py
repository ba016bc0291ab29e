"""What must hold before there is a figure at all: enough periods on both sides, known shifts, every weekday, known products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab.findings import Finding, finding
from smartfab.improvements.adjustment import weekday
from smartfab.improvements.measurement import Check
from smartfab.improvements.moments import Grain
from smartfab.improvements.panel import Panel

Flags = npt.NDArray[np.bool_]

LEAST: dict[bool, tuple[int, int]] = {True: (28, 14), False: (12, 4)}
"""Periods before and after: of days, of longer periods."""
LEAST_BLOCKS = 14
_LEAST_KNOWN = 0.9
_MOST_LEFT_OUT = 0.1
_STRAY = 0.1
_LEAST_DOF = 3


@dataclass(frozen=True)
class Weekdays:
    """The periods whose weekday stands on both sides, the share of days lost on the worse side, and a finding."""

    used: Flags
    lost: float
    findings: tuple[Finding, ...] = ()


def in_both(panel: Panel, used: Flags, grain: Grain) -> Weekdays:
    """Return the used periods without those of a weekday that only one side knows.

    A stray Sunday is left out; a weekday that is more than a tenth of its side's days is a gate that fails.
    """
    if grain != "D":
        return Weekdays(used, 0.0)
    day = weekday(panel.period)
    sides = [used & panel.baseline, used & ~panel.baseline]
    sets = [set(day[side].tolist()) for side in sides]
    alone = sorted(sets[0] ^ sets[1])
    if not alone or not all(side.any() for side in sides):
        return Weekdays(used, 0.0)
    stray = np.isin(day, alone)
    lost = max(float(stray[side].mean()) for side in sides)
    note = finding("weekday_on_one_side", "", int((stray & used).sum()), weekdays=[k + 1 for k in alone])
    return Weekdays(used & ~stray, lost, (note,))


def judged(panel: Panel, used: Flags, grain: Grain, weekdays: Weekdays, *, dof: int, begin: int | None) -> tuple[Check, ...]:
    """Return what had to hold, each with what was found and what is needed.

    Parameters
    ----------
    panel : Panel
        Means and counts.
    used : ndarray of bool
        The periods that enter.
    grain : str
        Length of a period.
    weekdays : Weekdays
        From `in_both`.
    dof : int
        Periods less columns [1].
    begin : int or None
        Period a switchback begins: from then on blocks are counted in place of the two windows; None for other designs.

    Returns
    -------
    tuple of Check
        All of them; where one has not passed there is no figure.
    """
    before, after = used & panel.baseline, used & ~panel.baseline
    found: list[Check] = []

    def at_least(name: str, value: float, limit: float) -> None:
        found.append(Check(name, float(value), float(limit), bool(value >= limit)))

    def at_most(name: str, value: float, limit: float) -> None:
        found.append(Check(name, float(value), float(limit), bool(value <= limit)))

    if begin is not None:
        for name, state in (("blocks_on", panel.exposure > 0.5), ("blocks_off", panel.exposure <= 0.5)):
            at_least(name, int((used & state & (panel.period >= begin)).sum()), LEAST_BLOCKS)
    else:
        least = LEAST[grain == "D"]
        at_least("baseline_periods", int(before.sum()), least[0])
        at_least("reporting_periods", int(after.sum()), least[1])
    for name, side in (("known_before", panel.baseline), ("known_after", ~panel.baseline)):
        planned = int(panel.planned[side].sum())
        at_least(name, panel.known[side].sum() / planned if planned else 0.0, _LEAST_KNOWN)
    if grain == "D":
        at_most("weekdays_on_one_side", weekdays.lost, _STRAY)
    at_most("product_without_baseline", panel.left_out, _MOST_LEFT_OUT)
    at_least("degrees_of_freedom", dof, _LEAST_DOF)
    return tuple(found)
