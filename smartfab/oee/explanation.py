"""How a figure came about: the intervals, counts and ideal cycles behind a result row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from smartfab import clock
from smartfab.data import PlantData
from smartfab.errors import MissingColumnError
from smartfab.oee.account import time_account
from smartfab.oee.cells import KEYS
from smartfab.oee.inputs import stamps

_FORMULA = (
    "availability = {working} / {planned} = {working_s} / {time_s:g} s = {availability:.6g}\n"
    "performance = ideal / {working} = {ideal_s:g} s / {working_s} = {performance:.6g}\n"
    "quality = good ideal / ideal = {good_ideal_s:g} s / {ideal_s:g} s = {quality:.6g}\n"
    "OEE = good ideal / {planned} = {good_ideal_s:g} s / {time_s:g} s = {oee:.6g}"
)


@dataclass(frozen=True)
class Explanation:
    """What made a result row.

    Attributes
    ----------
    formula : str
        The ratios with their terms put in.
    intervals : DataFrame
        Rows of the time account; their seconds add up to calendar_s.
    counts : DataFrame
        Rows of counts stamped within these intervals.
    ideal_cycles : DataFrame
        Rows of products the counted products have.
    """

    formula: str
    intervals: pd.DataFrame
    counts: pd.DataFrame
    ideal_cycles: pd.DataFrame

    def __str__(self) -> str:
        return f"{self.formula}\nfrom {len(self.intervals)} intervals and {len(self.counts)} counts"


def explain(
    data: PlantData, row: pd.Series | Mapping[str, object], *, start: object = None, end: object = None, **options: object
) -> Explanation:
    """Return which intervals, counts and ideal cycles made a result row.

    Parameters
    ----------
    data : PlantData
        The data the row was evaluated from.
    row : Series or mapping
        A row of `evaluate`; its keys say which intervals are meant.
    start, end : str, date or Timestamp, optional
        The window the row was evaluated over. A row taken from the result knows it; else all time of the data.
    **options
        Options of `time_account` the row was evaluated with; a row taken from the result knows them too.

    Returns
    -------
    Explanation
        Formula, intervals, counts and ideal cycles.

    Raises
    ------
    MissingColumnError
        If the row has no keys, or keys a time account does not know.
    """
    given = pd.Series(dict(row), dtype=object)
    keys = {name: given[name] for name in KEYS if name in given and not pd.isna(given[name])}
    if not keys or "team_id" in keys:
        raise MissingColumnError(
            "no keys to find the intervals by", where="row", expected="machine_id, shift_id, production_date"
        )
    data.validate()
    asked = {**getattr(row, "attrs", {}).get("asked", {}), **{name: given[name] for name in ("start", "end") if name in given}}
    asked |= {name: value for name, value in {"start": start, "end": end, **options}.items() if value is not None}
    if not {"start", "end"} <= set(asked):
        first, last = _span(data)
        asked = {"start": first, "end": last} | asked
    formula = _formula(given, asked.pop("minor_stops", "performance"), asked.pop("unknown", "exclude"))
    account = time_account(data, **asked)
    intervals = account[_of_row(data, account, keys, given)].reset_index(drop=True)
    counts = _counts(data, intervals)
    products = data.products if data.products is not None else pd.DataFrame(columns=["product_id"])
    if "product_id" in counts and counts["product_id"].notna().any():
        products = products[products["product_id"].isin(counts["product_id"])]
    return Explanation(formula, intervals, counts.reset_index(drop=True), products.reset_index(drop=True))


def _formula(row: pd.Series, minor_stops: str, unknown: str) -> str:
    working, seconds = "run", f"{row['run_s']:g} s"
    if minor_stops == "performance":
        working, seconds = "(run + minor stops)", f"({row['run_s']:g} s + {row['minor_stop_s']:g} s)"
    planned, time_s = "planned", row["planned_s"]
    if unknown == "down":
        planned, time_s = "(planned + unknown)", row["planned_s"] + row["unknown_s"]
    return _FORMULA.format(**row, working=working, working_s=seconds, planned=planned, time_s=time_s)


def _of_row(data: PlantData, account: pd.DataFrame, keys: Mapping[str, object], given: pd.Series) -> pd.Series:
    """Which intervals of an account have the keys of a row; where its shift or product is null, so is theirs."""
    mine = pd.Series(True, index=account.index)
    for name, value in keys.items():
        if name != "line_id":
            mine &= account[name] == value
        elif "machine_id" not in keys and data.machines is not None and "line_id" in data.machines:
            mine &= account["machine_id"].isin(data.machines.loc[data.machines["line_id"] == value, "machine_id"])
    for name in ("shift_id", "product_id"):
        if name in given and name not in keys:
            mine &= account[name].isna()
    return mine


def _span(data: PlantData) -> tuple[pd.Timestamp, pd.Timestamp]:
    edges: list[pd.Series] = []
    for table, columns in ((data.states, ["ts"]), (data.counts, ["ts"]), (data.shifts, ["start", "end"])):
        edges += [table[name].dropna() for name in columns if table is not None and name in table]
    times = pd.concat(edges)
    return times.min(), times.max() + pd.Timedelta(1, "us")


def _counts(data: PlantData, intervals: pd.DataFrame) -> pd.DataFrame:
    if data.counts is None:
        return pd.DataFrame(columns=["machine_id", "ts"])
    ts = clock.from_micros(stamps(data.counts))
    inside = pd.Series(False, index=data.counts.index)
    for machine_id, part in intervals.groupby("machine_id"):
        index = pd.IntervalIndex.from_arrays(part["start"], part["end"], closed="left")
        inside |= (data.counts["machine_id"] == machine_id).to_numpy() & (index.get_indexer(ts) >= 0)
    if {"shift_id", "production_date"} <= set(data.counts):  # counts that name only their shift
        names = ["machine_id", "shift_id", "production_date"]
        shifts = pd.MultiIndex.from_frame(intervals[names].dropna().drop_duplicates())
        inside |= ts.isna() & pd.MultiIndex.from_frame(data.counts[names]).isin(shifts)
    return data.counts[inside]
