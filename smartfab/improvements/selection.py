"""From a table to the rows a measurement rests on: the units compared, the columns used, in one canonical order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.column_types import Reading, read_column
from smartfab.errors import MissingColumnError, SmartfabError, TableError
from smartfab.findings import Finding, finding
from smartfab.improvements.kpi_rules import DENOMINATORS, RATIOS
from smartfab.improvements.moments import Moment, Times, first_day, read_times
from smartfab.improvements.request import Request, refuse_expectation
from smartfab.vocabulary import DType

_DEFAULT_CATEGORIES = ("shift_id", "product_id")


@dataclass(frozen=True)
class Selected:
    """The canonical rows, the request with every default made explicit, and where each row lies."""

    request: Request
    rows: pd.DataFrame
    times: Times
    place: npt.NDArray[np.int64]
    unit: npt.NDArray[np.int64]
    units: tuple[str, ...]
    is_ratio: bool
    findings: tuple[Finding, ...]

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """Return a numeric column, NaN where it is not finite."""
        values = self.rows[name].to_numpy(dtype=np.float64)
        return np.where(np.isfinite(values), values, np.nan)

    @property
    def weight(self) -> npt.NDArray[np.float64]:
        """Weight of each row; 1 where none is named."""
        return np.ones(len(self.rows)) if self.request.weight is None else self.column(self.request.weight)


def selected(data: pd.DataFrame, request: Request) -> Selected:
    """Return the rows of the treated unit and of those it may be compared with, inside the window.

    Rows of weight 0 were not planned and are left out. A row whose y or weight is not known stays: it is counted as missing.

    Parameters
    ----------
    data : DataFrame
        One row a unit and shift, day, week or year; not changed.
    request : Request
        Checked arguments.

    Returns
    -------
    Selected
        The same for every order of the rows, and for its own rows again.

    Raises
    ------
    TableError
        Every fault of the table at once.
    """
    if not isinstance(data, pd.DataFrame):
        raise TableError(f"a {type(data).__name__}", table="data", expected="a pandas DataFrame")
    request, findings = _resolved(data, request)
    faults = _missing(data, request)
    if faults:
        raise TableError.of(faults, where="data")
    columns = _columns(data, request, faults)
    if faults:
        raise TableError.of(faults, where="data")
    rows = _wanted(data, columns, request)
    numbers = [name for name in rows.columns if rows[name].dtype == np.float64]
    texts = [name for name in rows.columns if name not in numbers]
    rows = rows.sort_values(texts + numbers, kind="stable", ignore_index=True)
    if repeated := int(rows.duplicated().sum()):
        findings.append(finding("rows_repeated", request.time, repeated))
    for name in numbers:
        if infinite := int(np.isinf(rows[name]).sum()):
            findings.append(finding("non_finite_value", name, infinite))
    times = read_times(rows[request.time], request.grain, request.tz)
    units = tuple(sorted(set(rows[request.unit]) | {request.treated}))
    is_ratio = request.y in RATIOS or _lies_in_unit_interval(rows[request.y])
    if is_ratio and request.expected is not None and abs(request.expected) > 1:
        raise refuse_expectation(request.y, request.expected)
    codes = pd.Index(units).get_indexer(pd.Index(rows[request.unit])).astype(np.int64)
    return Selected(request, rows, times, place_of(times, request), codes, units, is_ratio, tuple(findings))


def place_of(times: Times, request: Request) -> npt.NDArray[np.int64]:
    """Return where each row begins on its axis: its own time, or the first day of its week, month, quarter or year."""
    if request.grain == "D":
        return times.micros
    return first_day(times.period(request.grain), request.grain) * clock.DAY


def _resolved(data: pd.DataFrame, request: Request) -> tuple[Request, list[Finding]]:
    findings: list[Finding] = []
    categories = request.categories
    if categories is None:
        categories = tuple(name for name in _DEFAULT_CATEGORIES if name in data.columns)
    weight = request.weight
    own = DENOMINATORS.get(request.y, ())
    if weight is None:
        weight = next((name for name in own if name in data.columns), None)
        if own and weight is None:
            findings.append(finding("weight_missing", request.y, expected=list(own), taken="every row counts alike"))
    elif own and weight not in own:
        findings.append(finding("weight_not_the_denominator", weight, expected=list(own)))
    return replace(request, categories=categories, weight=weight), findings


def _missing(data: pd.DataFrame, request: Request) -> list[SmartfabError]:
    wanted = {
        "time": request.time, "unit": request.unit, "y": request.y, "weight": request.weight, "exposure": request.exposure,
    }  # fmt: skip
    named = [(argument, name) for argument, name in wanted.items() if name is not None]
    named += [("categories", name) for name in request.categories or ()] + [("covariates", name) for name in request.covariates]
    known = ", ".join(map(str, data.columns)) or "no columns"
    return [
        MissingColumnError("no such column", where=argument, column=name, expected=f"a column of the table: {known}",
                           remedy="Name it as the table does.")
        for argument, name in named
        if name not in data.columns
    ]  # fmt: skip


def _columns(data: pd.DataFrame, request: Request, faults: list[SmartfabError]) -> dict[str, pd.Series]:
    found: dict[str, pd.Series] = {}

    def read(name: str, kind: DType) -> None:
        try:
            found[name] = read_column(data[name], kind, Reading("data", name, request.tz))
        except TableError as fault:
            faults.append(fault)

    for name in (request.unit, *(request.categories or ())):
        read(name, "string")
        if name in found and isinstance(found[name].dtype, pd.CategoricalDtype):
            found[name] = found[name].astype("str")
    try:
        found[request.time] = read_times(data[request.time], request.grain, request.tz).column
    except TableError as fault:
        faults.append(fault)
    for name in _numeric(request):
        read(name, "float64")
    if not faults:
        _unknown_shifts(data, found, request)
        faults += _impossible(found, request)
    return found


def _numeric(request: Request) -> list[str]:
    named = [request.y, request.weight, request.exposure, *request.covariates]
    return list(dict.fromkeys(name for name in named if name is not None))


def _unknown_shifts(data: pd.DataFrame, found: dict[str, pd.Series], request: Request) -> None:
    """The weight of a shift nothing is known of is not 0 but unknown."""
    if request.weight == "planned_s" and "unknown_s" in data.columns:
        unknown = read_column(data["unknown_s"], "float64", Reading("data", "unknown_s", request.tz))
        found["planned_s"] = found["planned_s"].mask((found["planned_s"] == 0) & (unknown > 0))


def _impossible(found: dict[str, pd.Series], request: Request) -> list[SmartfabError]:
    faults: list[SmartfabError] = []
    units = found[request.unit]
    if units.isna().any():
        faults.append(_bad_rows(units.isna(), request.unit, "the name of a unit in every row"))
    present = set(units.dropna())
    asked = [("treated", request.treated)]
    asked += [("controls", name) for name in (request.controls if isinstance(request.controls, tuple) else ())]
    faults += [
        TableError(f"{name!r} has no row", where=argument, expected=f"one of: {', '.join(sorted(present)[:20])}")
        for argument, name in asked
        if name not in present
    ]
    if request.weight is not None:
        bad = (found[request.weight] < 0) | np.isinf(found[request.weight])
        if bad.any():
            faults.append(_bad_rows(bad, request.weight, "weights that are not negative"))
    if request.exposure is not None:
        level = found[request.exposure]
        bad = (units == request.treated) & (level.isna() | (level < 0) | (level > 1))
        if bad.any():
            faults.append(_bad_rows(bad, request.exposure, "0 … 1 in every row of the treated unit"))
    return faults


def _bad_rows(bad: pd.Series, name: str, expected: str) -> TableError:
    first = int(np.flatnonzero(bad.to_numpy(dtype=bool))[0])
    found = f"{int(bad.sum())} of {len(bad)} rows, first at row {first}"
    return TableError(found, table="data", column=name, expected=expected, remedy="Correct or drop these rows.")


def _wanted(data: pd.DataFrame, columns: dict[str, pd.Series], request: Request) -> pd.DataFrame:
    order = [request.unit, request.time, *(request.categories or ()), *_numeric(request)]
    rows = pd.DataFrame({name: columns[name] for name in dict.fromkeys(order)}, index=data.index).reset_index(drop=True)
    keep = pd.Series(True, index=rows.index)
    if request.controls != "auto":
        keep &= rows[request.unit].isin([request.treated, *(request.controls or ())])
    if request.weight is not None:
        keep &= rows[request.weight] != 0
    times = read_times(rows[request.time], request.grain, request.tz)
    place = place_of(times, request)
    keep &= _inside(place, times, request.since, request.until, request.tz)
    return rows[keep]


def _inside(
    place: npt.NDArray[np.int64], times: Times, since: Moment | None, until: Moment | None, tz: str | None
) -> npt.NDArray[np.bool_]:
    inside = np.ones(len(place), dtype=bool)
    if since is not None:
        inside &= place >= since.on(times.axis, tz)
    if until is not None:
        inside &= place < until.on(times.axis, tz)
    return inside


def _lies_in_unit_interval(values: pd.Series | Sequence[float]) -> bool:
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    return bool(len(known)) and bool((known >= 0).all()) and bool((known <= 1).all()) and bool((known % 1 != 0).any())
