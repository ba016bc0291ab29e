"""When a row is, on one axis of whole microseconds: its production date, or its start as an instant; and its period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.column_types import Reading, read_column
from smartfab.errors import TableError, TimeError

Axis = Literal["date", "instant"]
Grain = Literal["D", "W", "ME", "QE", "YE"]
GRAINS: dict[str, Grain] = {
    "D": "D", "W": "W", "W-MON": "W", "M": "ME", "ME": "ME", "MS": "ME", "Q": "QE", "QE": "QE", "QS": "QE", "Y": "YE",
    "YE": "YE", "YS": "YE", "A": "YE",
}  # fmt: skip
"""What may be written → the length of a period: a day, a week from Monday, a month, a quarter, a year."""

_HALF_DAY = clock.DAY // 2


@dataclass(frozen=True)
class Moment:
    """A production date, or an instant, as the caller gave it."""

    axis: Axis
    micros: int

    @property
    def date(self) -> dt.date:
        """Its calendar date, in UTC where it is an instant."""
        return clock.stamp(self.micros).date()

    @property
    def text(self) -> str:
        """ISO text that `read_moment` reads back."""
        at = clock.stamp(self.micros)
        return at.strftime("%Y-%m-%d") if self.axis == "date" else at.isoformat().replace("+00:00", "Z")

    def on(self, axis: Axis, tz: str | None) -> int:
        """Return the first place on an axis that lies at or after the moment; on the axis of dates, whole days."""
        if axis == self.axis:
            return self.micros
        place = clock.zone(str(tz))
        if axis == "instant":
            return clock.wall(clock.stamp(self.micros).date(), dt.time(), place)
        local = clock.stamp(self.micros).tz_convert(place).tz_localize(None)
        return int(local.ceil("D").as_unit("us").asm8.view("int64"))

    def doubtful_days(self, tz: str | None) -> tuple[int, ...]:
        """Return the production dates that may hold time on both sides: the day begins somewhere in its morning."""
        if self.axis == "date":
            return ()
        days = [self.micros, self.micros - _HALF_DAY]
        local = clock.from_micros(np.array(days)).tz_convert(clock.zone(str(tz))).tz_localize(None).normalize()
        return tuple(sorted(set(local.as_unit("us").asi8.tolist())))


def read_moment(value: object, what: str, tz: str | None) -> Moment:
    """Return a moment from a date, a year, or a time with its zone.

    Parameters
    ----------
    value : str, date, datetime, Timestamp or int
        A bare date is a production date; a whole number a year.
    what : str
        Name of the argument, for the error.
    tz : str, optional
        IANA zone of the plant, for naive times.

    Returns
    -------
    Moment
        On the axis it was given on.

    Raises
    ------
    TimeError
        If it is no moment, or a naive time without a zone.
    """
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        if not 1 <= value <= 9999:
            raise TimeError(repr(value), where=what, expected="a year such as 1989, a date, or a time with its zone")
        value = dt.date(int(value), 1, 1)
    bare = len(value.strip()) <= len("2026-03-02") if isinstance(value, str) else not isinstance(value, dt.datetime)
    if isinstance(value, dt.datetime) and value.tzinfo is None and value.time() == dt.time():
        value, bare = value.date(), True  # a naive midnight names a production date
    micros = clock.instant(value, tz="UTC" if bare else tz, what=what)
    return Moment("date" if bare else "instant", micros)


@dataclass(frozen=True)
class Times:
    """The rows' place on their axis, their local day, and their canonical column."""

    axis: Axis
    micros: clock.Micros
    day: npt.NDArray[np.int64]
    column: pd.Series

    def period(self, grain: Grain) -> npt.NDArray[np.int64]:
        """Return the number of the period each row lies in; the next one has the next number."""
        return period_of(self.day, grain)


def period_of(day: npt.NDArray[np.int64], grain: Grain) -> npt.NDArray[np.int64]:
    """Return the number of the period each day since 1970 lies in."""
    if grain == "D":
        return day
    if grain == "W":
        return (day + 3) // 7  # 1970-01-01 was a Thursday
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // {"ME": 1, "QE": 3, "YE": 12}[grain]


def first_day(period: npt.NDArray[np.int64], grain: Grain) -> npt.NDArray[np.int64]:
    """Return the first day since 1970 of each period."""
    if grain == "D":
        return period
    if grain == "W":
        return period * 7 - 3
    months = (period * {"ME": 1, "QE": 3, "YE": 12}[grain]).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def read_times(series: pd.Series, grain: Grain, tz: str | None) -> Times:
    """Return where the rows lie: on production dates where the column holds dates, else at their starts.

    Parameters
    ----------
    series : Series
        Dates, times with a zone, naive times to be read in `tz`, months or years as periods, years as whole numbers.
    grain : str
        Length of a period; with years, whole numbers are years.
    tz : str, optional
        IANA zone of the plant.

    Returns
    -------
    Times
        In the order of the rows.

    Raises
    ------
    TableError
        If the column cannot be read without guessing, or a row has no time.
    """
    name = str(series.name)
    reading = Reading("data", name, tz)
    dates = _dates(series, grain, reading)
    if dates is not None:
        _refuse_missing(dates, name)
        micros = dates.to_numpy(dtype="datetime64[us]").view(np.int64)
        return Times("date", micros, micros // clock.DAY, dates)
    starts = read_column(series, "timestamp", reading)
    _refuse_missing(starts, name)
    if tz is None:
        raise TimeError(
            "times of day, and no zone of the plant", table="data", column=name, remedy="Give tz='Asia/Ho_Chi_Minh'.",
            expected="tz=, to tell on which local day a row lies",
        )  # fmt: skip
    local = starts.dt.tz_convert(clock.zone(tz)).dt.tz_localize(None).dt.normalize()
    day = local.to_numpy(dtype="datetime64[us]").view(np.int64) // clock.DAY
    return Times("instant", clock.micros(starts), day, starts)


def _dates(series: pd.Series, grain: Grain, reading: Reading) -> pd.Series | None:
    """The column as dates, or None where it holds times of day."""
    if isinstance(series.dtype, pd.PeriodDtype):
        starts: pd.Series = series.dt.start_time.astype("datetime64[us]")
        return starts
    if grain == "YE" and pd.api.types.is_integer_dtype(series.dtype):
        return pd.to_datetime(series.astype("str") + "-01-01", format="%Y-%m-%d").astype("datetime64[us]")
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return None
    try:
        return read_column(series, "date", reading)
    except TableError:
        if reading.findings or grain != "ME":
            return None
    months = pd.to_datetime(series.astype("str"), format="%Y-%m", errors="coerce")
    return None if months.isna().any() else months.astype("datetime64[us]")


def _refuse_missing(times: pd.Series, name: str) -> None:
    bad = times.isna().to_numpy()
    if bad.any():
        found = f"{int(bad.sum())} of {len(times)} rows empty, first at row {int(np.flatnonzero(bad)[0])}"
        raise TimeError(found, table="data", column=name, expected="a time in every row", remedy="Fill or drop these rows.")
