"""A time axis as the plant's clock shows it."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from smartfab import clock
from smartfab.charts.wording import Lang

_AXIS: dict[Lang, str] = {"en": "Local time", "vi": "Giờ địa phương"}
_TICKS = ["%Y", "%m/%Y", "%d/%m", "%H:%M", "%H:%M", "%S.%f"]
_CORNER: dict[Lang, list[str]] = {
    "en": ["", "%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d %H:%M"],
    "vi": ["", "%Y", "%m/%Y", "%d/%m/%Y", "%d/%m/%Y", "%d/%m/%Y %H:%M"],
}


def time_axis(axes: Axes, lang: Lang, tz: str) -> None:
    """Mark the horizontal axis with times of a zone; the zone is named unless it is UTC.

    Parameters
    ----------
    axes : Axes
        Its x values are matplotlib dates.
    lang : {"en", "vi"}
        Language.
    tz : str
        IANA zone.
    """
    place = clock.zone(tz)
    locator = AutoDateLocator(tz=place, minticks=4, maxticks=10)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(concise(locator, lang, tz))
    axes.set_xlabel("UTC" if tz == "UTC" else f"{_AXIS[lang]} ({tz})")


def concise(locator: AutoDateLocator, lang: Lang, tz: str) -> ConciseDateFormatter:
    """Return how times and dates are written along an axis.

    Parameters
    ----------
    locator : AutoDateLocator
        Of the axis.
    lang : {"en", "vi"}
        Language.
    tz : str
        IANA zone.

    Returns
    -------
    ConciseDateFormatter
        What is common to all marks stands in the corner.
    """
    zeros = ["", *_TICKS[:-1]]
    return ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator, tz=clock.zone(tz), formats=_TICKS, zero_formats=zeros, offset_formats=_CORNER[lang]
    )
