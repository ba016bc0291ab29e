"""Kernels over the columns, groups and pieces of a table, on as many threads as are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from smartfab._fast.row_windows import rolling_rows
from smartfab._fast.time_windows import rolling_times
from smartfab.errors import TableError
from smartfab.window_bounds import reach, row_bounds, time_bounds
from smartfab.window_columns import Floats, Rows, Table
from smartfab.window_settings import Settings
from smartfab.window_statistics import CODES, Statistic
from smartfab.window_threads import Task, in_parallel, threads_of

__all__ = ["ELSEWHERE", "PER_SECOND", "codes_of", "run"]

ELSEWHERE = -1
"""Code of an output row that another kernel writes."""
PER_SECOND = {"ns": 1e9, "us": 1e6}
_WORTH_A_THREAD = 250_000
Times = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """One column of one group: its values, a second column of a pair, its times."""

    x: Floats
    y: Floats | None
    t: Times | None
    unit: str


def codes_of(statistics: Sequence[Statistic], *, timed: bool) -> tuple[int, ...]:
    """Return the kernels' numbers of statistics.

    Parameters
    ----------
    statistics : sequence of Statistic
        One an output row.
    timed : bool
        Whether windows are in time; a slope against time is then the business of another pass.

    Returns
    -------
    tuple of int
        Numbers, and `ELSEWHERE` for the order statistics and such slopes.
    """
    return tuple(
        ELSEWHERE if statistic.ordered or (timed and statistic.name == "slope") else CODES[statistic.name]
        for statistic in statistics
    )


def _kept_rows(table: Table, step: int) -> Rows | slice:
    """Return the rows that have a result: every step-th of each group, in the order of the input."""
    if step == 1 or table.undivided:
        return slice(None, None, step)
    return np.sort(np.concatenate([np.empty(0, np.intp), *(np.arange(table.rows)[group][::step] for group in table.groups)]))


def _buffer_for(shape: tuple[int, int], out: Floats | None) -> Floats:
    """Return the buffer results are written to."""
    if out is None:
        return np.empty(shape)
    fits = isinstance(out, np.ndarray) and out.dtype == np.float64 and out.shape == shape
    if not (fits and out.flags.c_contiguous and out.flags.writeable):
        found = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise TableError(found, where="out", expected=f"a writeable C-contiguous float64 array of shape {shape}")
    return out


def run(
    table: Table,
    settings: Settings,
    statistics: Sequence[Statistic],
    *,
    others: Sequence[Floats] | None = None,
    ddof: int = 1,
    threads: int | None = None,
    out: Floats | None = None,
) -> tuple[Floats, Rows | slice]:
    """Compute statistics of every column.

    Parameters
    ----------
    table : Table
        Columns, times and groups.
    settings : Settings
        The window.
    statistics : sequence of Statistic
        What is asked for.
    others : sequence of arrays, optional
        The second column of each pair.
    ddof : int
        Taken off the number of values in a variance [1].
    threads : int, optional
        At most so many [1].
    out : array, optional
        Buffer for the results.

    Returns
    -------
    (array, slice or array of int)
        Results [column * statistic, row], and the rows they belong to.
    """
    kept = _kept_rows(table, settings.step)
    rows = len(kept) if isinstance(kept, np.ndarray) else len(range(table.rows)[kept])
    count = len(statistics)
    out = _buffer_for((len(table.names) * count, rows), out)
    if sum(len(range(table.rows)[g]) if isinstance(g, slice) else len(g) for g in table.groups) < table.rows:
        out[:] = np.nan
    allowed = threads_of(threads)
    pieces = 1 if len(table.names) * len(table.groups) >= allowed else min(allowed, table.rows // _WORTH_A_THREAD)
    tasks: list[Task] = []
    for at in range(len(table.names)):
        block = out[at * count : (at + 1) * count]
        x, y = table.values(at), None if others is None else others[at]
        for group in table.groups:
            times = None if table.times is None else table.times[group]
            series = Series(x[group], None if y is None else y[group], times, table.unit)
            if isinstance(group, slice) and (settings.step == 1 or not isinstance(kept, np.ndarray)):
                tasks += _tasks(series, settings, statistics, ddof, block, group.start, pieces)
            else:
                places = _places(kept, np.arange(table.rows)[group][:: settings.step])
                tasks.append(partial(_scattered, series, settings, statistics, ddof, block, places))
    small = len(table.names) * table.rows < 2 * _WORTH_A_THREAD
    in_parallel(tasks, 1 if small and threads is None else allowed)
    return out, kept


def _places(kept: Rows | slice, rows: Rows) -> Rows:
    return np.searchsorted(kept, rows) if isinstance(kept, np.ndarray) else rows


def _scattered(
    series: Series, settings: Settings, statistics: Sequence[Statistic], ddof: int, block: Floats, places: Rows | slice
) -> None:
    own = np.empty((len(statistics), len(range(len(series.x))[:: settings.step])))
    for task in _tasks(series, settings, statistics, ddof, own, 0, 1):
        task()
    block[:, places] = own


def _tasks(
    series: Series, settings: Settings, statistics: Sequence[Statistic], ddof: int, out: Floats, at: int, pieces: int
) -> list[Task]:
    """Return the work to write the statistics of one series to out[:, at:]."""
    tasks: list[Task] = []
    codes = codes_of(statistics, timed=series.t is not None)
    if any(code != ELSEWHERE for code in codes):
        if series.t is None:
            tasks += _row_tasks(series, settings, codes, ddof, out, at, pieces)
        else:
            tasks.append(partial(_in_time, series, series.t, settings, codes, ddof, out, at))
    if series.t is not None and any(statistic.name == "slope" for statistic in statistics):
        slopes = tuple(CODES["slope"] if statistic.name == "slope" else ELSEWHERE for statistic in statistics)
        against = Series(series.x, (series.t - series.t[:1]).astype(np.float64), series.t, series.unit)
        tasks.append(partial(_in_time, against, series.t, settings, slopes, ddof, out, at))
    if any(statistic.ordered for statistic in statistics):
        tasks.append(partial(_ordered, series, settings, statistics, out, at))
    return tasks


def _in_time(series: Series, times: Times, settings: Settings, codes: tuple[int, ...], ddof: int, out: Floats, at: int) -> None:
    before, after, left_closed, right_closed = reach(settings, series.unit)
    rolling_times(
        series.x, series.y, times, before, after, settings.center, left_closed, right_closed,
        PER_SECOND[series.unit], codes, settings.min_periods, ddof, settings.step, out, at,
    )  # fmt: skip


def _row_tasks(
    series: Series, settings: Settings, codes: tuple[int, ...], ddof: int, out: Floats, at: int, pieces: int
) -> list[Task]:
    """Split the rows at block edges, where the tables of a window begin anew anyway."""
    rows, step, ahead, length = len(series.x), settings.step, settings.ahead, settings.length
    inside = rows - max(ahead, 0)  # rows whose window ends before the series does
    cuts = {0, max(inside, 0)}
    for k in range(1, pieces):
        cuts.add(max(k * rows // pieces // length * length - 1 - ahead, 0))
    edges = sorted(cut for cut in cuts if cut <= max(inside, 0))
    tasks: list[Task] = []
    for first, last in pairwise(edges):
        start = -(-first // step) * step
        tasks.append(
            partial(
                rolling_rows, series.x, series.y, length, codes, settings.min_periods, ddof, start + ahead, last + ahead, ahead,
                step, out, at + start // step,
            )
        )  # fmt: skip
    if ahead > 0 and rows:
        tasks.append(partial(_past_the_end, series, settings, codes, ddof, out, at))
    return tasks


def _past_the_end(series: Series, settings: Settings, codes: tuple[int, ...], ddof: int, out: Floats, at: int) -> None:
    """Write the centred windows that reach beyond the last row, as if missing rows followed."""
    rows, step, ahead, length = len(series.x), settings.step, settings.ahead, settings.length
    start = -(-max(rows - ahead, 0) // step) * step
    if start >= rows:
        return
    base = max((start + ahead + 1) // length - 1, 0) * length
    after = np.full(ahead, np.nan)
    x = np.concatenate([series.x[base:], after])
    y = None if series.y is None else np.concatenate([series.y[base:], after])
    rolling_rows(
        x, y, length, codes, settings.min_periods, ddof, start + ahead - base, rows + ahead - base, ahead, step, out,
        at + start // step,
    )  # fmt: skip
    if CODES["count"] in codes:
        lo, hi = row_bounds(rows, settings)
        short = np.flatnonzero(hi - lo < settings.min_periods)
        out[codes.index(CODES["count"]), at + short[short >= start // step]] = np.nan


def _ordered(series: Series, settings: Settings, statistics: Sequence[Statistic], out: Floats, at: int) -> None:
    """Write the order statistics, which share one sort."""
    from smartfab._fast.order_statistics import bounded_quantiles, rolling_quantiles

    places = [k for k, statistic in enumerate(statistics) if statistic.ordered]
    shares = np.array([statistics[k].share for k in places])
    between = statistics[places[0]].between
    by_rows = series.t is None and settings.ahead == 0 and settings.step == 1
    if by_rows:
        bounds, rows = None, len(series.x)
    else:
        bounds = row_bounds(len(series.x), settings) if series.t is None else time_bounds(series.t, settings, series.unit)
        rows = len(bounds[0])
    together = places[-1] - places[0] == len(places) - 1 and at == 0 and out.shape[1] == rows
    own = out[places[0] : places[-1] + 1] if together else np.empty((len(places), rows))
    if bounds is None:
        rolling_quantiles(series.x, settings.length, shares, settings.min_periods, own, between=between)
    else:
        bounded_quantiles(series.x, *bounds, shares, settings.min_periods, own, between=between)
    if not together:
        for row, k in enumerate(places):
            out[k, at : at + rows] = own[row]
