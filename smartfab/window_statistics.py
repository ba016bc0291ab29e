"""Which rolling statistics are asked for, and the numbers by which the kernels know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from smartfab.errors import TableError

__all__ = ["BETWEEN", "CODES", "Between", "Request", "Statistic", "quantile_of", "statistics_of"]

Request = str | tuple[str, float]
CODES = {
    "count": 0, "sum": 1, "mean": 2, "var": 3, "std": 4, "min": 5, "max": 6, "skew": 7, "kurt": 8, "slope": 9, "zscore": 10,
    "cov": 11, "corr": 12,
}  # fmt: skip
"""The kernels' numbers of the statistics."""
_OF_ONE_COLUMN = ("count", "sum", "mean", "var", "std", "min", "max", "median", "skew", "kurt", "slope", "zscore")
BETWEEN = {"linear": 0, "lower": 1, "higher": 2, "nearest": 3, "midpoint": 4}
"""The kernels' numbers of what stands for a quantile between two order statistics."""
Between = Literal["linear", "lower", "higher", "nearest", "midpoint"]


@dataclass(frozen=True)
class Statistic:
    """One statistic asked for: its name in results; the share of an order statistic, and what stands between two of them."""

    label: str
    name: str
    share: float = 0.5
    between: int = 0

    @property
    def ordered(self) -> bool:
        """Whether it is an order statistic."""
        return self.name in {"median", "quantile"}


def statistics_of(requests: Sequence[Request], *, where: str) -> list[Statistic]:
    """Read the statistics asked for.

    Parameters
    ----------
    requests : sequence of str or (str, float)
        Names, or ``("quantile", q)``.
    where : str
        The argument they come from.

    Returns
    -------
    list of Statistic
        In the order asked for.

    Raises
    ------
    TableError
        If a name is unknown, a share lies outside 0…1, or one is asked for twice.
    """
    if isinstance(requests, str) or not isinstance(requests, Sequence) or not requests:
        raise TableError(repr(requests), where=where, expected="a list of statistics", remedy='Write ["mean", "std"].')
    found = [_statistic(request, where) for request in requests]
    labels = [statistic.label for statistic in found]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise TableError(f"{', '.join(twice)} asked for twice", where=where, remedy="Name each statistic once.")
    return found


def quantile_of(q: float, interpolation: Between) -> Statistic:
    """Read the quantile asked for.

    Parameters
    ----------
    q : float
        The share [1].
    interpolation : {"linear", "lower", "higher", "nearest", "midpoint"}
        What is told where it lies between two values.

    Returns
    -------
    Statistic
        The quantile.

    Raises
    ------
    TableError
        If the share lies outside 0…1, or the interpolation is unknown.
    """
    if interpolation not in BETWEEN:
        raise TableError(repr(interpolation), where="interpolation", expected=" or ".join(map(repr, BETWEEN)))
    return replace(_statistic(("quantile", q), "q"), between=BETWEEN[interpolation])


def _statistic(request: Request, where: str) -> Statistic:
    if isinstance(request, str) and request in _OF_ONE_COLUMN:
        return Statistic(request, request)
    if isinstance(request, tuple) and len(request) == 2 and request[0] == "quantile":
        share = request[1]
        if isinstance(share, float | int | np.number) and 0 <= float(share) <= 1:
            return Statistic(f"quantile_{float(share):g}", "quantile", float(share))
        raise TableError(f"quantile {share!r}", where=where, expected="a share from 0 to 1")
    expected = f'{", ".join(_OF_ONE_COLUMN)} or ("quantile", q)'
    raise TableError(f"no statistic {request!r}", where=where, expected=expected)
