"""Stops seen in a time account: which lost most, and how often a machine fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from smartfab.errors import MissingColumnError, TableError
from smartfab.findings import attach
from smartfab.oee.setup_standards import beyond_standard
from smartfab.tables import conform

LOST = ("breakdown", "setup", "idle", "blocked_starved", "minor_stop")
NOT_DECLARED = "not_declared"
OTHERS = "others"


def pareto(
    account: pd.DataFrame, *, by: str = "reason_id", top: int | None = 10, setups: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return what lost most time in planned time, the gravest first; breakdowns without a reason lead.

    Counted are breakdowns, setups, idle, blocked or starved time and minor stops; not counted are planned stops, speed
    and quality. By reason, a loss without a reason stands under its own name, a breakdown under "not_declared". A
    stop is one stretch of one kind of loss.

    Parameters
    ----------
    account : DataFrame
        Table `account`.
    by : str
        Column of the account: reason_id, loss, machine_id, product_id, shift_id.
    top : int, optional
        What is beyond is added up as "others" [1].
    setups : DataFrame, optional
        Table `setups`: how long changeovers may take.

    Returns
    -------
    DataFrame
        `by`, duration_s [s], n_stops [1], share and cumulative share (0…1); with `setups` also setup_over_s, the setup
        beyond its standard [s].

    Raises
    ------
    TableError
        If `account` is not a time account, or has no such column.
    """
    whole = _account(account, by)
    over, remarks = (None, []) if setups is None else beyond_standard(whole, setups)
    lost = whole[whole["loss"].isin(LOST)]
    # a breakdown wants a reason; the other losses are one themselves
    unnamed = lost["loss"].where(lost["loss"] != "breakdown", NOT_DECLARED) if by == "reason_id" else ""
    key = lost[by].fillna(unnamed)
    begins = (lost["machine_id"] != lost["machine_id"].shift()) | (lost["start"] != lost["end"].shift()) | (key != key.shift())
    begins |= lost["loss"] != lost["loss"].shift()
    rows = pd.DataFrame(
        {"duration_s": lost["duration_s"].groupby(key).sum(), "n_stops": begins.groupby(key).sum().astype("int64")}
    )
    if over is not None:
        rows["setup_over_s"] = over[lost.index].groupby(key).sum()
    rows = rows.rename_axis(by).reset_index()
    undeclared = (rows[by] == NOT_DECLARED) if by == "reason_id" else pd.Series(False, index=rows.index)
    rows = (
        rows.assign(last=~undeclared)
        .sort_values(["last", "duration_s", by], ascending=[True, False, True])
        .drop(columns="last")
    )
    if top is not None and len(rows) > top:
        rest = rows.iloc[top:]
        others = pd.DataFrame({by: [OTHERS], **{name: [rest[name].sum()] for name in rest if name != by}})
        rows = pd.concat([rows.iloc[:top], others])
    rows = rows.reset_index(drop=True)
    total = rows["duration_s"].sum()
    rows["share"] = rows["duration_s"] / total if total else np.nan
    rows["cumulative"] = rows["share"].cumsum()
    return attach(rows, account.attrs.get("findings", []), remarks)


def reliability(
    account: pd.DataFrame,
    *,
    by: Sequence[str] = ("machine_id",),
    convention: Literal["per_failure", "iso22400"] = "per_failure",
) -> pd.DataFrame:
    """Return how often machines fail and how long they take to mend.

    A failure is a breakdown that begins in the account: one stretch of unplanned stop, a break within it included.
    Blocked or starved time is not a failure, and minor stops are not failures. Time to failure is run and set-up
    time; time between failures includes the repair.

    Parameters
    ----------
    account : DataFrame
        Table `account`.
    by : sequence of str
        Columns of the account.
    convention : {"per_failure", "iso22400"}
        Divide by the failures, or by failures + 1 as ISO 22400-2 does.

    Returns
    -------
    DataFrame
        The keys, run_s, setup_s and breakdown_s [s], n_failures [1], mtbf_s, mttr_s and mttf_s [s] (null without a
        failure, under per_failure), mtbf_low_s [s]: no shorter than this as far as has been seen; and the convention.

    Raises
    ------
    TableError
        If `account` is not a time account, or has no such columns.

    References
    ----------
    ISO 22400-2:2014, clause 9 (MTBF, MTTF, MTTR).
    """
    if convention not in {"per_failure", "iso22400"}:
        raise TableError(repr(convention), where="convention", expected='"per_failure" or "iso22400"')
    keys = [by] if isinstance(by, str) else list(by)
    rows = _account(account, *keys)
    joined = (rows["machine_id"] == rows["machine_id"].shift()) & (rows["start"] == rows["end"].shift())
    stopped = rows["category"] == "unplanned_stop"
    stretch = (~(stopped & stopped.shift(fill_value=False) & joined)).cumsum()
    failing = rows[stopped & (rows["loss"] == "breakdown")]
    begins = failing[~stretch[failing.index].duplicated()]
    group = rows.groupby(keys, dropna=False, sort=True)
    each = [rows[key] for key in keys]
    lost = {name: rows["duration_s"].where(rows["loss"] == name, 0.0) for name in ("run", "setup", "breakdown")}
    sums = {f"{name}_s": seconds.groupby(each, dropna=False).sum() for name, seconds in lost.items()}
    out = pd.DataFrame(sums, index=group.size().index)
    out["n_failures"] = begins.groupby(keys, dropna=False).size().reindex(out.index, fill_value=0)
    divisor = out["n_failures"] + (1 if convention == "iso22400" else 0)
    busy = out["run_s"] + out["setup_s"]
    out["mttf_s"] = busy / divisor.where(divisor > 0)
    out["mttr_s"] = out["breakdown_s"] / divisor.where(divisor > 0)
    out["mtbf_s"] = (busy + out["breakdown_s"]) / divisor.where(divisor > 0)
    out["mtbf_low_s"] = (busy + out["breakdown_s"]) / (out["n_failures"] + 1)
    out["convention"] = convention
    return attach(out.reset_index(), account.attrs.get("findings", []))


def _account(account: pd.DataFrame, *columns: str) -> pd.DataFrame:
    needed = ["machine_id", "start", "end", "duration_s", "category", "loss", *columns]
    if missing := [name for name in dict.fromkeys(needed) if name not in account]:
        raise TableError.of(
            [
                MissingColumnError("no such column", table="account", column=name, remedy="Use a table made by time_account.")
                for name in missing
            ],
            where="table account",
        )
    ready = conform(account, "account")
    return ready.sort_values(["machine_id", "start"], kind="stable").reset_index(drop=True)
