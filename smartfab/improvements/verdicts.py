"""Which word a measurement earns, and which grade."""

from __future__ import annotations

from collections.abc import Iterable

from smartfab.improvements.estimation import Estimate
from smartfab.improvements.measurement import GRADES, Check, Grade, Status
from smartfab.improvements.request import Request
from smartfab.improvements.study import Study

_ENOUGH_CONTROLS = 3
_LOWEST = GRADES.index("C")


def status_of(low: float, high: float, request: Request) -> Status:
    """Return the word an interval earns; the gates have passed and the effect stands alone.

    Parameters
    ----------
    low, high : float
        Ends of the interval [y].
    request : Request
        With what was expected, and which way is better.

    Returns
    -------
    str
        gain_confirmed, loss_confirmed, no_detectable_effect or not_measurable_yet.
    """
    worst, best = sorted((request.sign * low, request.sign * high))
    if worst > 0:
        return "gain_confirmed"
    if best < 0:
        return "loss_confirmed"
    if request.expected is not None and best < abs(request.expected):
        return "no_detectable_effect"
    return "not_measurable_yet"


def grade_of(study: Study, checks: Iterable[Check]) -> Grade:
    """Return how much the design proves: one less for an underpowered plan, and for every check that did not pass.

    Parameters
    ----------
    study : Study
        With its method, its controls, and what the plan said.
    checks : iterable of Check
        Placebos and the like.

    Returns
    -------
    str
        A, B or C; D is for declared figures alone.
    """
    planned = study.request.planned
    before = planned is not None and not planned["retrospective"]
    best = _LOWEST
    if before and study.method == "switchback":
        best = GRADES.index("A")
    elif before and study.method == "controls" and len(study.controls) >= _ENOUGH_CONTROLS:
        best = GRADES.index("B")
    less = sum(not check.passed for check in checks)
    if planned is not None and planned["status"] == "underpowered":
        less += 1
    return GRADES[min(best + less, _LOWEST)]


def same_side(one: Estimate, other: Estimate) -> bool:
    """Return whether two intervals say the same about 0."""
    return (one.low > 0, one.high < 0) == (other.low > 0, other.high < 0)
