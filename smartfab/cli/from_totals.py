"""`smartfab oee --from-files` where the files are shift sheets: planned, run and made, a row a shift."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.errors import PlantError, TableError
from smartfab.exports.folding import fold
from smartfab.findings import attach
from smartfab.plant import Plant


def plant_of_totals(folder: Path) -> Plant:
    """Return a plant that says nothing but its name, for sheets that need no more.

    Parameters
    ----------
    folder : Path
        The exports.

    Returns
    -------
    Plant
        Without shifts and machines.
    """
    return Plant.model_validate({"plant": {"id": fold(folder.resolve().name).replace(" ", "-") or "plant", "timezone": "UTC"}})


def figures_of_totals(
    read: dict[str, pd.DataFrame], plant: Plant | None, keys: list[str], window: tuple[pd.Timestamp, pd.Timestamp] | None = None
) -> pd.DataFrame:
    """Return OEE from shift sheets that say what was planned and run; what a sheet lacks the plant may know.

    Parameters
    ----------
    read : dict of str to DataFrame
        Table `totals`, and no other that says the same.
    plant : Plant, optional
        Knows the ideal cycles of its products.
    keys : list of str
        Columns that name a row of the result.
    window : tuple of Timestamp, optional
        Half-open: only shifts of production dates that begin in it.

    Returns
    -------
    DataFrame
        Table `oee`.

    Raises
    ------
    TableError
        If other files say the same again, or a column is missing.
    """
    from smartfab import oee as engine

    if "totals" not in read:
        raise PlantError(
            f"{', '.join(sorted(read))}, and no plant.toml", where="--from-files",
            expected="the plant's shifts, machines and ideal cycles", remedy="smartfab oee plant.toml --from-files FOLDER",
        )  # fmt: skip
    other = sorted({"counts", "stops", "states", "samples"} & set(read))
    if other:
        raise TableError(
            f"totals of shifts beside {', '.join(other)}: both say what ran and what was made", where="--from-files",
            expected="one of them", remedy="Put the sheets of totals in a folder of their own.",
        )  # fmt: skip
    totals = read["totals"] if window is None or plant is None else _within(read["totals"], window, plant)
    findings = [item for item in totals.attrs.get("findings", []) if item["code"] != "export_read"]
    kpis = engine.from_totals(totals if plant is None else with_cycles(totals, plant))
    if plant is not None and "line_id" in keys and "line_id" not in kpis:
        lines = {machine.id: line.id for line, machine in plant.machines}
        kpis["line_id"] = kpis["machine_id"].map(lines)
    there = [name for name in keys if name in kpis]
    rows = engine.rollup(kpis, by=there)
    return attach(rows.reindex(columns=[*keys, *(name for name in rows if name not in keys)]), findings)


def _within(totals: pd.DataFrame, window: tuple[pd.Timestamp, pd.Timestamp], plant: Plant) -> pd.DataFrame:
    if "production_date" not in totals:
        return totals
    edges = clock.micros(pd.DatetimeIndex(window)) - np.array([0, 1])
    first, last = clock.production_date(edges, plant.timezone, plant.day_start)
    return totals[totals["production_date"].between(first, last)]


def with_cycles(totals: pd.DataFrame, plant: Plant) -> pd.DataFrame:
    """Return totals with the plant's ideal time of a piece where the sheet says none and the plant knows it.

    Parameters
    ----------
    totals : DataFrame
        Table `totals`.
    plant : Plant
        With products; a speed for the machine goes before one for all, a later one before an earlier.

    Returns
    -------
    DataFrame
        The same rows, ideal_cycle_s filled [s].
    """
    known = plant.product_table()
    if not len(known) or not len(totals):
        return totals
    nothing = pd.Series(np.nan, index=known.index)
    piece = known.get("ideal_cycle_s", nothing) / known.get("parts_per_cycle", nothing).fillna(1.0)
    known = known.assign(piece_s=piece.fillna(3600.0 / known.get("rate_per_h", nothing)), own=known["machine_id"].notna())
    known = known[known["piece_s"].notna()].sort_values(["own", "valid_from"], na_position="first", kind="stable")
    given = totals.get("ideal_cycle_s", pd.Series(np.nan, index=totals.index))
    told = totals.reindex(columns=["product_id", "machine_id", "production_date"])
    found = [np.nan if pd.notna(cycle) else _piece_s(known, row, plant)
             for cycle, row in zip(given, told.itertuples(index=False), strict=True)]  # fmt: skip
    return totals.assign(ideal_cycle_s=given.fillna(pd.Series(found, index=totals.index, dtype="float64")))


def _piece_s(known: pd.DataFrame, row: tuple[object, ...], plant: Plant) -> float:
    product_id, machine_id, day = row
    mine = known[known["machine_id"].isna() | (known["machine_id"] == machine_id)]
    if pd.isna(product_id) and mine["product_id"].nunique() == 1:  # type: ignore[call-overload]  # a cell is a scalar
        product_id = mine["product_id"].iloc[0]
    mine = mine[mine["product_id"] == product_id]
    if isinstance(day, pd.Timestamp):
        date = day.date().isoformat()
        at = clock.stamp(clock.instant(date, tz=plant.timezone, day_start=plant.day_start, what="production_date"))
        mine = mine[
            (mine["valid_from"].isna() | (mine["valid_from"] <= at)) & (mine["valid_to"].isna() | (mine["valid_to"] > at))
        ]
    return float(mine["piece_s"].iloc[-1]) if len(mine) else float("nan")
