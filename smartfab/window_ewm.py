"""Exponentially weighted mean and variance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from smartfab._fast.ewm import ewm_mean, ewm_var
from smartfab.errors import TableError
from smartfab.window_columns import Data, Floats, Name, Rows, Table, table_of
from smartfab.window_settings import whole
from smartfab.window_threads import in_parallel, threads_of

__all__ = ["Ewm", "ewm"]

_Kernel = Callable[[Floats, float, float, Floats], None]


def ewm(
    data: Data,
    *,
    span: float | None = None,
    alpha: float | None = None,
    halflife: float | None = None,
    by: Name | None = None,
    min_periods: int = 0,
    threads: int | None = None,
) -> Ewm:
    """Describe weights that fall by a constant share a row, missing rows included; give one of the first three.

    Parameters
    ----------
    data : Series, DataFrame or array of one or two dimensions
        Columns of numbers or truth values. An inf is missing here, since these weights never forget.
    span : float, optional
        alpha = 2 / (span + 1); from 1 on [1].
    alpha : float, optional
        Share of the newest value; above 0, up to 1 [1].
    halflife : float, optional
        Rows after which a weight is halved; above 0 [1].
    by : str or int, optional
        Column of groups: weights begin anew in each.
    min_periods : int
        Values that must be seen before there is a result [1].
    threads : int, optional
        At most so many; by default one a processor [1].

    Returns
    -------
    Ewm
        With methods ``mean`` and ``var``, as in pandas with ``adjust=True, ignore_na=False, bias=False``.

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
    share = _alpha(span, alpha, halflife)
    periods = whole(min_periods, "min_periods", least=0)
    return Ewm(table_of(data, on=None, by=by, span=None), share, periods, threads_of(threads))


def _alpha(span: float | None, alpha: float | None, halflife: float | None) -> float:
    given = {"span": span, "alpha": alpha, "halflife": halflife}
    named = {name: value for name, value in given.items() if value is not None}
    if len(named) != 1:
        raise TableError(", ".join(named) or "none", where="span, alpha, halflife", expected="exactly one of them")
    name, value = named.popitem()
    number = float(value) if isinstance(value, int | float | np.number) and not isinstance(value, bool) else np.nan
    if not 0 < number < np.inf or (name == "span" and number < 1) or (name == "alpha" and number > 1):
        expected = {"span": "a number from 1 on", "alpha": "above 0, up to 1", "halflife": "a number above 0"}[name]
        raise TableError(repr(value), where=name, expected=expected)
    if name == "span":
        return 2.0 / (number + 1.0)
    return number if name == "alpha" else float(-np.expm1(-np.log(2.0) / number))


class Ewm:
    """Exponentially weighted statistics of every column; made by ``sf.ewm``.

    Parameters
    ----------
    table : Table
        Columns and groups.
    alpha : float
        Share of the newest value [1].
    min_periods : int
        Values before the first result [1].
    threads : int
        At most so many [1].
    """

    def __init__(self, table: Table, alpha: float, min_periods: int, threads: int) -> None:
        self._table, self._alpha, self._periods, self._threads = table, alpha, min_periods, threads

    def mean(self) -> pd.Series | pd.DataFrame | Floats:
        """Return the weighted mean of each row's past and itself; a missing row repeats the one before.

        Returns
        -------
        Series, DataFrame or array
            In the form of the input.
        """
        return self._run(ewm_mean)

    def var(self) -> pd.Series | pd.DataFrame | Floats:
        """Return the weighted variance of each row's past and itself, corrected for bias; it asks for two values.

        Returns
        -------
        Series, DataFrame or array
            In the form of the input.
        """
        return self._run(ewm_var)

    def _run(self, kernel: _Kernel) -> pd.Series | pd.DataFrame | Floats:
        table = self._table
        out = np.empty((len(table.names), table.rows))
        if len(table.groups) != 1 or table.groups[0] != slice(0, table.rows):
            out[:] = np.nan
        tasks = []
        for at in range(len(table.names)):
            values = table.values(at)
            tasks += [partial(self._one, kernel, values, group, out[at]) for group in table.groups]
        in_parallel(tasks, self._threads)
        return table.wrap(out, slice(None))

    def _one(self, kernel: _Kernel, values: Floats, group: Rows | slice, out: Floats) -> None:
        if isinstance(group, slice):
            kernel(values[group], self._alpha, self._periods, out[group])
            return
        own = np.empty(len(group))
        kernel(values[group], self._alpha, self._periods, own)
        out[group] = own
