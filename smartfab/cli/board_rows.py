"""The live board of a plant for other programs: one object a look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from smartfab.exports.json_rows import plain_rows
from smartfab.plant import Plant

_FIGURES = ("oee", "availability", "performance", "quality", "coverage", "good", "total")


def live_rows(
    plant: Plant, account: pd.DataFrame | None, kpis: pd.DataFrame | None, health: Mapping[str, Mapping[str, Any]]
) -> dict[str, object]:
    """Return what the board shows.

    Parameters
    ----------
    plant : Plant
        Whose machines.
    account : DataFrame, optional
        Time account of the production date so far; None while nothing is known.
    kpis : DataFrame, optional
        Its OEE by machine and shift.
    health : mapping of str to mapping
        What the source of each line tells of itself.

    Returns
    -------
    dict
        JSON-ready: plant, at, shift_id, lines (state, newest_age_s [s]), machines (category, for_s [s], and the figures of the
        shift) and stops (unplanned, of the shift).
    """
    lines = {name: {"state": str(told.get("state", "idle")), "newest_age_s": _newest(told)} for name, told in health.items()}
    if account is None or kpis is None or not len(account):
        return {"plant": plant.id, "at": None, "shift_id": None, "lines": lines, "machines": [], "stops": []}
    newest = account.groupby("machine_id", sort=False).tail(1)
    named = newest["shift_id"].dropna()
    shift = str(named.iloc[0]) if len(named) else None
    own = kpis[kpis["shift_id"] == shift].set_index("machine_id")
    now = newest[["machine_id", "category", "duration_s"]].rename(columns={"duration_s": "for_s"})
    machines = now.join(own[list(_FIGURES)], on="machine_id")
    stops = account[(account["shift_id"] == shift) & (account["category"] == "unplanned_stop")]
    return {
        "plant": plant.id, "at": account["end"].max().isoformat(), "shift_id": shift, "lines": lines,
        "machines": plain_rows(machines), "stops": plain_rows(stops[["machine_id", "start", "duration_s", "reason_id"]]),
    }  # fmt: skip


def _newest(told: Mapping[str, Any]) -> float | None:
    return min((age for age in told.get("age_s", {}).values() if age is not None), default=None)
