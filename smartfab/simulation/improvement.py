"""The change whose gain is known: read from a dict, refused when it says anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from smartfab import clock
from smartfab.errors import PlantError
from smartfab.simulation.layout import DAY_START, TIMEZONE

Kind = Literal["cycle", "stops", "scrap"]
KINDS = ("cycle", "stops", "scrap")
_KEYS = {"at", "kind", "size"}


@dataclass(frozen=True, slots=True)
class Change:
    """From instant `at` [us] on, speed loss, unplanned stops or defects fall by the share `size` [1]."""

    at: int
    kind: Kind
    size: float


def read_change(improvement: Mapping[str, object] | None, start: int, end: int) -> Change | None:
    """Return the change `improvement` describes; it must begin inside [start, end).

    Parameters
    ----------
    improvement : mapping or None
        Keys at, kind and size.
    start, end : int
        Half-open window [us].

    Returns
    -------
    Change or None
        What changes, when, by how much.

    Raises
    ------
    PlantError
        If it says anything else.
    TimeError
        If `at` is no time.
    """
    if improvement is None:
        return None
    if not isinstance(improvement, Mapping) or set(improvement) != _KEYS:
        found = sorted(map(str, improvement)) if isinstance(improvement, Mapping) else type(improvement).__name__
        raise _refused(str(found), 'None or {"at": date, "kind": "cycle" | "stops" | "scrap", "size": 0…1}')
    kind, size = improvement["kind"], improvement["size"]
    faults = []
    if kind not in KINDS:
        faults.append(_refused(f"kind {kind!r}", f"one of {', '.join(KINDS)}"))
    if isinstance(size, bool) or not isinstance(size, (int, float, np.integer, np.floating)) or not 0 < size <= 1:
        faults.append(_refused(f"size {size!r}", "a share above 0 and at most 1, such as 0.03"))
    at = clock.instant(improvement["at"], tz=TIMEZONE, day_start=DAY_START, what="improvement['at']")
    if not start <= at < end:
        faults.append(_refused(f"at {clock.stamp(at)}", f"an instant from {clock.stamp(start)} to before {clock.stamp(end)}"))
    if faults:
        raise PlantError.of(faults, where="improvement")
    return Change(at, cast("Kind", kind), float(cast("float", size)))


def _refused(found: str, expected: str) -> PlantError:
    return PlantError(found, where="improvement", expected=expected, remedy="Correct the improvement.")
