"""From an effect to money: a chain of factors, exact to the đồng, with what is not certain carried along."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from smartfab.errors import TableError
from smartfab.findings import Finding, finding, merged
from smartfab.improvements.assumptions import Assumption, named
from smartfab.improvements.canonical import significant
from smartfab.improvements.measurement import Measurement

_ROUTES: dict[str, tuple[str, ...]] = {
    "bottleneck": ("planned_h_per_month", "ideal_rate_per_h", "contribution_margin"),
    "hours_saved": ("planned_h_per_month", "avoidable_cost_per_h"),
    "units_saved": ("units_per_month", "cost_per_unit"),
}
_OF_RATIOS = ("bottleneck", "hours_saved")
_MONTHS = Decimal(12)
_YEARS = (1, 2, 3)
_EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_P95 = 0.95


@dataclass(frozen=True)
class Money:
    """What an effect is worth a month and in each year.

    Attributes
    ----------
    per_month : Decimal or None
        Point estimate; None where the effect cannot be told [VND].
    interval : tuple of Decimal, or None
        At the ends of the measurement's interval [VND].
    p5, p50, p95 : Decimal or None
        With the uncertainty of effect and factors together [VND].
    route : str
        bottleneck, hours_saved or units_saved.
    assumptions : tuple of Assumption
        The factors.
    realised_months : mapping
        Year of application → months of operation really seen in it.
    findings : tuple of dict
        What is unsigned or doubtful.
    """

    per_month: Decimal | None
    interval: tuple[Decimal, Decimal] | None
    p5: Decimal | None
    p50: Decimal | None
    p95: Decimal | None
    route: str
    y: str
    assumptions: tuple[Assumption, ...]
    realised_months: Mapping[int, Decimal]
    findings: tuple[Finding, ...]

    def benefit(self, year: int = 1) -> Decimal | None:
        """Return the benefit of a year of application: on its realised months, else an advance on twelve.

        Parameters
        ----------
        year : int
            From 1 on [1].

        Returns
        -------
        Decimal or None
            Whole đồng; None where the effect cannot be told [VND].

        Raises
        ------
        TableError
            If it is no year.
        """
        if isinstance(year, bool) or not isinstance(year, int) or year < 1:
            raise TableError(repr(year), where="year", expected="1, 2, 3 …")
        if self.per_month is None:
            return None
        return _whole(_times(self.per_month, self.realised_months.get(year, _MONTHS)))

    def bounds(self, year: int = 1) -> tuple[Decimal, Decimal] | None:
        """Return P5 and P95 of the benefit of a year.

        Parameters
        ----------
        year : int
            From 1 on [1].

        Returns
        -------
        tuple of Decimal, or None
            Whole đồng; None where the effect cannot be told [VND].
        """
        if self.p5 is None or self.p95 is None:
            return None
        months = self.realised_months.get(year, _MONTHS)
        return _whole(_times(self.p5, months)), _whole(_times(self.p95, months))

    def is_advance(self, year: int = 1) -> bool:
        """Return whether the benefit of a year is an estimate that is to be trued up.

        Parameters
        ----------
        year : int
            From 1 on [1].

        Returns
        -------
        bool
            False where the months of that year are known.
        """
        return year not in self.realised_months

    def to_dict(self) -> dict[str, Any]:
        """Return the computation in JSON's own types, money as text.

        Returns
        -------
        dict
            With every factor and the benefit of the first three years.
        """
        amounts = {name: getattr(self, name) for name in ("per_month", "p5", "p50", "p95")}
        years = {str(year): {"benefit": _text(self.benefit(year)), "advance": self.is_advance(year)} for year in _YEARS}
        return {
            "route": self.route, "y": self.y, **{name: _text(value) for name, value in amounts.items()},
            "interval": None if self.interval is None else [_text(end) for end in self.interval],
            "assumptions": [item.to_dict() for item in self.assumptions], "years": years, "findings": list(self.findings),
            "realised_months": {str(year): _text(months) for year, months in sorted(self.realised_months.items())},
        }  # fmt: skip


def money(
    measured: Measurement, *, assumptions: Iterable[Assumption], realised_months: Mapping[int, object] | None = None,
    on: dt.date | None = None,
) -> Money:  # fmt: skip
    """Return what a measured effect is worth, in Decimal; each factor is an assumption finance signs.

    The names of the assumptions choose the way: a bottleneck whose pieces are sold, effect × planned_h_per_month ×
    ideal_rate_per_h × contribution_margin; hours saved elsewhere, effect × planned_h_per_month × avoidable_cost_per_h; scrap,
    energy, labour, effect × units_per_month × cost_per_unit, where units_per_month says how often a month y is counted. One
    KPI makes money: OEE holds scrap already, and is not counted beside it. What cannot be told is None, not 0.

    Parameters
    ----------
    measured : Measurement
        Of one KPI.
    assumptions : iterable of Assumption
        Exactly the factors of one way.
    realised_months : mapping, optional
        Year of application → months of operation in it, where they are known; the others are advances on 12 [1].
    on : date, optional
        The day the assumptions must hold on; the last reported day if left out.

    Returns
    -------
    Money
        A month, and each year.

    Raises
    ------
    TableError
        If the factors make no way, do not fit the KPI, or do not hold on that day.

    References
    ----------
    JCGM 100:2008 (GUM), 5.1.2: the uncertainties of effect and factors are combined in quadrature, each side on its own.

    Examples
    --------
    >>> import datetime as dt
    >>> from smartfab.improvements import Assumption
    >>> Assumption("contribution_margin", 18_000, "đ/m²", "ledger", "finance", dt.date(2026, 1, 1), dt.date(2026, 12, 31)).value
    Decimal('18000')
    """
    if not isinstance(measured, Measurement):
        raise TableError(f"a {type(measured).__name__}", where="measured", expected="the measurement of one KPI",
                         remedy="Choose the KPI that makes the money; two of them would count it twice.")  # fmt: skip
    factors = named(assumptions)
    route = _route(factors, measured)
    _refuse_invalid(factors, on or _last_day(measured))
    unsigned = [name for name, item in factors.items() if item.signed_by is None]
    findings = [finding("assumption_unsigned", name) for name in unsigned]
    months = {year: _months(year, value) for year, value in (realised_months or {}).items()}
    told = _told(measured)
    if not told:
        findings.append(finding("effect_not_told", measured.arguments["y"], status=measured.status))
    chain = _times(*(factors[name].value for name in _ROUTES[route]))
    sign = Decimal(-1 if measured.arguments["better"] == "lower" else 1)
    middle = _times(_number(measured.estimate), chain, sign) if told else None
    ends = sorted(_times(_number(end), chain, sign) for end in measured.interval) if told else None
    low, high = _spread(measured, [factors[name] for name in _ROUTES[route]], chain, sign) if told else (None, None)
    return Money(
        per_month=middle, interval=None if ends is None else (ends[0], ends[1]), p5=low, p50=middle, p95=high, route=route,
        y=str(measured.arguments["y"]), assumptions=tuple(factors[name] for name in _ROUTES[route]), realised_months=months,
        findings=tuple(merged([*findings, *measured.findings])),
    )  # fmt: skip


def _told(measured: Measurement) -> bool:
    return math.isfinite(measured.estimate) and measured.status not in {"not_measurable_yet", "not_separable"}


def _route(factors: Mapping[str, Assumption], measured: Measurement) -> str:
    ways = [route for route, names in _ROUTES.items() if set(names) == set(factors)]
    if not ways:
        wanted = "; or ".join(", ".join(names) for names in _ROUTES.values())
        raise TableError(", ".join(sorted(factors)) or "none", where="assumptions", expected=f"exactly {wanted}")
    if ways[0] in _OF_RATIOS and not measured.is_ratio:
        raise TableError(f"{measured.arguments['y']!r} is no ratio of planned time", where="assumptions",
                         expected="units_per_month and cost_per_unit")  # fmt: skip
    return ways[0]


def _refuse_invalid(factors: Mapping[str, Assumption], day: dt.date | None) -> None:
    if day is None:
        return
    late = [item for item in factors.values() if not item.valid_from <= day <= item.valid_until]
    if late:
        raise TableError.of(
            [TableError(f"holds {item.valid_from} … {item.valid_until}", where=item.name, expected=f"one that holds on {day}",
                        remedy=f"Ask {item.owner} for the figure of that day.") for item in late],
            where="assumptions",
        )  # fmt: skip


def _last_day(measured: Measurement) -> dt.date | None:
    last = measured.windows.get("reporting", {}).get("last")
    return None if last is None else dt.date.fromisoformat(last)


def _months(year: object, value: object) -> Decimal:
    fits = isinstance(value, (int, Decimal, str)) and not isinstance(value, bool)
    if not isinstance(year, int) or year < 1 or not fits or not 0 <= Decimal(str(value)) <= _MONTHS:
        raise TableError(f"{year!r}: {value!r}", where="realised_months", expected="year from 1 on: 0 … 12 months, no float")
    return Decimal(str(value))


def _spread(measured: Measurement, factors: list[Assumption], chain: Decimal, sign: Decimal) -> tuple[Decimal, Decimal]:
    """P5 and P95: the effect's own t, and what the factors may be, each side combined in quadrature."""
    from scipy.special import stdtrit

    middle = _times(_number(measured.estimate), chain, sign)
    own = abs(_times(_number(float(stdtrit(measured.dof, _P95)) * measured.scale), chain))
    down, up = own**2, own**2
    for item in factors:
        if item.low is not None and item.high is not None and item.value != 0:
            parts = sorted(_times(middle, end) / item.value for end in (item.low, item.high))
            down += (middle - parts[0]) ** 2
            up += (parts[1] - middle) ** 2
    return middle - _EXACT.sqrt(down), middle + _EXACT.sqrt(up)


def _number(value: float) -> Decimal:
    """A float of the engine as it is reported: 6 significant digits."""
    return Decimal(repr(significant(float(value))))


def _times(*values: Decimal) -> Decimal:
    found = Decimal(1)
    for value in values:
        found = _EXACT.multiply(found, value)
    return found


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
