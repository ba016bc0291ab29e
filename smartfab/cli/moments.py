"""Times as they are typed on the command line."""

from __future__ import annotations

import re

import pandas as pd

from smartfab import clock
from smartfab.errors import TimeError
from smartfab.plant import Plant

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def typed(text: str, plant: Plant, option: str) -> pd.Timestamp:
    """Return the instant somebody typed: a production date of the plant, or a time with its offset.

    Parameters
    ----------
    text : str
        ``2026-03-02`` is the instant that production date begins; a time of day needs its offset.
    plant : Plant
        Says zone and start of the production date.
    option : str
        Name of the option, for the error.

    Returns
    -------
    Timestamp
        In UTC.

    Raises
    ------
    TimeError
        If it is no time, or a time of day without offset.
    """
    if _DATE.fullmatch(text.strip()):
        return clock.stamp(clock.instant(text, tz=plant.timezone, day_start=plant.day_start, what=option))
    try:
        return clock.stamp(clock.instant(text, what=option))
    except TimeError as error:
        if "naive" not in error.found:
            raise
        raise TimeError(
            error.found,
            where=option,
            expected="a production date such as 2026-03-02, or a time with its offset",
            remedy=f"Write it as {_example(text, plant)}.",
        ) from error


def _example(text: str, plant: Plant) -> str:
    at = clock.instant(text, tz=plant.timezone, what="example")
    return clock.stamp(at).tz_convert(clock.zone(plant.timezone)).isoformat()
