"""store → everything a page of a window shows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from smartfab import clock, oee
from smartfab.data import PlantData
from smartfab.errors import InsufficientDataError
from smartfab.pipelines.pinned_store import PinnedStore
from smartfab.pipelines.since_close import as_closed, changed_figures, standing_of
from smartfab.report.results import LineResult, WindowResult
from smartfab.report.rows import in_order

if TYPE_CHECKING:
    from smartfab.plant import Plant
    from smartfab.store import Store

_SHIFT = ["shift_id", "production_date"]

Window = tuple[pd.Timestamp, pd.Timestamp]


def gathered(store: Store, plant: Plant, window: Window, by: str | None = None) -> WindowResult:
    """Return what a page of a window shows.

    Parameters
    ----------
    store : Store
        With the samples of the plant.
    plant : Plant
        What the signals mean.
    window : tuple of Timestamp
        Half-open.
    by : str, optional
        Who prints it.

    Returns
    -------
    WindowResult
        Of a closed month, the figures as they were closed.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    standing = standing_of(store, _dates(plant, *window), *window)
    source = as_closed(store, standing)
    as_of = version_of(store, source)
    least = plant.plant.min_coverage
    data = PlantData.from_store(cast("Any", source), plant, *window)
    shifts = oee.evaluate(data, *window, by=["machine_id", *_SHIFT], min_coverage=least)
    return WindowResult(
        plant=plant,
        start=window[0],
        end=window[1],
        data=data,
        account=in_order(oee.time_account(data, *window), ["machine_id", "start"], plant),
        machines=in_order(oee.rollup(shifts, by=["machine_id"], min_coverage=least), ["machine_id"], plant),
        shifts=in_order(shifts, ["production_date", "shift_id", "machine_id"], plant),
        lines=tuple(_line(data, plant, line.id, window) for line in plant.lines),
        data_as_of=as_of,
        printed_at=pd.Timestamp.now(tz="UTC"),
        printed_by=by,
        standing=tuple(standing),
        changed=changed_figures(store, standing, shifts),
    )


def version_of(store: Store, source: Store | PinnedStore) -> tuple[int, pd.Timestamp] | None:
    """Return the version of the samples a page is made from, and when it was written.

    Parameters
    ----------
    store : Store
        The store.
    source : Store or PinnedStore
        What the page reads: the store, or the store as it stood at a close.

    Returns
    -------
    tuple of int and Timestamp, or None
        None where nothing has been stored yet.
    """
    versions = store.history("samples")
    if isinstance(source, PinnedStore):
        versions = versions[versions["version"] <= source.versions["samples"]]
    return None if versions.empty else (int(versions["version"].iloc[-1]), versions["timestamp"].iloc[-1])


def _dates(plant: Plant, start: pd.Timestamp, end: pd.Timestamp) -> list[dt.date]:
    """Production dates of which some part is in the window."""
    first, last = clock.production_date(
        clock.micros(pd.DatetimeIndex([start, end - pd.Timedelta(1, "us")])), plant.timezone, plant.day_start
    )
    return [day.date() for day in pd.date_range(first, last, freq="D")]


def _line(data: PlantData, plant: Plant, line_id: str, window: Window) -> LineResult:
    least = plant.plant.min_coverage
    try:
        whole = oee.line(data, *window, line_id=line_id, min_coverage=least)
        shifts = oee.line(data, *window, line_id=line_id, by=_SHIFT, min_coverage=least)
    except InsufficientDataError as error:
        return LineResult(line_id, None, failure=str(error))
    return LineResult(line_id, whole, in_order(shifts, ["production_date", "shift_id"], plant))
