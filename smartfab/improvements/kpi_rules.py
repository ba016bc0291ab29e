"""What is known of a KPI beforehand: its denominator, what lies on the way to it, and which way is better."""

from __future__ import annotations

from collections.abc import Collection

RATIOS = ("availability", "performance", "quality", "oee", "ooe", "teep", "nee", "yield", "coverage")
"""Columns that lie in 0…1; effects on them are told in points."""

DENOMINATORS: dict[str, tuple[str, ...]] = {
    "oee": ("planned_s",),
    "availability": ("planned_s",),
    "performance": ("run_s",),
    "quality": ("total",),
    "yield": ("total",),
    "nee": ("planned_s",),
    "ooe": ("planned_s",),
    "teep": ("calendar_s",),
}
"""The weight that makes the average of a ratio's rows the ratio of the day."""

LESS_IS_BETTER = frozenset({
    "scrap", "rework", "unknown_s", "planned_stop_s", "breakdown_s", "setup_s", "idle_s", "blocked_starved_s", "minor_stop_s",
    "reduced_speed_s", "quality_s", "n_stops", "n_failures",
})  # fmt: skip
"""Columns where a fall is the gain, unless the caller says otherwise."""

_MADE_OF_PIECES = frozenset({
    "quality", "yield", "oee", "ooe", "teep", "nee", "oee_low", "oee_high", "good", "scrap", "rework", "quality_s",
    "good_ideal_s", "defect_code",
})  # fmt: skip
_MADE_OF_TIME = _MADE_OF_PIECES | LESS_IS_BETTER | frozenset({
    "availability", "performance", "run_s", "ideal_s", "total", "cycle_time_s", "reason_id", "loss", "category", "state",
})  # fmt: skip
_OF_PIECES = frozenset({"quality", "yield", "scrap", "rework", "quality_s"})


def mediators_among(y: str, columns: Collection[str]) -> list[str]:
    """Return the columns that a change acts through on its way to y, or that are made from y; none may be held constant.

    Adjusting for one of them takes away the very effect that is to be measured.

    Parameters
    ----------
    y : str
        The KPI; of one that is not known only the column itself is refused.
    columns : collection of str
        What is meant to be adjusted for.

    Returns
    -------
    list of str
        In the order given; y itself is always among them.

    References
    ----------
    Cinelli, Forney, Pearl: A crash course in good and bad controls. Sociological Methods & Research 53(3), 2024,
    doi:10.1177/00491241221099552.

    Examples
    --------
    >>> mediators_among("oee", ["shift_id", "breakdown_s"])
    ['breakdown_s']
    """
    forbidden = _MADE_OF_PIECES if y in _OF_PIECES else _MADE_OF_TIME if y in _MADE_OF_TIME else frozenset()
    return [name for name in columns if name == y or name in forbidden]
