"""UTC inside, the plant's zone at the edges; half-open [start, end) intervals; production dates.

Inside smartfab a time is an int64 number of microseconds since 1970-01-01T00:00Z; in public tables it is
``datetime64[us, UTC]``. A production date is a naive midnight (``datetime64[us]``) naming a working day of the
plant, which begins at the plant's ``day_start``.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.errors import TimeError
from smartfab.wall_clock import first_shown, wall

__all__ = [
    "DAY", "SECOND", "UTC_DTYPE", "Micros", "clock_time", "duration", "first_shown", "from_micros", "instant", "interval",
    "micros", "present", "production_date", "stamp", "wall", "zone",
]  # fmt: skip

Micros = npt.NDArray[np.int64]
UTC_DTYPE = pd.DatetimeTZDtype("us", "UTC")
SECOND = 1_000_000
DAY = 86_400 * SECOND
_TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|24:00")
_DAYS = re.compile(r"(?<![A-Za-z])d(?![A-Za-z])")  # "7d", which pandas wants to be written "7D"
_BARE_NUMBER = re.compile(r"\s*[+-]?[\d.]+\s*")


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone called `name`.

    Parameters
    ----------
    name : str
        Such as ``Asia/Ho_Chi_Minh``.

    Returns
    -------
    ZoneInfo
        The zone.

    Raises
    ------
    TimeError
        If there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise TimeError(
            f"no time zone {name!r}", expected="an IANA name such as 'Asia/Ho_Chi_Minh'", remedy="Correct the name."
        ) from error


def micros(times: pd.Series | pd.DatetimeIndex) -> Micros:
    """Return the microseconds since the epoch of aware times; NaT is the smallest int64.

    Parameters
    ----------
    times : Series or DatetimeIndex of datetime64[us, UTC]
        Times.

    Returns
    -------
    ndarray of int64
        Microseconds [us].
    """
    utc = times.dt.tz_convert("UTC") if isinstance(times, pd.Series) else times.tz_convert("UTC")
    return utc.to_numpy(dtype="datetime64[us]").view(np.int64)


def from_micros(values: Micros) -> pd.DatetimeIndex:
    """Return the UTC times of microseconds since the epoch.

    Parameters
    ----------
    values : ndarray of int64
        Microseconds [us].

    Returns
    -------
    DatetimeIndex of datetime64[us, UTC]
        Times.
    """
    return pd.DatetimeIndex(np.ascontiguousarray(values).view("datetime64[us]")).tz_localize("UTC")


def stamp(value: int) -> pd.Timestamp:
    """Return one instant as a UTC Timestamp.

    Parameters
    ----------
    value : int
        Microseconds since the epoch [us].

    Returns
    -------
    Timestamp
        In UTC.
    """
    return pd.Timestamp(value, unit="us", tz="UTC")


def present() -> pd.Timestamp:
    """Return this moment, for what people enter; stages never ask for it.

    Returns
    -------
    Timestamp
        In UTC, whole microseconds.
    """
    return pd.Timestamp(dt.datetime.now(dt.UTC))


def duration(value: str | float | dt.timedelta | None, *, what: str) -> int:
    """Return a length of time in microseconds.

    Parameters
    ----------
    value : str, number, timedelta or None
        ``"5min"``, ``"250ms"``, a number of seconds [s], or None for 0. A text needs a unit, unless it says ``"0"``.
    what : str
        Name of the argument, for the error.

    Returns
    -------
    int
        Microseconds [us].

    Raises
    ------
    TimeError
        If it is no length of time, or negative.
    """
    if value is None or value == "0":
        return 0
    length = _length(value)
    if length is None or not 0 <= length < 2**63:
        raise TimeError(f"{value!r}", where=what, expected="a duration such as '5min', '90s' or seconds")
    return length


def _length(value: str | float | dt.timedelta) -> int | None:
    if isinstance(value, bool) or (isinstance(value, str) and _BARE_NUMBER.fullmatch(value)):
        return None  # pandas reads "5" as 5 ns
    try:
        if isinstance(value, (int, float, np.number)):
            return round(float(value) * SECOND)
        length = _DAYS.sub("D", value) if isinstance(value, str) else value
        return int(pd.Timedelta(length).as_unit("us").asm8.view("int64"))
    except (ValueError, TypeError, OverflowError):
        return None


def clock_time(text: str) -> dt.time:
    """Return the wall-clock time written as ``HH:MM`` or ``HH:MM:SS``; ``24:00`` is midnight.

    Parameters
    ----------
    text : str
        Wall-clock time.

    Returns
    -------
    time
        Without zone.

    Raises
    ------
    TimeError
        If it is no time of day.
    """
    if not isinstance(text, str) or not _TIME_OF_DAY.fullmatch(text):
        raise TimeError(f"{text!r}", expected="a time of day such as '06:00'")
    return dt.time() if text == "24:00" else dt.time.fromisoformat(text)


def instant(value: object, *, tz: str | None = None, day_start: str = "00:00", what: str) -> int:
    """Return one instant from what a user may write.

    Parameters
    ----------
    value : str, date, datetime or Timestamp
        An aware time; or a naive one, read in `tz`; or a bare date, which is a production date of the plant and
        stands for the instant that date begins.
    tz : str, optional
        IANA zone of the plant.
    day_start : str
        Wall-clock time a production date begins.
    what : str
        Name of the argument, for the error.

    Returns
    -------
    int
        Microseconds since the epoch [us].

    Raises
    ------
    TimeError
        If it is no time, or naive while no zone is given.
    """
    stamp = _read(value)
    if stamp is None:
        raise TimeError(f"{value!r}", where=what, expected="a date or an ISO 8601 time")
    if stamp.tzinfo is not None:
        return int(stamp.as_unit("us").asm8.view("int64"))
    if tz is None:
        raise TimeError(
            f"naive time {value!r}",
            where=what,
            expected="a time with its zone",
            remedy="Write the offset, as in 2026-03-02T06:00+07:00, or give tz=.",
        )
    bare = len(value.strip()) <= len("2026-03-02") if isinstance(value, str) else not isinstance(value, dt.datetime)
    try:
        return wall(stamp.date(), clock_time(day_start) if bare else stamp.time(), zone(tz))
    except OverflowError as error:
        raise TimeError(f"{value!r}", where=what, expected="a time between the years 1 and 9999") from error


def _read(value: object) -> pd.Timestamp | None:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())  # pandas also reads "now", and 03/02 as 2 March
        except ValueError:
            return None
    return pd.Timestamp(value) if isinstance(value, dt.date) and not pd.isna(value) else None


def interval(start: object, end: object, *, tz: str | None = None, day_start: str = "00:00") -> tuple[int, int]:
    """Return the half-open interval [start, end).

    Parameters
    ----------
    start, end : as `instant` reads them
        A bare date as `end` is exclusive too.
    tz : str, optional
        IANA zone of the plant.
    day_start : str
        Wall-clock time a production date begins.

    Returns
    -------
    tuple of int
        Microseconds since the epoch [us].

    Raises
    ------
    TimeError
        If the interval is reversed or empty.
    """
    first = instant(start, tz=tz, day_start=day_start, what="start")
    last = instant(end, tz=tz, day_start=day_start, what="end")
    if last <= first:
        raise TimeError(f"end {end!s} is not after start {start!s}", where="end", expected="end > start")
    return first, last


def production_date(times: Micros, tz: str, day_start: str) -> npt.NDArray[np.datetime64]:
    """Return the production date each instant lies in: the last one whose `day_start` the wall clock has shown.

    Parameters
    ----------
    times : ndarray of int64
        Instants [us].
    tz : str
        IANA zone of the plant.
    day_start : str
        Wall-clock time a production date begins.

    Returns
    -------
    ndarray of datetime64[us]
        Midnights without zone, naming production dates.
    """
    begin = clock_time(day_start)
    shift = np.timedelta64((begin.hour * 3600 + begin.minute * 60 + begin.second) * SECOND, "us")
    local = from_micros(times).tz_convert(zone(tz)).tz_localize(None).to_numpy(dtype="datetime64[us]")
    days: npt.NDArray[np.datetime64] = (local - shift).astype("datetime64[D]")
    if len(days):
        # Where the clock is set back over day_start, what follows the first showing belongs to the new date.
        nights: npt.NDArray[np.datetime64] = np.arange(days.min(), days.max() + 2, dtype="datetime64[D]")
        starts = first_shown(nights + np.timedelta64(1, "D") + shift, zone(tz))
        days = days + (times >= starts[(days - days.min()).astype(np.int64)])
    return days.astype("datetime64[us]")
