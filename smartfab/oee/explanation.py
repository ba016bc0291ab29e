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
    "availability = (run + minor stops) / planned = ({run_s:g} s + {minor_stop_s:g} s) / {planned_s:g} s = {availability:.6g}\n"
    "performance = ideal / (run + minor stops) = {ideal_s:g} s / {working_s:g} s = {performance:.6g}\n"
    "quality = good ideal / ideal = {good_ideal_s:g} s / {ideal_s:g} s = {quality:.6g}\n"
    "OEE = good ideal / planned = {good_ideal_s:g} s / {planned_s:g} s = {oee:.6g}"
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
        The window the row was evaluated over; all time of the data unless given.
    **options
        Options of `time_account` the row was evaluated with.

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
    keys = {name: given[name] for name in KEYS if name in given and name != "line_id" and not pd.isna(given[name])}
    if not keys or "team_id" in keys:
        raise MissingColumnError(
            "no keys to find the intervals by", where="row", expected="machine_id, shift_id, production_date"
        )
    data.validate()
    first, last = _span(data)
    account = time_account(data, start if start is not None else first, end if end is not None else last, **options)  # type: ignore[arg-type]
    mine = pd.Series(True, index=account.index)
    for name, value in keys.items():
        mine &= account[name] == value
    if "shift_id" in row and "shift_id" not in keys:
        mine &= account["shift_id"].isna()
    intervals = account[mine].reset_index(drop=True)
    counts = _counts(data, intervals)
    products = data.products if data.products is not None else pd.DataFrame(columns=["product_id"])
    if "product_id" in counts and counts["product_id"].notna().any():
        products = products[products["product_id"].isin(counts["product_id"])]
    terms = {**given, "working_s": given["run_s"] + given["minor_stop_s"]}
    return Explanation(_FORMULA.format(**terms), intervals, counts.reset_index(drop=True), products.reset_index(drop=True))


def _span(data: PlantData) -> tuple[pd.Timestamp, pd.Timestamp]:
    edges: list[pd.Series] = []
    for table, columns in ((data.states, ["ts"]), (data.counts, ["ts"]), (data.shifts, ["start", "end"])):
        edges += [table[name].dropna() for name in columns if table is not None and name in table]
    times = pd.concat(edges)
    return times.min(), times.max() + pd.Timedelta(1, "us")


def _counts(data: PlantData, intervals: pd.DataFrame) -> pd.DataFrame:
    if data.counts is None or not len(intervals):
        return pd.DataFrame(columns=["machine_id", "ts"])
    ts = clock.from_micros(stamps(data.counts))
    inside = pd.Series(False, index=data.counts.index)
    for machine_id, part in intervals.groupby("machine_id"):
        index = pd.IntervalIndex.from_arrays(part["start"], part["end"], closed="left")
        inside |= (data.counts["machine_id"] == machine_id).to_numpy() & (index.get_indexer(ts) >= 0)
    return data.counts[inside]
