"""Which points of a track break which rule, and the alarms that makes."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab._fast import run_rules as kernel
from smartfab.errors import TableError, TimeError
from smartfab.spc.readings import Array
from smartfab.spc.tracks import Track
from smartfab.tables import conform, empty

RuleSet = Literal["nelson", "western_electric"]
Positions = npt.NDArray[np.int64]

# A rule of the set → Nelson's number of the same rule; and how many points on one side are too many.
_SETS: dict[str, tuple[dict[int, int], int]] = {
    "nelson": ({rule: rule for rule in range(1, 9)}, 9),
    "western_electric": ({1: 1, 2: 5, 3: 6, 4: 2}, 8),
}
# Nelson's number → how many σ from the centre the line lies that was passed or kept within; trends have no line.
_LINES = {2: 0.0, 5: 2.0, 6: 1.0, 7: 1.0, 8: 1.0}


def chosen(rules: str) -> str:
    """Return `rules` if it is the name of a set."""
    if rules not in _SETS:
        raise TableError(repr(rules), where="rules", expected=" or ".join(map(repr, _SETS)), remedy="Use one of them.")
    return rules


def broken(track: Track, rules: str, *, runs: bool) -> dict[int, Positions]:
    """Return the positions that complete each rule of the set; without `runs`, of rule 1 alone."""
    numbers, one_side = _SETS[chosen(rules)]
    if not runs:
        return {1: np.flatnonzero((track.value > track.upper) | (track.value < track.lower))}
    fired = np.empty(len(track.value), np.uint8)
    kernel.run_rules(track.value, track.centre, track.std_error, track.lower, track.upper, one_side, fired)
    return {rule: np.flatnonzero(fired & (1 << (same - 1))) for rule, same in numbers.items()}


def alarms_of(track: Track, rules: str, *, runs: bool, index: pd.Index, source: str) -> pd.DataFrame:
    """Return one alarm for each unbroken stretch of points that break a rule."""
    if not isinstance(index, pd.DatetimeIndex):
        raise TimeError(
            f"points labelled by {type(index).__name__}", where="x.index", expected="times: an alarm has a start and an end",
            remedy="Give x as a Series with a DatetimeIndex.",
        )  # fmt: skip
    numbers, _ = _SETS[chosen(rules)]
    there = np.flatnonzero(~np.isnan(track.value))
    times = clock.micros(index)
    parts = [empty("alarms")]
    for rule, at in broken(track, rules, runs=runs).items():
        first, after = stretches(np.isin(there, at, assume_unique=True))
        begins = there[first]
        known = after < len(there)
        ends = clock.from_micros(times[there[np.where(known, after, 0)]]).where(known)
        columns = {
            "source": source, "start": clock.from_micros(times[begins]), "end": ends, "statistic": track.statistic,
            "value": track.value[begins], "limit": _line(track, begins, numbers[rule]), "rule": f"{rules}_{rule}",
            "acknowledged_by": None,
        }  # fmt: skip
        parts.append(pd.DataFrame(columns, index=range(len(begins))))
    return conform(pd.concat([part for part in parts if len(part)] or parts[:1]), "alarms")


def stretches(on: npt.NDArray[np.bool_]) -> tuple[Positions, Positions]:
    """First position of each run of True, and the first after it."""
    edges = np.diff(np.concatenate(([0], on.astype(np.int8), [0])))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def _line(track: Track, at: Positions, rule: int) -> Array:
    value, centre = track.value[at], track.centre[at]
    if rule == 1:
        return np.where(value > track.upper[at], track.upper[at], track.lower[at])
    if rule not in _LINES:
        return np.full(len(at), np.nan)
    side = np.where(value < centre, -1.0, 1.0)
    out: Array = centre + side * _LINES[rule] * track.std_error[at]
    return out
