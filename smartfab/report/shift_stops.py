"""The stops a shift meeting speaks of: the longest ones, and those nobody explained."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

STOPS = ("breakdown", "setup", "idle")
"""Losses that are a stop of the machine itself; waiting for another machine and minor stops are added up beside them."""

_KEPT = ["machine_id", "loss", "reason_id"]


def stops_of(account: pd.DataFrame, losses: Sequence[str] = STOPS) -> pd.DataFrame:
    """Return the stops of an account, the longest first.

    A stop is one stretch of one loss with one reason, breaks and changes of product within it left out.

    Parameters
    ----------
    account : DataFrame
        Table `account`.
    losses : sequence of str
        Buckets that count.

    Returns
    -------
    DataFrame
        machine_id, loss, reason_id, start, end, duration_s [s], open: whether it still went on.
    """
    rows = account.sort_values(["machine_id", "start"], kind="stable")
    same = pd.Series(data=True, index=rows.index)
    for name in _KEPT:
        before = rows[name].shift()
        same &= (rows[name] == before) | (rows[name].isna() & before.isna())
    same &= rows["start"] == rows["end"].shift()
    stretch = (~same).cumsum()
    lost = rows[rows["loss"].isin(losses)]
    found = lost.groupby(stretch[lost.index], sort=False).agg(
        machine_id=("machine_id", "first"), loss=("loss", "first"), reason_id=("reason_id", "first"), start=("start", "first"),
        end=("end", "last"), duration_s=("duration_s", "sum"), open=("open", "last"),
    )  # fmt: skip
    return found.sort_values("duration_s", ascending=False, kind="stable").reset_index(drop=True)


def undeclared(stops: pd.DataFrame) -> pd.DataFrame:
    """Return the breakdowns nobody gave a reason for.

    Parameters
    ----------
    stops : DataFrame
        From `stops_of`.

    Returns
    -------
    DataFrame
        These rows.
    """
    return stops[(stops["loss"] == "breakdown") & stops["reason_id"].isna()]
