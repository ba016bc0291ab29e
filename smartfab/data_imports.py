"""A table as people have it → the table a store keeps it in: who entered it and when, nothing edited later."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from smartfab.errors import TableError
from smartfab.findings import Finding, finding
from smartfab.tables import conform
from smartfab.vocabulary import TABLES

__all__ = ["KEPT_IN", "entered_rows", "kept_in"]

KEPT_IN: Mapping[str, str] = {
    "counts": "entered_counts", "states": "stops",
    **{name: name for name in ("samples", "coverage", "events", "stops", "stop_reasons", "changeovers", "entered_counts",
                               "orders", "parts")},
}  # fmt: skip
"""Table of a file → table of the store; a state that holds until the next row becomes a row of the log."""

_IN_PLANT = {"products": "products", "reasons": "reasons", "setups": "setups", "calendar": "calendar", "people": "people"}


def kept_in(table: str) -> str:
    """Return the table of a store that keeps what a file says.

    Parameters
    ----------
    table : str
        A table of the vocabulary.

    Returns
    -------
    str
        Its name.

    Raises
    ------
    TableError
        If a store keeps no such rows; the remedy says where they belong.
    """
    if table in KEPT_IN:
        return KEPT_IN[table]
    remedy = "Correct --table."
    if table in _IN_PLANT:
        remedy = f'Name the file in plant.toml: {_IN_PLANT[table]} = "file.xlsx".'
    elif table in {"machines", "shifts"}:
        remedy = "Machines and shifts stand in plant.toml."
    elif table == "totals":
        remedy = "Put the file in a folder of its own: smartfab oee --from-files FOLDER."
    expected = f"one of {', '.join(sorted(KEPT_IN))}"
    raise TableError(f"a store is not told {table!r} by a file", where="--table", expected=expected, remedy=remedy)


def entered_rows(
    frame: pd.DataFrame, table: str, *, by: str, recorded_at: pd.Timestamp
) -> tuple[pd.DataFrame, list[Finding]]:  # fmt: skip
    """Return the rows a store keeps of a table that was read from a file.

    Parameters
    ----------
    frame : DataFrame
        The table, in its declared types.
    table : str
        Its name.
    by : str
        Who enters it, where the rows do not say.
    recorded_at : Timestamp
        When it became known, where the rows do not say.

    Returns
    -------
    DataFrame
        Rows of table `kept_in(table)`.
    list of Finding
        What could not be kept.
    """
    target = kept_in(table)
    rows, remarks = _lasting(frame) if table == "states" else (frame, [])
    if table == "stop_reasons":
        rows = rows[rows["reason_id"].notna()]
    declared = [column.name for column in TABLES[target].columns]
    lost = [name for name in rows if name not in declared and rows[name].notna().any()]
    if lost and table != "states":
        remarks.append(finding("columns_not_kept", target, len(lost), columns=", ".join(map(str, lost))))
    if target == "entered_counts" and "total" not in rows:
        parts = [name for name in ("good", "scrap", "rework") if name in rows]
        rows = rows.assign(total=rows[parts].fillna(0.0).sum(axis=1))
    kept = rows[[name for name in declared if name in rows]].copy()
    for name, value in (("by", by), ("recorded_at", recorded_at)):
        if name in declared:
            kept[name] = kept[name].fillna(value) if name in kept else value
    kept.attrs = {}
    ready = conform(kept, target)
    ready.attrs = {}
    return ready, remarks


def _lasting(states: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Each state until the machine's next row; how long the last one held nobody knows."""
    ordered = states.sort_values(["machine_id", "ts"], kind="stable").drop_duplicates(["machine_id", "ts"], keep="last")
    end = ordered.groupby("machine_id")["ts"].shift(-1)
    log = ordered.assign(start=ordered["ts"], end=end)
    left = int(end.isna().sum())
    return log[end.notna()], [finding("last_state_left_out", "states", left)] if left else []
