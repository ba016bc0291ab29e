"""Columns of dtype ``object``: every value is looked at, since Arrow's own guess loses nanoseconds and takes naive for UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa

from smartfab.store.exactness import FIRST_DAY, FIRST_SECOND, LAST_DAY, LAST_SECOND, LossError
from smartfab.store.layout import DATE, TIMESTAMP

_EPOCH = dt.date(1970, 1, 1).toordinal()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # a lone surrogate has no UTF-8
    return str(value)


def _number(value: object) -> int | float:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError
    return value.item() if isinstance(value, (np.integer, np.floating)) else value


def _float(value: object) -> float:
    number = _number(value)
    if float(number) != number:
        raise ValueError
    return float(number)


def _whole(value: object) -> int:
    number = _number(value)
    if int(number) != number or not -(2**63) <= number < 2**63:
        raise ValueError
    return int(number)


def _flag(value: object) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError
    return bool(value)


def _instant(value: object) -> int:
    if not isinstance(value, dt.datetime):
        raise TypeError
    # tz_convert refuses a naive time, as_unit one that has nanoseconds
    ticks = pd.Timestamp(value).tz_convert("UTC").as_unit("us", round_ok=False).to_datetime64().astype(np.int64)
    if not FIRST_SECOND * 10**6 <= ticks < LAST_SECOND * 10**6:
        raise ValueError
    return int(ticks)


def _day(value: object) -> int:
    if isinstance(value, dt.datetime) and (value.tzinfo is not None or value != pd.Timestamp(value).normalize()):
        raise ValueError
    if not isinstance(value, dt.date):
        raise TypeError
    day = value.toordinal() - _EPOCH
    if not FIRST_DAY <= day < LAST_DAY:
        raise ValueError
    return day


_PARSE: dict[pa.DataType, tuple[Callable[[object], object], pa.DataType, str]] = {
    pa.string(): (_text, pa.string(), "text"),
    pa.float64(): (_float, pa.float64(), "numbers a float64 holds exactly"),
    pa.int64(): (_whole, pa.int64(), "whole numbers below 2^63"),
    pa.bool_(): (_flag, pa.bool_(), "True or False"),
    TIMESTAMP: (_instant, pa.int64(), "times with their zone, in whole microseconds, of years 1 to 9999"),
    DATE: (_day, pa.int32(), "dates without a time of day, of years 1 to 9999"),
}


def from_objects(series: pd.Series, kind: pa.DataType) -> pa.Array:
    """Return a column of Python objects as `kind`, every value the same.

    Parameters
    ----------
    series : Series of object
        None, NaN, NaT and NA are null.
    kind : pyarrow.DataType
        A type of the store.

    Returns
    -------
    pyarrow.Array
        Of that type.

    Raises
    ------
    LossError
        If a value is none of that type, or would not stay the same.
    """
    parse, carrier, expected = _PARSE[kind]
    missing = series.isna().to_numpy()
    bad = np.zeros(len(series), dtype=bool)
    values: list[object] = [None] * len(series)
    for row, value in enumerate(series):
        if missing[row]:
            continue
        try:
            values[row] = parse(value)
        except (TypeError, ValueError, OverflowError):
            bad[row] = True
    if bad.any():
        raise LossError(expected, "Convert them on purpose first.", bad=bad)
    return pa.array(values, carrier).cast(kind)
