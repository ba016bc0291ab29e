"""OEE over a trailing window, step by step: the sums of small bins, slid along."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.data import PlantData
from smartfab.errors import InsufficientDataError, TimeError
from smartfab.findings import attach
from smartfab.oee.cells import NUMBERS, counted_cells, finished
from smartfab.oee.formulas import MIN_COVERAGE, MinorStops, Unknown, check_options, with_ratios
from smartfab.oee.inputs import Options, stamps
from smartfab.oee.ledger import ledgers
from smartfab.oee.product_book import ProductBook

_MOST_BINS = 2_000_000


def rolling(
    data: PlantData,
    *,
    window: str | float = "1h",
    step: str | float = "1min",
    start: object = None,
    end: object = None,
    micro_stop: str | float = "5min",
    max_gap: str | float | None = None,
    as_of: object = None,
    unknown: Unknown = "exclude",
    minor_stops: MinorStops = "performance",
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Return the OEE of each machine over the `window` before each `step`.

    Each row equals `evaluate` over its own [start, end).

    Parameters
    ----------
    data : PlantData
        Validated here.
    window, step : str or float
        Length of the window, and how far it moves [s].
    start, end : str, date or Timestamp, optional
        Time the windows lie in; all time the states and counts cover unless given.
    micro_stop, max_gap, as_of, unknown, minor_stops, min_coverage
        As in `evaluate` [1].

    Returns
    -------
    DataFrame
        Table `oee` with columns machine_id, start and end in front, sorted by machine and end.

    Raises
    ------
    TableError
        If the data or an option are not in order.
    InsufficientDataError
        If the time given is shorter than the window.
    """
    check_options(unknown, minor_stops)
    data.validate()
    long, wide = clock.duration(window, what="window"), clock.duration(step, what="step")
    if not long or not wide:
        raise TimeError("0", where="step" if long else "window", expected="a duration above 0")
    base = math.gcd(long, wide)
    first, last = _span(data, start, end)
    if last - first < long or (last - first) // base > _MOST_BINS:
        raise InsufficientDataError(
            f"{(last - first) / clock.SECOND:g} s of data for windows of {long / clock.SECOND:g} s",
            where="window", expected="more data than one window, and not more than two million bins",
        )  # fmt: skip
    edges = np.arange(first, last + 1, base, dtype=np.int64)
    options = Options.of(data, micro_stop=micro_stop, max_gap=max_gap, as_of=as_of)
    products = ProductBook.of(data)
    drawn, found = ledgers(data, edges, options, products)
    numbers = [*NUMBERS]
    before = np.arange(0, len(edges) - long // base, wide // base)
    after = before + long // base
    parts = []
    for ledger in drawn:
        cells = counted_cells(
            data, ledger, products, ledger.fixed.bin, cells=len(edges) - 1, width=1, options=options, found=found,
            costed_at=ledger.machine.id,
        )  # fmt: skip
        upto = np.concatenate([np.zeros((1, len(numbers)), np.int64), cells[numbers].to_numpy(np.int64).cumsum(axis=0)])
        sums = pd.DataFrame(upto[after] - upto[before], columns=numbers)
        sums["counted"] = ledger.machine.counted
        sums["machine_id"] = pd.Series(ledger.machine.id, index=sums.index, dtype="str")
        sums["start"], sums["end"] = clock.from_micros(edges[before]), clock.from_micros(edges[after])
        parts.append(finished(sums, minor_stops))
    if not parts:
        raise InsufficientDataError("no machine in the data", where="rolling", expected="states or counts")
    terms = pd.concat(parts, ignore_index=True)
    return attach(with_ratios(terms, unknown=unknown, minor_stops=minor_stops, min_coverage=min_coverage), found)


def _span(data: PlantData, start: object, end: object) -> tuple[int, int]:
    told = [clock.micros(data.states["ts"])] if data.states is not None else []
    told += [stamps(data.counts)] if data.counts is not None and "ts" in data.counts else []
    times = np.concatenate(told) if told else np.empty(0, np.int64)
    if (start is None or end is None) and not len(times):
        raise InsufficientDataError("neither states nor counts", where="rolling", expected="data, or start and end")
    first = int(times.min()) if start is None else clock.instant(start, tz=data.tz, day_start=data.day_start, what="start")
    last = int(times.max()) if end is None else clock.instant(end, tz=data.tz, day_start=data.day_start, what="end")
    return first, last
