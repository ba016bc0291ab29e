"""What a reader asks for: a half-open window of times or production dates, signals, columns; checked at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from smartfab import clock
from smartfab.errors import StoreError, TimeError
from smartfab.store.layout import DATE, TIMESTAMP, Layout

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; every part may be missing.

    Parameters
    ----------
    columns : tuple of str
        Columns of the result, in its order.
    window : tuple of pyarrow.Scalar or None
        First instant or production date, and the first one after the last; either may be None.
    signals : tuple of str or None
        Signals; None is all.
    by_date : bool
        The window is one of production dates.
    """

    columns: tuple[str, ...]
    window: tuple[pa.Scalar | None, pa.Scalar | None]
    signals: tuple[str, ...] | None
    by_date: bool


def select(
    layout: Layout,
    start: object = None,
    end: object = None,
    *,
    signals: Iterable[str] | None = None,
    columns: Sequence[str] | None = None,
) -> Selection:
    """Return what is asked for, checked against the table.

    Parameters
    ----------
    layout : Layout
        Of the table.
    start, end : str, date, datetime or Timestamp, optional
        Half-open window: times with a zone, or bare production dates.
    signals : iterable of str, optional
        Signals to keep.
    columns : sequence of str, optional
        Declared columns of the result; all by default.

    Returns
    -------
    Selection
        The same, in the store's terms.

    Raises
    ------
    TimeError
        If a time is naive, the window is empty or reversed, or the table knows no such time.
    StoreError
        If a column is not of this table, or it has no signals.
    """
    strange = [name for name in columns or () if name not in layout.declared.names]
    if strange or len(set(columns or ())) < len(columns or ()):
        raise StoreError(
            f"columns {', '.join(map(str, strange or columns or ()))}",
            table=layout.table,
            expected=f"each once, out of {', '.join(layout.declared.names)}",
            remedy="Correct columns=.",
        )
    if signals is not None and "signal_id" not in layout.declared.names:
        raise StoreError("signals= given", table=layout.table, remedy="This table has no signals; leave it out.")
    by_date = any(_is_date(value) for value in (start, end)) and layout.dated
    return Selection(
        columns=tuple(columns if columns is not None else layout.declared.names),
        window=_window(layout, start, end, by_date=by_date),
        signals=None if signals is None else (signals,) if isinstance(signals, str) else tuple(signals),
        by_date=by_date,
    )


def _is_date(value: object) -> bool:
    bare = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return bare or (isinstance(value, str) and _DATE.fullmatch(value.strip()) is not None)


def _window(layout: Layout, start: object, end: object, *, by_date: bool) -> tuple[pa.Scalar | None, pa.Scalar | None]:
    if start is None and end is None:
        return None, None
    if not by_date and layout.time is None:
        hint = "production dates such as 2026-03-02" if layout.dated else "no start and no end"
        raise TimeError(f"{start if start is not None else end!s}", table=layout.table, where="start, end", expected=hint)
    read = _day if by_date else _instant
    low, high = read(start, "start"), read(end, "end")
    if low is not None and high is not None and high.value <= low.value:
        raise TimeError(f"end {end!s} is not after start {start!s}", table=layout.table, where="end", expected="end > start")
    return low, high


def _instant(value: object, what: str) -> pa.Scalar | None:
    return None if value is None else pa.scalar(clock.instant(value, what=what), TIMESTAMP)


def _day(value: object, what: str) -> pa.Scalar | None:
    if value is None:
        return None
    try:
        day = dt.date.fromisoformat(value.strip()) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not _is_date(value) or not isinstance(day, dt.date):
        raise TimeError(f"{value!r}", where=what, expected="a production date, as the other end of the window is one")
    return pa.scalar(day, DATE)
