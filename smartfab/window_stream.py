"""Rolling statistics of a series that arrives in chunks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from smartfab._fast.row_windows import RowState
from smartfab._fast.time_windows import TimeState
from smartfab.errors import TableError, TimeError
from smartfab.window_bounds import Bounds, reach
from smartfab.window_columns import Data, Floats, Name, Rows, Table, table_of
from smartfab.window_runs import ELSEWHERE, PER_SECOND, codes_of
from smartfab.window_settings import Closed, Settings, Window, settings_of
from smartfab.window_statistics import CODES, Request, Statistic, statistics_of
from smartfab.window_times import Times

__all__ = ["RollingStream"]


class RollingStream:
    """Rolling statistics of a series that arrives in chunks: the rows of ``sf.rolling(…).agg(statistics)``, bit for bit.

    What a window can still reach is kept, and nothing else; a stream can be pickled between two chunks and goes on.

    Parameters
    ----------
    window : int, str or timedelta
        Rows, or a length of time such as ``"60s"``.
    statistics : sequence of str or (str, float)
        As for ``agg``.
    on, by : str or int, optional
        Columns of times and of groups.
    min_periods : int, optional
        Values a window must hold [1].
    closed : {"right", "left", "both", "neither"}, optional
        Sides that belong to the window.
    center : bool
        Must be False: a centred window needs rows that have not come yet.
    step : int, optional
        Rows from one result to the next, counted over all chunks of a group [1].

    Raises
    ------
    TableError
        If an argument is wrong; its message names it.

    Examples
    --------
    >>> import pandas as pd, smartfab as sf
    >>> stream = sf.RollingStream(2, ["mean"])
    >>> stream.push(pd.Series([1.0, 2.0]))["mean"].tolist()
    [nan, 1.5]
    >>> stream.push(pd.Series([4.0]))["mean"].tolist()
    [3.0]
    """

    def __init__(
        self,
        window: Window,
        statistics: Sequence[Request],
        *,
        on: Name | None = None,
        by: Name | None = None,
        min_periods: int | None = None,
        closed: Closed | None = None,
        center: bool = False,
        step: int | None = None,
    ) -> None:
        if center:
            found = "a centred window needs rows that have not come yet"
            raise TableError(found, where="center", expected="False", remedy="Use sf.rolling on the whole series.")
        self._settings = settings_of(window, min_periods=min_periods, closed=closed, center=False, step=step)
        self._statistics = statistics_of(statistics, where="statistics")
        self._on, self._by = on, by
        self._form: tuple[str, list[Hashable], str] | None = None
        self._groups: dict[Hashable, _Group] = {}
        self._names: pd.Index | None = None

    def push(self, chunk: Data) -> pd.DataFrame:
        """Take the next rows and return their statistics.

        Parameters
        ----------
        chunk : Series, DataFrame or array of one or two dimensions
            With the same columns every time.

        Returns
        -------
        DataFrame
            A row for every step-th row of a group, under the labels of the chunk.

        Raises
        ------
        TableError
            If the columns changed, or a time goes back; the stream stays as it was.
        """
        own = self._plain(chunk)
        if own is not None:
            return self._alone(own, chunk.index if isinstance(chunk, pd.Series) else pd.RangeIndex(len(own)))
        table = table_of(chunk, on=self._on, by=self._by, span=self._settings.span)
        self._check_form(table)
        if table.rows == 0:
            labels = [statistic.label for statistic in self._statistics]
            return table.label(np.empty((len(table.names) * len(labels), 0)), slice(None), labels)
        columns = [table.values(at) for at in range(len(table.names))]
        if self._by is None or not isinstance(chunk, pd.DataFrame):
            self._check_times({None: table.times})
            self._form = self._form or (table.shape, table.names, table.unit)
            group, step = self._group(None, table), self._settings.step
            index = table.index if step == 1 else table.index[-group.seen % step :: step]
            return self._frame(table, group.push(columns, table.times), index)
        parts = {chunk[self._by].iloc[np.arange(table.rows)[rows][0]]: rows for rows in table.groups} if table.rows else {}
        self._check_times({key: None if table.times is None else table.times[rows] for key, rows in parts.items()})
        self._form = self._form or (table.shape, table.names, table.unit)
        return self._pushed(table, columns, parts)

    def _check_times(self, times: Mapping[Hashable, Times | None]) -> None:
        for key, own in times.items():
            last = self._groups[key].last if key in self._groups else None
            if own is not None and last is not None and len(own) and own[0] < last:
                raise TimeError("the chunk begins before the one before it ended", where="chunk", expected="rising times")

    def _group(self, key: Hashable, table: Table) -> _Group:
        if key not in self._groups:
            self._groups[key] = _Group(self._settings, self._statistics, len(table.names), table.unit)
        return self._groups[key]

    def _frame(self, table: Table, out: Floats, index: pd.Index) -> pd.DataFrame:
        if self._names is None:
            self._names = table.label(out[:, :0], slice(0, 0), [statistic.label for statistic in self._statistics]).columns
        return pd.DataFrame(out.T, index=index, columns=self._names, copy=False)

    def _plain(self, chunk: Data) -> Floats | None:
        """Return the floats of a chunk that is another of what came before, and for which nothing else need be looked at."""
        if self._names is None or self._form is None or self._settings.span is not None or self._settings.step != 1:
            return None
        shape, names, _ = self._form
        if isinstance(chunk, pd.Series):
            as_before = shape == "series" and self._by is None and names[0] == chunk.name
        else:
            as_before = shape == "vector" and isinstance(chunk, np.ndarray) and chunk.ndim == 1
        if not as_before or not isinstance(chunk.dtype, np.dtype) or chunk.dtype != np.float64:
            return None
        return chunk.to_numpy() if isinstance(chunk, pd.Series) else chunk

    def _alone(self, values: Floats, index: pd.Index) -> pd.DataFrame:
        """Push one column of rows: the short way."""
        return pd.DataFrame(self._groups[None].push([values], None).T, index=index, columns=self._names, copy=False)

    def _check_form(self, table: Table) -> None:
        if self._form is None:
            return
        shape, names, unit = self._form
        if (shape, names) != (table.shape, table.names):
            found = f"{table.shape} of {', '.join(map(str, table.names))}"
            raise TableError(found, where="chunk", expected=f"{shape} of {', '.join(map(str, names))}")
        if unit != table.unit and table.rows:
            raise TimeError(f"times in {table.unit}", where="chunk", expected=f"times in {unit}, as in the first chunk")

    def _pushed(self, table: Table, columns: list[Floats], parts: Mapping[Hashable, Rows | slice]) -> pd.DataFrame:
        kept: list[Rows] = []
        results: list[Floats] = []
        for key, rows in parts.items():
            group = self._group(key, table)
            kept.append(np.arange(table.rows)[rows][-group.seen % self._settings.step :: self._settings.step])
            times = None if table.times is None else table.times[rows]
            results.append(group.push([column[rows] for column in columns], times))
        whole: Rows = np.sort(np.concatenate([np.empty(0, np.intp), *kept]))
        out = np.empty((len(columns) * len(self._statistics), len(whole)))
        for places, result in zip(kept, results, strict=True):
            out[:, np.searchsorted(whole, places)] = result
        return self._frame(table, out, table.index[whole])


class _Group:
    """The columns of one group."""

    def __init__(self, settings: Settings, statistics: list[Statistic], columns: int, unit: str) -> None:
        self.columns = [_Column(settings, statistics, unit) for _ in range(columns)]
        self.step = settings.step
        self.seen = 0
        self.first: int | None = None
        self.last: int | None = None

    def push(self, columns: list[Floats], times: Times | None) -> Floats:
        if times is not None and len(times):
            self.first = int(times[0]) if self.first is None else self.first
            self.last = int(times[-1])
        rows = len(columns[0]) if columns else 0
        skip = -self.seen % self.step
        self.seen += rows
        if len(self.columns) == 1:
            return self.columns[0].push(columns[0], times, self.first or 0, skip)
        return np.concatenate([np.empty((0, len(range(skip, rows, self.step)))), *(
            column.push(x, times, self.first or 0, skip) for column, x in zip(self.columns, columns, strict=True)
        )])  # fmt: skip


class _Column:
    """One column of one group: the state of its sums, and what its order statistics can still reach."""

    def __init__(self, settings: Settings, statistics: list[Statistic], unit: str) -> None:
        self.settings, self.unit = settings, unit
        timed = settings.span is not None
        codes = codes_of(statistics, timed=timed)
        self.ordered = [k for k, statistic in enumerate(statistics) if statistic.ordered]
        self.shares = np.array([statistics[k].share for k in self.ordered])
        self.slope = [k for k, statistic in enumerate(statistics) if timed and statistic.name == "slope"]
        self.count = len(statistics)
        wanted = any(code != ELSEWHERE for code in codes)
        by_rows = (settings.length, settings.ahead, settings.step, codes, settings.min_periods, 1)
        self.rows = RowState(*by_rows) if wanted and not timed else None
        self.times = self._in_time(codes, pair=False) if wanted and timed else None
        self.against_time = self._in_time((CODES["slope"],), pair=True) if self.slope else None
        self.x = np.empty(0)
        self.t: Times = np.empty(0, np.int64)

    def _in_time(self, codes: tuple[int, ...], *, pair: bool) -> TimeState:
        own = self.settings
        return TimeState(
            reach(own, self.unit).before, own.left_closed, own.right_closed, own.step, pair, PER_SECOND[self.unit], codes,
            own.min_periods, 1,
        )  # fmt: skip

    def push(self, x: Floats, t: Times | None, first: int, skip: int) -> Floats:
        x = np.ascontiguousarray(x)
        if self.rows is not None:
            out = self.rows.push(x)
        elif self.times is not None and t is not None:
            out = self.times.push(x, t)
        else:
            out = np.empty((self.count, len(range(skip, len(x), self.settings.step))))
        if self.against_time is not None and t is not None:
            out[self.slope[0]] = self.against_time.push(x, t, (t - first).astype(np.float64))[0]
        if self.ordered:
            out[self.ordered] = self._quantiles(x, t, skip)
        return out

    def _quantiles(self, x: Floats, t: Times | None, skip: int) -> Floats:
        from smartfab._fast.order_statistics import bounded_quantiles

        start = len(self.x) + skip
        self.x = np.concatenate([self.x, x])
        if t is not None:
            self.t = np.concatenate([self.t, t])
        lo, hi = self._bounds(start)
        out = np.empty((len(self.shares), len(lo)))
        bounded_quantiles(self.x, lo, hi, self.shares, self.settings.min_periods, out)
        self._forget()
        return out

    def _bounds(self, start: int) -> Bounds:
        rows = np.arange(start, len(self.x), self.settings.step, dtype=np.int64)
        if self.settings.span is None:
            end = rows + (self.settings.ahead + 1)
            return np.maximum(end - self.settings.length, 0), np.maximum(end, 0)
        own = self.t[rows]
        first = own - reach(self.settings, self.unit).before
        lo = np.searchsorted(self.t, first, "left" if self.settings.left_closed else "right")
        hi = rows + 1 if self.settings.right_closed else np.searchsorted(self.t, own, "left")
        return lo.astype(np.int64), np.maximum(hi, lo).astype(np.int64)

    def _forget(self) -> None:
        """Drop the rows that no window to come can reach."""
        if self.settings.span is None:
            useless = len(self.x) - self.settings.length
        else:
            before = reach(self.settings, self.unit).before
            useless = int(np.searchsorted(self.t, self.t[-1:] - before)[0]) if len(self.t) else 0
        if useless > 0:
            self.x = self.x[useless:].copy()
            self.t = self.t[useless:].copy()
