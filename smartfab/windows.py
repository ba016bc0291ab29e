"""Rolling statistics of machine data: exact where values are far from zero, jump, are missing or infinite; and fast.

A row's result depends on the values of its own window alone: what has left a window leaves nothing behind. Missing (NaN,
null) is left out and counted against `min_periods`; an inf is a value. The window's words and defaults are those of
pandas. ``sf.rolling`` takes a whole series, ``sf.RollingStream`` the same series in chunks, with the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from smartfab.window_columns import Data, Floats, Name, Table, others_of, table_of
from smartfab.window_ewm import Ewm, ewm
from smartfab.window_runs import run
from smartfab.window_settings import Closed, Settings, Window, settings_of, whole
from smartfab.window_statistics import Between, Request, Statistic, quantile_of, statistics_of
from smartfab.window_stream import RollingStream
from smartfab.window_threads import threads_of

__all__ = ["Ewm", "Rolling", "RollingStream", "ewm", "rolling"]

Result = pd.Series | pd.DataFrame | Floats


def rolling(
    data: Data,
    window: Window,
    *,
    on: Name | None = None,
    by: Name | None = None,
    min_periods: int | None = None,
    closed: Closed | None = None,
    center: bool = False,
    step: int | None = None,
    threads: int | None = None,
) -> Rolling:
    """Describe the windows that statistics are taken over; nothing is computed yet.

    Parameters
    ----------
    data : Series, DataFrame or array of one or two dimensions
        Columns of numbers or truth values: NumPy, nullable or Arrow. Read as float64: whole numbers beyond 2**53 are rounded.
    window : int, str or timedelta
        Rows, or a length of time such as ``"60s"``. Times may repeat but not go back.
    on : str or int, optional
        Column of times; the index where it is not given.
    by : str or int, optional
        Column of groups: windows begin anew in each. Rows without a group have no result.
    min_periods : int, optional
        Values a window must hold for a result, rows for a count; by default the window, or 1 for a length of time [1].
    closed : {"right", "left", "both", "neither"}, optional
        Sides that belong to the window; by default the right one. Rows with neither must be two or more.
    center : bool
        Whether the own row stands in the middle.
    step : int, optional
        Rows from one result to the next, in each group [1].
    threads : int, optional
        At most so many; by default one a processor. The results are the same, bit for bit [1].

    Returns
    -------
    Rolling
        With a method for each statistic.

    Raises
    ------
    TableError
        If an argument or a column is wrong; its message names it.

    References
    ----------
    van Herk 1992, doi:10.1016/0167-8655(92)90069-C; Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115.

    Examples
    --------
    >>> import pandas as pd, smartfab as sf
    >>> sf.rolling(pd.Series([1.0, 2.0, 4.0]), 2).mean().tolist()
    [nan, 1.5, 3.0]
    """
    settings = settings_of(window, min_periods=min_periods, closed=closed, center=center, step=step)
    threads_of(threads)
    table = table_of(data, on=on, by=by, span=settings.span)
    return Rolling(table, settings, threads)


class Rolling:
    """Statistics over windows, of every column; made by ``sf.rolling``.

    A window with fewer than `min_periods` values, or fewer than a statistic is defined on, has NaN. An inf is a value:
    ``count`` counts it, ``sum`` and ``mean`` are infinite (NaN with both signs), ``min``, ``max`` and quantiles order it,
    and every other statistic of such a window is NaN. Each method returns the form of the input: a Series for a Series,
    a DataFrame without the columns `on` and `by` for a DataFrame, an array for an array.

    Parameters
    ----------
    table : Table
        Columns, times and groups.
    settings : Settings
        The window.
    threads : int, optional
        At most so many [1].
    """

    def __init__(self, table: Table, settings: Settings, threads: int | None) -> None:
        self._table, self._settings, self._threads = table, settings, threads

    def count(self) -> Result:
        """Return how many values are not missing; here `min_periods` asks for rows, as in pandas [1]."""
        return self._one("count")

    def sum(self) -> Result:
        """Return the sum; 0 for a window without any where `min_periods` is 0."""
        return self._one("sum")

    def mean(self) -> Result:
        """Return the mean; its error is at most 2 * window * 2**-52 of the largest magnitude in the window."""
        return self._one("mean")

    def var(self, ddof: int = 1) -> Result:
        """Return the variance: never negative, and exactly 0 where all values are equal.

        Parameters
        ----------
        ddof : int
            Taken off the number of values [1].

        Returns
        -------
        Series, DataFrame or array
            In the square of the values' unit.

        Raises
        ------
        TableError
            If `ddof` is not a whole number from 0 on.
        """
        return self._one("var", ddof=whole(ddof, "ddof", least=0))

    def std(self, ddof: int = 1) -> Result:
        """Return the standard deviation, the root of ``var``.

        Parameters
        ----------
        ddof : int
            Taken off the number of values [1].

        Returns
        -------
        Series, DataFrame or array
            In the values' unit.

        Raises
        ------
        TableError
            If `ddof` is not a whole number from 0 on.
        """
        return self._one("std", ddof=whole(ddof, "ddof", least=0))

    def min(self) -> Result:
        """Return the least value."""
        return self._one("min")

    def max(self) -> Result:
        """Return the greatest value."""
        return self._one("max")

    def median(self) -> Result:
        """Return the middle value, or the mean of the two in the middle."""
        return self._one("median")

    def quantile(self, q: float, interpolation: Between = "linear") -> Result:
        """Return the value below which the share `q` lies.

        Parameters
        ----------
        q : float
            From 0 to 1 [1].
        interpolation : {"linear", "lower", "higher", "nearest", "midpoint"}
            What is told between two values; "nearest" halfway is the one of even rank, counted from 0.

        Returns
        -------
        Series, DataFrame or array
            In the values' unit.

        Raises
        ------
        TableError
            If `q` lies outside 0…1, or `interpolation` is none of these.
        """
        return self._result([quantile_of(q, interpolation)])

    def skew(self) -> Result:
        """Return the skewness G1, from three values on; NaN where all are equal [1].

        References
        ----------
        Joanes and Gill 1998, doi:10.1111/1467-9884.00122.
        """
        return self._one("skew")

    def kurt(self) -> Result:
        """Return the excess kurtosis G2, from four values on; NaN where all are equal [1].

        References
        ----------
        Joanes and Gill 1998, doi:10.1111/1467-9884.00122.
        """
        return self._one("kurt")

    def slope(self) -> Result:
        """Return the least-squares slope: per row for windows in rows, per second for windows in time."""
        return self._one("slope")

    def zscore(self) -> Result:
        """Return (own value - mean) / standard deviation; NaN where all values of the window are equal [1]."""
        return self._one("zscore")

    def corr(self, other: Data) -> Result:
        """Return the correlation with `other`, over the rows in which both are there; within [-1, 1] [1].

        Parameters
        ----------
        other : Series, array or DataFrame
            One column for all, or a DataFrame with a column of the same name for each.

        Returns
        -------
        Series, DataFrame or array
            NaN where either is constant.

        Raises
        ------
        TableError
            If `other` has other rows or lacks a column.
        """
        return self._result([Statistic("corr", "corr")], others=others_of(self._table, other))

    def cov(self, other: Data, ddof: int = 1) -> Result:
        """Return the covariance with `other`, over the rows in which both are there.

        Parameters
        ----------
        other : Series, array or DataFrame
            One column for all, or a DataFrame with a column of the same name for each.
        ddof : int
            Taken off the number of values [1].

        Returns
        -------
        Series, DataFrame or array
            In the product of the two units.

        Raises
        ------
        TableError
            If `other` has other rows or lacks a column, or `ddof` is not a whole number from 0 on.
        """
        ddof = whole(ddof, "ddof", least=0)
        return self._result([Statistic("cov", "cov")], others=others_of(self._table, other), ddof=ddof)

    def agg(self, statistics: Sequence[Request], out: Floats | None = None) -> pd.DataFrame:
        """Compute several statistics in one pass over each column.

        Parameters
        ----------
        statistics : sequence of str or (str, float)
            Names of the methods without an argument, and ``("quantile", q)``.
        out : array of float64, optional
            Buffer [column * statistic, row], C-contiguous; the result is a view of it.

        Returns
        -------
        DataFrame
            Columns ``temp_mean``, ``temp_quantile_0.9``, …; for one series ``mean``, ``quantile_0.9``, ….

        Raises
        ------
        TableError
            If a statistic is unknown, or `out` cannot take the results.

        Examples
        --------
        >>> import pandas as pd, smartfab as sf
        >>> frame = pd.DataFrame({"temp": [20.0, 21.0, 23.0]})
        >>> sf.rolling(frame, 2).agg(["max", "slope"]).iloc[-1].tolist()
        [23.0, 2.0]
        """
        found = statistics_of(statistics, where="statistics")
        results, kept = run(self._table, self._settings, found, threads=self._threads, out=out)
        return self._table.label(results, kept, [statistic.label for statistic in found])

    def _one(self, name: str, ddof: int = 1) -> Result:
        return self._result([Statistic(name, name)], ddof=ddof)

    def _result(self, statistics: list[Statistic], others: list[Floats] | None = None, ddof: int = 1) -> Result:
        results, kept = run(self._table, self._settings, statistics, others=others, ddof=ddof, threads=self._threads)
        return self._table.wrap(results, kept)
