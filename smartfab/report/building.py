"""store → report."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from smartfab import clock, oee
from smartfab.charts.wording import language
from smartfab.data import PlantData
from smartfab.errors import InsufficientDataError, SmartfabError
from smartfab.pipelines.pinned_store import PinnedStore
from smartfab.pipelines.since_close import as_closed, changed_figures, standing_of
from smartfab.report.day import DayResult, LineResult, day_page
from smartfab.report.page import Report
from smartfab.report.rows import in_order

if TYPE_CHECKING:
    from smartfab.plant import Plant
    from smartfab.store import Store

KINDS = ("day",)
_SHIFT = ["shift_id", "production_date"]


def build(store: Store, plant: Plant, start: object, end: object, *, kind: str = "day", lang: str = "vi") -> Report:
    """Return the report of a window: OEE of lines, machines and shifts, with its coverage and every remark.

    Parameters
    ----------
    store : Store
        With the samples of the plant.
    plant : Plant
        What the signals mean.
    start, end : str, date or Timestamp
        Half-open window; bare dates are production dates of the plant.
    kind : {"day"}
        Which report.
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    Report
        One self-contained page.

    Raises
    ------
    SmartfabError
        If there is no such kind or language.
    TimeError
        If the window is not in order.
    StoreError
        If the store cannot be read.
    """
    if kind not in KINDS:
        raise SmartfabError(
            f"no report {kind!r}", where="kind", expected=f"one of: {', '.join(KINDS)}", remedy="Use one of these."
        )
    spoken = language(lang)
    first, last = clock.interval(start, end, tz=plant.timezone, day_start=plant.day_start)
    window = clock.stamp(first), clock.stamp(last)
    dates = _dates(plant, *window)
    standing = standing_of(store, dates, *window)
    source = as_closed(store, standing)
    as_of = _version(store, source)
    data = PlantData.from_store(cast("Any", source), plant, *window)
    shifts = oee.evaluate(data, *window, by=["machine_id", *_SHIFT], min_coverage=plant.plant.min_coverage)
    result = DayResult(
        plant_id=plant.id,
        tz=plant.timezone,
        start=window[0],
        end=window[1],
        account=in_order(oee.time_account(data, *window), ["machine_id", "start"], plant),
        machines=in_order(oee.rollup(shifts, by=["machine_id"], min_coverage=plant.plant.min_coverage), ["machine_id"], plant),
        shifts=in_order(shifts, ["production_date", "shift_id", "machine_id"], plant),
        lines=tuple(_line(data, plant, line.id, window) for line in plant.lines),
        data_as_of=as_of,
        printed_at=pd.Timestamp.now(tz="UTC"),
        standing=tuple(standing),
        changed=changed_figures(store, standing, shifts),
    )
    return Report(day_page(result, spoken))


def _dates(plant: Plant, start: pd.Timestamp, end: pd.Timestamp) -> list[dt.date]:
    """Production dates of which some part is in the window."""
    first, last = clock.production_date(
        clock.micros(pd.DatetimeIndex([start, end - pd.Timedelta(1, "us")])), plant.timezone, plant.day_start
    )
    return [day.date() for day in pd.date_range(first, last, freq="D")]


def _version(store: Store, source: Store | PinnedStore) -> tuple[int, pd.Timestamp] | None:
    versions = store.history("samples")
    if isinstance(source, PinnedStore):
        versions = versions[versions["version"] <= source.versions["samples"]]
    return None if versions.empty else (int(versions["version"].iloc[-1]), versions["timestamp"].iloc[-1])


def _line(data: PlantData, plant: Plant, line_id: str, window: tuple[pd.Timestamp, pd.Timestamp]) -> LineResult:
    least = plant.plant.min_coverage
    try:
        whole = oee.line(data, *window, line_id=line_id, min_coverage=least)
        shifts = oee.line(data, *window, line_id=line_id, by=_SHIFT, min_coverage=least)
    except InsufficientDataError as error:
        return LineResult(line_id, None, failure=str(error))
    return LineResult(line_id, whole, in_order(shifts, ["production_date", "shift_id"], plant))
