"""store → report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartfab import clock
from smartfab.charts.wording import language
from smartfab.errors import SmartfabError
from smartfab.report.day import day_page
from smartfab.report.gathering import gathered
from smartfab.report.improvement import improvement_page
from smartfab.report.month import month_page
from smartfab.report.page import Report
from smartfab.report.shift import shift_page

if TYPE_CHECKING:
    from smartfab.improvements import Register
    from smartfab.plant import Plant
    from smartfab.store import Store

KINDS = ("shift", "day", "month", "improvement")


def build(
    store: Store,
    plant: Plant,
    start: object,
    end: object,
    *,
    kind: str = "month",
    lang: str = "vi",
    register: Register | None = None,
    improvement: str | None = None,
    by: str | None = None,
) -> Report:
    """Return a report of a window, with its coverage, every remark, and how each figure was made.

    "shift" is one page for the shift meeting: OEE, the longest stops, those nobody explained, NG, and a box to write in.
    "day" has every line, machine and shift. "month" has the trend, weeks from Monday on, losses, a map of machines by
    shift, and the improvements of a register. "improvement" has what was measured, with its evidence.

    Parameters
    ----------
    store : Store
        With the samples of the plant.
    plant : Plant
        What the signals mean.
    start, end : str, date or Timestamp
        Half-open window; bare dates are production dates of the plant.
    kind : {"shift", "day", "month", "improvement"}
        Which report.
    lang : {"vi", "en"}
        Language.
    register : Register, optional
        The register of improvements: of kinds "month" and "improvement", which needs it.
    improvement : str, optional
        Which one, for kind "improvement"; else all that were measured in the window.
    by : str, optional
        Who prints it.

    Returns
    -------
    Report
        One self-contained page.

    Raises
    ------
    SmartfabError
        If there is no such kind or language, or kind "improvement" has no register.
    RegisterError
        If there is no such improvement.
    TimeError
        If the window is not in order.
    StoreError
        If the store cannot be read.
    """
    if kind not in KINDS:
        raise SmartfabError(
            f"no report {kind!r}", where="kind", expected=f"one of: {', '.join(KINDS)}", remedy="Use one of these."
        )
    spoken = language(lang)
    first, last = clock.interval(start, end, tz=plant.timezone, day_start=plant.day_start)
    window = clock.stamp(first), clock.stamp(last)
    if kind == "improvement":
        if register is None:
            raise SmartfabError(
                "no register of improvements", where="register", expected="the register the gains were measured in",
                remedy='Give register=sf.improvements.Register("sqlite:///plant.db").',
            )  # fmt: skip
        return Report(improvement_page(store, plant, window, register, spoken, improvement=improvement, by=by))
    result = gathered(store, plant, window, by)
    if kind == "shift":
        return Report(shift_page(result, spoken))
    if kind == "day":
        return Report(day_page(result, spoken))
    return Report(month_page(result, spoken, register))
