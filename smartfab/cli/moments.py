"""Times as they are typed on the command line."""

from __future__ import annotations

import re

import pandas as pd

from smartfab import clock
from smartfab.errors import TimeError
from smartfab.plant import Plant

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ T]+(\d{1,2}:\d{2})")
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


def at_the_plant(text: str, plant: Plant, option: str) -> pd.Timestamp:
    """Return the instant somebody typed as it is read off the clock of the plant.

    Parameters
    ----------
    text : str
        ``2026-03-02 10:00`` or ``02/03/2026 10:00``; with an offset it is taken as it says.
    plant : Plant
        Says the zone.
    option : str
        Name of the option, for the error.

    Returns
    -------
    Timestamp
        In UTC.

    Raises
    ------
    TimeError
        If it is no time.
    """
    day_first = _DAY_FIRST.fullmatch(text.strip())
    written = f"{day_first[3]}-{int(day_first[2]):02}-{int(day_first[1]):02}T{day_first[4].zfill(5)}" if day_first else text
    return clock.stamp(clock.instant(written, tz=plant.timezone, day_start=plant.day_start, what=option))


def _example(text: str, plant: Plant) -> str:
    at = clock.instant(text, tz=plant.timezone, what="example")
    return clock.stamp(at).tz_convert(clock.zone(plant.timezone)).isoformat()
