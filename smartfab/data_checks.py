"""What must hold in the tables of a plant beyond their types: known categories, intervals that run forward, quantities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.column_types import plain_text
from smartfab.errors import MissingColumnError, SmartfabError, TableError, TimeError
from smartfab.vocabulary import CATEGORIES, SHIFT_KINDS

_INTERVALS = ("shifts", "orders", "stop_reasons", "coverage")


def mapped_states(states: pd.Series, state_map: Mapping[object, str]) -> pd.Series:
    """Return the category of each raw state; what the map does not hold stays as it is."""
    told = {plain_text(raw) or str(raw): category for raw, category in state_map.items()}
    categorical = states.astype("category")
    named = {raw: told.get(str(raw), str(raw)) for raw in categorical.cat.categories}
    return categorical.map(named).astype("str")


def contradictions(tables: Mapping[str, pd.DataFrame]) -> list[SmartfabError]:
    """Return the faults of tables that are each in their declared types."""
    return [*_categories(tables), *_reversed(tables), *_counts(tables.get("counts")), *_speeds(tables.get("products"))]


def _categories(tables: Mapping[str, pd.DataFrame]) -> Iterator[SmartfabError]:
    for table, column, known, remedy in (
        ("states", "state", CATEGORIES, "Give state_map={raw: category}."),
        ("reasons", "category", CATEGORIES, "Correct the category."),
        ("shifts", "kind", SHIFT_KINDS, "Correct the kind."),
    ):
        values = tables[table].get(column) if table in tables else None
        if values is None:
            continue
        strange = values[values.notna() & ~values.isin(known)]
        if strange.empty:
            continue
        kinds = sorted(set(map(str, strange)))
        shown = ", ".join(kinds[:10]) + (" …" if len(kinds) > 10 else "")
        yield TableError(
            f"{len(strange)} of {len(values)} rows hold what is none of ours: {shown}",
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
        told = np.zeros(len(counts), dtype=bool)
        for columns in (["ts"] if "ts" in counts else [], ["production_date", "shift_id"] if dated else []):
            if columns:
                told |= np.logical_and.reduce([counts[name].notna().to_numpy() for name in columns])
        yield from _rows(
            TableError, ~told, ("counts", "ts"), "say no time", "ts, or both production_date and shift_id, in every row"
        )
    for name in ("total", "good", "scrap", "rework"):
        if name in counts:
            yield from _rows(
                TableError, np.isinf(counts[name].to_numpy()), ("counts", name), "not finite", "a number of pieces"
            )


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


def _rows(
    kind: type[TableError], bad: npt.NDArray[np.bool_], place: tuple[str, str], what: str, expected: str
) -> Iterable[TableError]:
    if not bad.any():
        return []
    found = f"{int(bad.sum())} of {len(bad)} rows {what}, first at row {int(np.flatnonzero(bad)[0])}"
    return [kind(found, table=place[0], column=place[1], expected=expected, remedy="Correct these rows.")]
