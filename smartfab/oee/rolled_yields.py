"""Yields, each by its own name, because good pieces are counted in three ways."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from smartfab.errors import MissingColumnError, TableError
from smartfab.findings import attach
from smartfab.oee.rollups import rollup


def yields(kpis: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Return first-pass yield, final yield and rolled throughput yield.

    First-pass yield counts pieces right the first time, final yield also those mended, and rolled throughput yield is
    the chance that a piece passes every machine at the first try: the product of their first-pass yields.

    Parameters
    ----------
    kpis : DataFrame
        Table `oee`, with machine_id.
    by : sequence of str
        Columns of `kpis` to group by, such as line_id or production_date; machine_id is not one of them.

    Returns
    -------
    DataFrame
        `by`, machine_id (null for the rolled row), first_pass_yield, final_yield, rolled_throughput_yield (0…1).

    Raises
    ------
    TableError
        If `kpis` is not a table of this kind.

    References
    ----------
    ISO 22400-2:2014, clause 9 (first pass yield).
    """
    if "machine_id" not in kpis or "machine_id" in by:
        fault = MissingColumnError(
            "no machine to tell apart", table="oee", column="machine_id", remedy="Evaluate by machine_id."
        )
        raise TableError.of([fault], where="table oee")
    keys = [by] if isinstance(by, str) else list(by)
    rows = rollup(kpis, by=[*keys, "machine_id"])
    made = rows["total"].where(rows["total"] > 0)
    rows["first_pass_yield"] = rows["good"] / made
    rows["final_yield"] = (rows["total"] - rows["scrap"]) / made
    rows["everything"] = 0
    rows["known"] = rows["first_pass_yield"].notna()
    groups = rows.groupby(keys or ["everything"], dropna=False)
    rolled = groups["first_pass_yield"].prod().where(groups["known"].min()).rename("rolled_throughput_yield").reset_index()
    told = rows[[*keys, "machine_id", "first_pass_yield", "final_yield"]]
    out = pd.concat([told, rolled.drop(columns="everything", errors="ignore")], ignore_index=True)
    return attach(out, kpis.attrs.get("findings", []))
