"""What must hold in the tables of a plant beyond their types: known categories, intervals that run forward, quantities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab._fast.column_scans import exceeds, lacks_times
from smartfab.clock import micros
from smartfab.column_types import plain_text
from smartfab.data_texts import KnownTexts, Texts
from smartfab.errors import MissingColumnError, SmartfabError, TableError, TimeError
from smartfab.vocabulary import CATEGORIES, SHIFT_KINDS

if TYPE_CHECKING:
    from smartfab.plant import Plant

MOST_PIECES = 1e12
"""More in one row is no count: beyond it millionths of a piece would no longer add up in 64 bits."""

_INTERVALS = ("shifts", "orders", "stop_reasons", "coverage")


def mapped_states(raw: Texts, state_map: Mapping[object, str]) -> pd.Series:
    """Return the category of each raw state; what the map does not hold stays as it is."""
    told = {plain_text(name) or str(name): category for name, category in state_map.items()}
    return Texts(raw.runs, pd.Index([told.get(str(name), str(name)) for name in raw.names], dtype="str")).series()


def contradictions(tables: Mapping[str, pd.DataFrame], texts: KnownTexts) -> list[SmartfabError]:
    """Return the faults of tables that are each in their declared types; `texts` keeps the text columns that are read."""
    return [*_categories(tables, texts), *_reversed(tables), *_counts(tables.get("counts")), *_speeds(tables.get("products"))]


def _categories(tables: Mapping[str, pd.DataFrame], texts: KnownTexts) -> Iterator[SmartfabError]:
    for table, column, known, remedy in (
        ("states", "state", CATEGORIES, "Give state_map={raw: category}."),
        ("reasons", "category", CATEGORIES, "Correct the category."),
        ("shifts", "kind", SHIFT_KINDS, "Correct the kind."),
    ):
        if table not in tables or column not in tables[table]:
            continue
        told = texts.of(tables[table], table, column)
        if set(told.names) <= set(known):
            continue
        rows = {str(name): count for name, count in zip(told.names, told.sizes(), strict=True) if name not in known and count}
        if not rows:  # categories no row is of
            continue
        kinds = sorted(rows)
        shown = ", ".join(kinds[:10]) + (" …" if len(kinds) > 10 else "")
        yield TableError(
            f"{sum(rows.values())} of {told.runs.rows} rows hold what is none of ours: {shown}",
            table=table,
            column=column,
            expected=f"one of {', '.join(known)}",
            remedy=remedy,
        )


def _reversed(tables: Mapping[str, pd.DataFrame]) -> Iterator[SmartfabError]:
    for name in _INTERVALS:
        if name in tables:
            bad = (tables[name]["end"] <= tables[name]["start"]).to_numpy(dtype=bool)
            yield from _rows(TimeError, bad, (name, "end"), "end no later than they start", "end > start")


def _counts(counts: pd.DataFrame | None) -> Iterator[SmartfabError]:
    if counts is None:
        return
    if "total" not in counts and "good" not in counts:
        yield MissingColumnError(
            "neither total nor good", table="counts", expected="how many pieces", remedy="Add total, or good with scrap."
        )
    dated = {"production_date", "shift_id"} <= set(counts)
    if "ts" not in counts and not dated:
        yield MissingColumnError(
            "neither ts nor production_date with shift_id",
            table="counts",
            expected="when the pieces were counted",
            remedy="Add ts, or both production_date and shift_id.",
        )
    else:
        yield from _untimed(counts, dated=dated)
    for name in ("total", "good", "scrap", "rework"):
        if name in counts and exceeds(pieces := np.ascontiguousarray(counts[name].to_numpy()), MOST_PIECES):
            yield from _rows(
                TableError, np.abs(pieces) > MOST_PIECES, ("counts", name), "not finite, or beyond 1e12", "a number of pieces"
            )


def _untimed(counts: pd.DataFrame, *, dated: bool) -> Iterable[TableError]:
    if "ts" in counts and not lacks_times(micros(counts["ts"])):
        return []
    told = counts["ts"].notna().to_numpy() if "ts" in counts else np.zeros(len(counts), dtype=bool)
    if dated:
        told = told | (counts["production_date"].notna() & counts["shift_id"].notna()).to_numpy()
    return _rows(TableError, ~told, ("counts", "ts"), "say no time", "ts, or both production_date and shift_id, in every row")


def _speeds(products: pd.DataFrame | None) -> Iterator[SmartfabError]:
    if products is None or not len(products):
        return
    given = [name for name in ("ideal_cycle_s", "rate_per_h") if name in products]
    if not given:
        yield MissingColumnError(
            "neither ideal_cycle_s nor rate_per_h",
            table="products",
            expected="how fast a piece can be made",
            remedy="Add one of them.",
        )
    for name in (*given, "parts_per_cycle"):
        if name in products:
            number = products[name].to_numpy()
            bad = ~(np.isnan(number) | ((number > 0) & np.isfinite(number)))
            shown = f"not positive, such as {float(number[bad][0])!r}" if bad.any() else ""
            yield from _rows(TableError, bad, ("products", name), shown, "a positive number, or null where it is not known")


def latest_word(coverage: pd.DataFrame) -> pd.DataFrame:
    """Return table `coverage` with each gap once, as it was last recorded: one that history filled later is recovered.

    Parameters
    ----------
    coverage : DataFrame
        As collectors wrote it.

    Returns
    -------
    DataFrame
        One row for each (signal_id, start, end).
    """
    ordered = coverage.sort_values("recorded_at", kind="stable", na_position="first")
    return ordered.drop_duplicates(["signal_id", "start", "end"], keep="last", ignore_index=True)


def _rows(
    kind: type[TableError], bad: npt.NDArray[np.bool_], place: tuple[str, str], what: str, expected: str
) -> Iterable[TableError]:
    if not bad.any():
        return []
    found = f"{int(bad.sum())} of {len(bad)} rows {what}, first at row {int(np.flatnonzero(bad)[0])}"
    return [kind(found, table=place[0], column=place[1], expected=expected, remedy="Correct these rows.")]


def gaps_of_states(coverage: pd.DataFrame | None, plant: Plant) -> pd.DataFrame | None:
    """Return the gaps in which a machine's state was not known, as gaps of the machine; those of other signals hide no state.

    Parameters
    ----------
    coverage : DataFrame, optional
        Table `coverage`.
    plant : Plant
        Says which tags tell a state.

    Returns
    -------
    DataFrame or None
        Table `coverage`, its signal_id a machine_id.
    """
    if coverage is None or not len(coverage):
        return coverage
    machine_of = {f"{machine.id}/{name}": machine.id for _, machine in plant.machines for name in machine.state_tags()}
    machines = coverage["signal_id"].map(machine_of)
    return coverage[machines.notna()].assign(signal_id=machines.dropna())
