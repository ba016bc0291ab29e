"""Exponentially weighted mean, variance and standard deviation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab._fast.ewm import ewm_mean, ewm_weighted
from smartfab.errors import TableError
from smartfab.window_columns import Data, Floats, Name, Rows, Table, table_of
from smartfab.window_settings import flag, length_of, whole
from smartfab.window_threads import in_parallel, threads_of
from smartfab.window_times import Times, refuse_unsorted, times_of

__all__ = ["Ewm", "ewm"]

_Stamps = pd.Series | pd.Index | npt.NDArray[np.datetime64]
_RATES = {
    "com": "a number from 0 on", "span": "a number from 1 on", "alpha": "above 0, up to 1",
    "halflife": "a number above 0, or a length of time such as '10s'",
}  # fmt: skip


def ewm(
    data: Data,
    *,
    span: float | None = None,
    alpha: float | None = None,
    halflife: float | str | dt.timedelta | None = None,
    com: float | None = None,
    times: Name | _Stamps | None = None,
    by: Name | None = None,
    min_periods: int = 0,
    adjust: bool = True,
    ignore_na: bool = False,
    threads: int | None = None,
) -> Ewm:
    """Describe weights that fall by a constant share a row, or by half in a length of time; give one of the first four.

    Parameters
    ----------
    data : Series, DataFrame or array of one or two dimensions
        Columns of numbers or truth values. An inf is missing here, since these weights never forget.
    span : float, optional
        alpha = 2 / (span + 1); from 1 on [1].
    alpha : float, optional
        Share of the newest value; above 0, up to 1 [1].
    halflife : float, str or timedelta, optional
        Rows, or time, after which a weight is halved; above 0 [1].
    com : float, optional
        Centre of mass: alpha = 1 / (com + 1); from 0 on [1].
    times : str, int, Series, Index or array, optional
        For a half-life in time: the column of times, or times themselves; the index where it is not given.
    by : str or int, optional
        Column of groups: weights begin anew in each.
    min_periods : int
        Values that must be seen before there is a result [1].
    adjust : bool
        Whether weights are divided by their sum; else mean += share * (value - mean), begun with the first value.
    ignore_na : bool
        Whether weights stay as they are in a missing row.
    threads : int, optional
        At most so many; by default one a processor [1].

    Returns
    -------
    Ewm
        With methods ``mean``, ``var`` and ``std``, as in pandas.

    Raises
    ------
    TableError
        If an argument or a column is wrong; its message names it.

    Examples
    --------
    >>> import pandas as pd, smartfab as sf
    >>> sf.ewm(pd.Series([1.0, 2.0]), alpha=0.5).mean().round(3).tolist()
    [1.0, 1.667]
    """
    share, half = _rate({"span": span, "alpha": alpha, "halflife": halflife, "com": com})
    periods = whole(min_periods, "min_periods", least=0)
    flags = flag(adjust, "adjust"), flag(ignore_na, "ignore_na")
    allowed = threads_of(threads)
    if half is None and times is not None:
        raise TableError("times", where="times", expected="a halflife in time, such as '10s'")
    named = times if isinstance(times, str | int) else None
    table = table_of(data, on=named, by=by, span=None)
    ages = None if half is None else _ages(data, table, times, half)
    return Ewm(table, _Weights(share, periods, *flags, ages), allowed)


def _rate(given: dict[str, float | str | dt.timedelta | None]) -> tuple[float, int | None]:
    """Return alpha, and a half-life in time [ns]."""
    named = {name: value for name, value in given.items() if value is not None}
    if len(named) != 1:
        raise TableError(", ".join(named) or "none", where=", ".join(given), expected="exactly one of them")
    name, value = named.popitem()
    if name == "halflife" and isinstance(value, str | dt.timedelta | np.timedelta64):
        return 0.5, length_of(value, "halflife", expected=_RATES["halflife"])
    number = float(value) if isinstance(value, int | float | np.number) and not isinstance(value, bool) else np.nan
    least = {"com": number >= 0, "span": number >= 1, "alpha": 0 < number <= 1, "halflife": number > 0}
    if not number < np.inf or not least[name]:
        raise TableError(repr(value), where=name, expected=_RATES[name])
    if name == "span":
        return 2.0 / (number + 1.0), None
    if name == "com":
        return 1.0 / (number + 1.0), None
    return (number if name == "alpha" else float(-np.expm1(-np.log(2.0) / number))), None


def _ages(data: Data, table: Table, times: Name | _Stamps | None, half: int) -> list[Floats]:
    """Return for each group how many half-lives every row is older than the one before it."""
    place = "index" if times is None else str(times) if isinstance(times, str | int) else "times"
    if times is None:
        stamps, unit = times_of(data, place, half)
    elif isinstance(times, str | int):
        stamps, unit = times_of(data[times] if isinstance(data, pd.DataFrame) else pd.Index([]), place, half)
    else:
        stamps, unit = times_of(pd.Series(times) if isinstance(times, np.ndarray) else times, place, half)
    if len(stamps) != table.rows:
        raise TableError(f"{len(stamps)} times", where="times", expected=f"one for each of the {table.rows} rows of data")
    ages: list[Floats] = []
    for group in table.groups:
        own: Times = stamps[group]
        refuse_unsorted(own, group, place, 0)
        ages.append(np.diff(own, prepend=own[:1]).astype(np.float64) / (half if unit == "ns" else half / 1000))
    return ages


@dataclass(frozen=True)
class _Weights:
    alpha: float
    min_periods: int
    adjust: bool
    ignore_na: bool
    ages: list[Floats] | None


class Ewm:
    """Exponentially weighted statistics of every column; made by ``sf.ewm``.

    Parameters
    ----------
    table : Table
        Columns and groups.
    weights : _Weights
        How they fall.
    threads : int
        At most so many [1].
    """

    def __init__(self, table: Table, weights: _Weights, threads: int) -> None:
        self._table, self._weights, self._threads = table, weights, threads

    def mean(self) -> pd.Series | pd.DataFrame | Floats:
        """Return the weighted mean of each row's past and itself; a missing row repeats the one before.

        Returns
        -------
        Series, DataFrame or array
            In the form of the input.
        """
        return self._run(spread=False, bias=False)

    def var(self, bias: bool = False) -> pd.Series | pd.DataFrame | Floats:
        """Return the weighted variance of each row's past and itself.

        Parameters
        ----------
        bias : bool
            Whether it is left as it is; else it is corrected for bias, and asks for two values.

        Returns
        -------
        Series, DataFrame or array
            In the form of the input.
        """
        return self._run(spread=True, bias=flag(bias, "bias"))

    def std(self, bias: bool = False) -> pd.Series | pd.DataFrame | Floats:
        """Return the standard deviation, the root of ``var``.

        Parameters
        ----------
        bias : bool
            As for ``var``.

        Returns
        -------
        Series, DataFrame or array
            In the form of the input.
        """
        return self._run(spread=True, bias=flag(bias, "bias"), root=True)

    def _run(self, *, spread: bool, bias: bool, root: bool = False) -> pd.Series | pd.DataFrame | Floats:
        table = self._table
        out = np.empty((len(table.names), table.rows))
        if not table.undivided:
            out[:] = np.nan
        tasks = []
        for at in range(len(table.names)):
            values = table.values(at)
            for k, group in enumerate(table.groups):
                ages = None if self._weights.ages is None else self._weights.ages[k]
                tasks.append(partial(self._one, values, group, ages, spread, bias, out[at]))
        in_parallel(tasks, self._threads)
        return table.wrap(np.sqrt(out, out=out) if root else out, slice(None))

    def _one(self, values: Floats, group: Rows | slice, ages: Floats | None, spread: bool, bias: bool, out: Floats) -> None:
        how = self._weights
        own = out[group] if isinstance(group, slice) else np.empty(len(group))
        if how.adjust and not how.ignore_na and ages is None and not spread:
            ewm_mean(values[group], how.alpha, how.min_periods, own)
        else:
            ewm_weighted(values[group], ages, how.alpha, how.min_periods, how.adjust, how.ignore_na, spread, bias, own)
        if not isinstance(group, slice):
            out[group] = own
