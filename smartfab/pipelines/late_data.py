"""Which production dates want to be computed: never done, failed, or reached by data that came later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from smartfab import clock
from smartfab.pipelines.periods import is_closed
from smartfab.pipelines.production_days import as_dates, over_at, window
from smartfab.pipelines.run_records import Record, read_record
from smartfab.plant import Plant
from smartfab.store import Store

REOPENS = "48h"
"""Data that come so long after the end of a date still change its figures; later ones wait for somebody to decide."""

_LATE = ("samples", "coverage", "stops", "stop_reasons", "orders")
_FLOW = ["part_id", "machine_id", "start", "end", "parent_id"]
_BEFORE, _AFTER = pd.Timedelta("1D"), pd.Timedelta("1h")  # what lies there says how a date begins and how its last stop ends


@dataclass(frozen=True, slots=True)
class _Want:
    day: dt.date
    reason: str
    pending: bool


def missing(plant: Plant, store: Store, days: object, *, reopens: str = REOPENS) -> list[dt.date]:
    """Return the production dates whose figures are not there, or not from all data that came in time.

    Parameters
    ----------
    plant : Plant
        What the signals mean.
    store : Store
        With samples and figures.
    days : date, or iterable of str or date
        Production dates.
    reopens : str
        Data committed so long after the end of a date still change its figures.

    Returns
    -------
    list of date
        Rising; those of closed months are not among them.

    Raises
    ------
    TimeError
        If one is no date.
    StoreError
        If the store cannot be read.
    """
    return [want.day for want in _wanted(plant, store, days, reopens) if not want.pending]


def pending(plant: Plant, store: Store, days: object, *, reopens: str = REOPENS) -> dict[dt.date, str]:
    """Return the production dates with data that came too late to change the figures by itself.

    `backfill` takes them in when somebody asks for it; of a closed month only after `reopen_period`.

    Parameters
    ----------
    plant, store, days, reopens
        As for `missing`.

    Returns
    -------
    dict of date to str
        With what came.

    Raises
    ------
    TimeError
        If one is no date.
    StoreError
        If the store cannot be read.
    """
    return {want.day: want.reason for want in _wanted(plant, store, days, reopens) if want.pending}


def _wanted(plant: Plant, store: Store, days: object, reopens: str) -> Iterator[_Want]:
    patience = pd.Timedelta(clock.duration(reopens, what="reopens"), "us")
    for day in as_dates(days):
        closed = is_closed(store, day)
        record = read_record(store, day)
        if record is None:
            yield _Want(day, "never computed", closed)
        elif record.failed or set(record.lines) < {line.id for line in plant.lines}:
            yield _Want(
                day, f"not computed: {told}" if (told := ", ".join(record.failed)) else "a line was never computed", closed
            )
        elif lost := [name for name, files in record.figures.items() if not set(files) <= set(store.day_files(name, day))]:
            yield _Want(day, f"figures of {', '.join(lost)} are not there any more", closed)
        else:
            came = _came_later(plant, store, day, record)
            if came:
                late = all(at > over_at(plant, day) + patience for at, _ in came)
                what = ", ".join(dict.fromkeys(table for _, table in came))
                yield _Want(day, f"{what} since {min(at for at, _ in came).isoformat()}", closed or late)


def _came_later(plant: Plant, store: Store, day: dt.date, record: Record) -> list[tuple[pd.Timestamp, str]]:
    start, end = window(plant, day)
    found = []
    for table in _LATE:
        changes = store.changes(table, since=record.versions.get(table, -1), start=start - _BEFORE, end=end + _AFTER)
        found += [(at, table) for at in changes]
    if "predictions" in record.models:
        found += _parts_later(store, record, start, end)
    return found + _entered_later(store, day, record, end)


def _parts_later(store: Store, record: Record, start: pd.Timestamp, end: pd.Timestamp) -> list[tuple[pd.Timestamp, str]]:
    """Parts to predict that came since, and samples of their windows from before the day; a label alone changes nothing."""
    since = record.versions.get("parts", -1)
    told = record.models["predictions"].get("reads_from")
    found: list[tuple[pd.Timestamp, str]] = []
    if told is not None and pd.Timestamp(told) < start - _BEFORE:
        since_then = record.versions.get("samples", -1)
        early = store.changes("samples", since=since_then, start=pd.Timestamp(told), end=start - _BEFORE)
        found += [(at, "samples") for at in early]
    changes = store.changes("parts", since=since, start=start, end=end)
    if changes:
        now = store.read("parts", start, end, columns=_FLOW).drop_duplicates()
        then = now.iloc[:0] if since < 0 else store.read("parts", start, end, columns=_FLOW, as_of=since).drop_duplicates()
        if not now.reset_index(drop=True).equals(then.reset_index(drop=True)):
            found += [(at, "parts") for at in changes]
    return found


def _entered_later(store: Store, day: dt.date, record: Record, end: pd.Timestamp) -> list[tuple[pd.Timestamp, str]]:
    """What people said since of the pieces of a date, and of what ran on it: rows that may bear a date in place of a time."""
    found: list[tuple[pd.Timestamp, str]] = []
    for table, dates in (("entered_counts", "production_date"), ("changeovers", "ts")):
        since = record.versions.get(table, -1)
        if store.version(table) <= since:
            continue
        now = store.read(table)
        known = 0 if since < 0 else len(store.read(table, as_of=since))
        new = now.sort_values("recorded_at", kind="stable").iloc[known:]
        if table == "entered_counts":
            mine = new[(new[dates] == pd.Timestamp(day)) | new["ts"].notna()]
        else:
            mine = new[new[dates] < end]
        found += [(at, table) for at in mine["recorded_at"]]
    return found
