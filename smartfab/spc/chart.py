"""A control chart as a result: its lines, what breaks its rules, its alarms and its picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.errors import TableError
from smartfab.spc.readings import Array
from smartfab.spc.rules import Positions, RuleSet, alarms_of, broken, chosen
from smartfab.spc.tracks import Drawn, Track

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INDEPENDENT = {"i_mr", "xbar_r", "xbar_s", "p", "np", "c", "u"}
"""Kinds whose points are independent in control, as the run rules suppose."""


class Limits(NamedTuple):
    """Control limits: numbers, or one a point where the samples differ in size."""

    lower: float | Array
    upper: float | Array


@dataclass(frozen=True, eq=False)
class ControlChart:
    """A control chart made by `control_chart`; nothing in it changes any more.

    Attributes
    ----------
    kind : str
        Which chart it is.
    table : DataFrame
        One row a point, in the order of the data: ``ts`` (UTC) or ``index``, ``value``, ``centre``, ``lower``, ``upper``,
        ``std_error``; of a pair also ``second``, ``second_centre``, ``second_lower``, ``second_upper``. With findings.
    name : str
        Name of the series, or "".
    """

    kind: str
    table: pd.DataFrame
    name: str
    _drawn: Drawn = field(repr=False)
    _index: pd.Index = field(repr=False)

    @property
    def centre(self) -> float | Array:
        """Centre line of the first chart, in the unit of its statistic."""
        return _one(self._drawn.first.centre)

    @property
    def limits(self) -> Limits:
        """Control limits of the first chart, in the unit of its statistic."""
        return Limits(_one(self._drawn.first.lower), _one(self._drawn.first.upper))

    @property
    def sigma(self) -> float | Array:
        """Standard deviation of a single value; of the plotted point for p, np, c and u."""
        return _one(self._drawn.sigma)

    @property
    def statistics(self) -> tuple[str, ...]:
        """What is plotted on the first chart, and on the second where there is one."""
        return tuple(track.statistic for track in (self._drawn.first, self._drawn.second) if track is not None)

    def violations(self, rules: RuleSet = "nelson", *, of: Literal["first", "second"] = "first") -> dict[int, Positions]:
        """Return which points break which rule: the point that completes a pattern is named, not the ones before it.

        A missing point is skipped and breaks no run. What is told of a point depends on the points up to it alone. A
        value on a line has not passed it. On the second chart of a pair, and on EWMA and CUSUM charts, whose points
        depend on each other, only the limits are judged (rule 1).

        Parameters
        ----------
        rules : {"nelson", "western_electric"}
            Nelson: 1 one point beyond 3σ (the limits); 2 nine in a row on one side; 3 six in a row rising, or falling;
            4 fourteen in a row going up and down in turn; 5 two of three beyond 2σ on one side; 6 four of five beyond
            1σ on one side; 7 fifteen in a row within 1σ; 8 eight in a row beyond 1σ, some on each side. Western Electric:
            1 one beyond 3σ; 2 two of three beyond 2σ; 3 four of five beyond 1σ; 4 eight in a row on one side.
        of : {"first", "second"}
            Which chart of a pair.

        Returns
        -------
        dict of int to ndarray of int64
            Rule → positions in `table`, rising.

        Raises
        ------
        TableError
            If the set of rules is unknown, or there is no second chart.

        References
        ----------
        Nelson, L. S.: The Shewhart control chart – tests for special causes. J. Quality Technology 16(4), 1984.
        Western Electric: Statistical Quality Control Handbook, 1956.

        Examples
        --------
        >>> import smartfab as sf
        >>> chart = sf.spc.control_chart([1, 2, 1, 2, 1, 2, 9.0])
        >>> chart.violations("western_electric")[1]
        array([6])
        """
        return broken(self._track(of), rules, runs=self._runs(of))

    def alarms(self, rules: RuleSet = "nelson", *, source: str | None = None) -> pd.DataFrame:
        """Return the broken rules as table `alarms`, of both charts of a pair.

        One alarm is a stretch of points that all complete the same rule: it starts at the first of them and ends at the
        next point that does not; ``end`` is missing while there is none. ``value`` and ``limit`` are those of the first
        point; the trends (Nelson 3 and 4) pass no limit.

        Parameters
        ----------
        rules : {"nelson", "western_electric"}
            As in `violations`.
        source : str, optional
            What the alarms are of; the name of the series unless given.

        Returns
        -------
        DataFrame
            Table `alarms`, sorted by start; ``rule`` is such as ``nelson_2``.

        Raises
        ------
        TimeError
            If the points have no times.
        TableError
            If the set of rules is unknown.
        """
        told = chosen(rules)
        origin = self.name if source is None else source
        parts = [
            alarms_of(track, told, runs=self._runs(which), index=self._index, source=origin)
            for which, track in (("first", self._drawn.first), ("second", self._drawn.second))
            if track is not None
        ]
        some = [part for part in parts if len(part)] or parts[:1]
        return pd.concat(some).sort_values(["start", "statistic", "rule"], kind="stable", ignore_index=True)

    def plot(self, *, lang: str = "en", rules: RuleSet = "nelson", tz: str | None = None) -> Figure:
        """Draw the chart, or the pair, with its lines and the rules its points break.

        Parameters
        ----------
        lang : {"en", "vi"}
            Language.
        rules : {"nelson", "western_electric"}
            As in `violations`.
        tz : str, optional
            IANA zone of the time axis; UTC if none is given.

        Returns
        -------
        Figure
            Not bound to any display.
        """
        from smartfab.charts.control import control_chart

        return control_chart(self, lang=lang, rules=rules, tz=tz)

    def _track(self, of: str) -> Track:
        found = {"first": self._drawn.first, "second": self._drawn.second}.get(of)
        if found is None:
            raise TableError(repr(of), where="of", expected=" or ".join(map(repr, ("first", "second")[: len(self.statistics)])))
        return found

    def _runs(self, of: str) -> bool:
        return of == "first" and self.kind in _INDEPENDENT


def tabled(drawn: Drawn, index: pd.Index) -> pd.DataFrame:
    """Return the points of a chart as a table."""
    first, second = drawn.first, drawn.second
    label = "ts" if isinstance(index, pd.DatetimeIndex) else "index"
    columns: dict[str, object] = {
        label: clock.from_micros(clock.micros(index)) if isinstance(index, pd.DatetimeIndex) else index,
        "value": first.value, "centre": first.centre, "lower": first.lower, "upper": first.upper,
        "std_error": first.std_error,
    }  # fmt: skip
    if second is not None:
        columns |= {"second": second.value, "second_centre": second.centre}
        columns |= {"second_lower": second.lower, "second_upper": second.upper}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(index)))


def _one(line: Array) -> float | Array:
    """The one value a line has, or the line."""
    flat = np.atleast_1d(line)
    there = flat[~np.isnan(flat)]
    return float(there[0]) if len(there) and (there == there[0]).all() else line
