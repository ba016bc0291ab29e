"""The stages on schedule: what a plant runs every minute, every night, and after a repair.

::

    collect   every line's Source → journal → store, until told to stop
    daily     the samples of one production date → states, counts, shifts, account, oee; with a model: predictions
    backfill  many production dates, in a loop, on a pool of processes, or on a Dask cluster
    missing   the dates that were never computed, or whose data came late; pending: those that came too late
    close_period, reopen_period   a month is final ("đã chốt") or provisional ("tạm tính")
    status    how the lines, the journals and the figures stand

A job is a function of (plant, versions of the store's tables, interval): run twice, or over intervals that overlap, the
tables are equal row for row, and equal rows make no new version. The driver pins the versions, hands out parts of one
line and one date, and alone commits; a part that fails is told by its key and its earlier rows stay.

A model of `smartfab.defects` that plant.toml names under [defects], or the call, scores the parts of each date; the log and
the record of the date say which model that was.

To make another table of each day, write a function ``stage(day: Day) -> {table: DataFrame}`` and
add it to `smartfab.pipelines.stages.STAGES`; it runs after those before it, for one line and one production date, finds
what they made in ``day.tables`` and reads the pinned tables through ``day.store``. It must not write: what it returns is
committed with the rest, if its table is kept by production date.
"""

from __future__ import annotations

from smartfab.pipelines.collection import collect
from smartfab.pipelines.late_data import missing, pending
from smartfab.pipelines.outcome import Run
from smartfab.pipelines.periods import close_period, period, reopen_period
from smartfab.pipelines.runs import backfill, daily
from smartfab.pipelines.standing import status

__all__ = ["Run", "backfill", "close_period", "collect", "daily", "missing", "pending", "period", "reopen_period", "status"]
