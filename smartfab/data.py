"""PlantData: the bundle of tables an analysis starts from, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from smartfab.errors import MissingColumnError, SmartfabError, TableError, TimeError
from smartfab.findings import Finding, finding
from smartfab.tables import conform
from smartfab.vocabulary import CATEGORIES, SHIFT_KINDS

if TYPE_CHECKING:
    from smartfab.plant import Plant
    from smartfab.store import Store

_INTERVALS = ("shifts", "orders", "stop_reasons", "coverage")


class PlantData:
    """The tables of a plant, or of one machine, over any span of time.

    Parameters
    ----------
    states : DataFrame, optional
        Table `states`: a state holds until the machine's next row.
    counts : DataFrame, optional
        Table `counts`: pieces since the machine's previous row [1].
    shifts : DataFrame, optional
        Table `shifts`; rows without machine_id and line_id hold for every machine. None: all time is planned.
    products : DataFrame, optional
        Table `products` with ideal cycles [s]; rows without machine_id hold for every machine.
    orders, stop_reasons, reasons, machines, coverage : DataFrame, optional
        Tables of these names.
    state_map : mapping, optional
        Raw state → category, where `states` holds raw values; numbers may be written as numbers or as text.
    tz : str, optional
        IANA zone of the plant, for naive times and production dates.
    day_start : str
        Wall-clock time a production date begins.
    """

    TABLES = ("states", "counts", "shifts", "products", "orders", "stop_reasons", "reasons", "machines", "coverage")

    def __init__(
        self,
        *,
        states: pd.DataFrame | None = None,
        counts: pd.DataFrame | None = None,
        shifts: pd.DataFrame | None = None,
        products: pd.DataFrame | None = None,
        orders: pd.DataFrame | None = None,
        stop_reasons: pd.DataFrame | None = None,
        reasons: pd.DataFrame | None = None,
        machines: pd.DataFrame | None = None,
        coverage: pd.DataFrame | None = None,
        state_map: Mapping[object, str] | None = None,
        tz: str | None = None,
        day_start: str = "00:00",
    ) -> None:
        self.states = states
        self.counts = counts
        self.shifts = shifts
        self.products = products
        self.orders = orders
        self.stop_reasons = stop_reasons
        self.reasons = reasons
        self.machines = machines
        self.coverage = coverage
        self.state_map = state_map
        self.tz = tz
        self.day_start = day_start
        self.findings: list[Finding] = []
        self._checked = False

    def __repr__(self) -> str:
        held = [f"{name}: {len(table):,} rows" for name in self.TABLES if (table := getattr(self, name)) is not None]
        return f"PlantData({', '.join(held) or 'empty'})"

    @classmethod
    def from_samples(
        cls, samples: pd.DataFrame, plant: Plant, start: object, end: object, *, coverage: pd.DataFrame | None = None
    ) -> Self:
        """Return the tables that raw samples say: clean, expand shifts, detect states, count pieces.

        Samples before `start` are used to know the state and the counters at `start`; give at least one of each
        signal. Samples after `end` are not used.

        Parameters
        ----------
        samples : DataFrame
            Table `samples`.
        plant : Plant
            What the signals mean.
        start, end : str, date or Timestamp
            Half-open window; bare dates are production dates of the plant.
        coverage : DataFrame, optional
            Table `coverage`: gaps the collector knows of.

        Returns
        -------
        PlantData
            With the findings of every stage.

        Raises
        ------
        TableError
            If the samples are not in order with their declaration.
        """
        from smartfab import clock, counts, shifts, signals, states

        first, last = clock.interval(start, end, tz=plant.timezone, day_start=plant.day_start)
        cleaned = signals.clean(samples, plant)
        cleaned = cleaned[clock.micros(cleaned["ts"]) < last]
        tables = {
            "shifts": shifts.expand(plant, clock.stamp(first), clock.stamp(last)),
            "states": states.detect_states(cleaned, plant),
            "counts": counts.count_pieces(cleaned, plant),
        }
        data = cls(
            **tables, products=plant.product_table() if plant.product else None, machines=plant.machine_table(),
            coverage=coverage, tz=plant.timezone, day_start=plant.day_start,
        )  # fmt: skip
        for table in (cleaned, *tables.values()):
            data.findings += table.attrs.get("findings", [])
        return data

    @classmethod
    def from_store(cls, store: Store, plant: Plant, start: object, end: object, *, before: str = "1D") -> Self:
        """Return the tables that the samples of a store say.

        Parameters
        ----------
        store : Store
            With tables `samples` and `coverage`.
        plant : Plant
            What the signals mean.
        start, end : str, date or Timestamp
            Half-open window; bare dates are production dates of the plant.
        before : str
            How far before `start` to look for the last state and count of each signal.

        Returns
        -------
        PlantData
            With the findings of every stage.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        from smartfab import clock

        first, last = clock.interval(start, end, tz=plant.timezone, day_start=plant.day_start)
        early = clock.stamp(first - clock.duration(before, what="before"))
        samples = store.read("samples", start=early, end=clock.stamp(last))
        gaps = store.read("coverage", start=early, end=clock.stamp(last))
        return cls.from_samples(samples, plant, clock.stamp(first), clock.stamp(last), coverage=gaps)

    def validate(self) -> Self:
        """Hold every table against its declaration and against the others.

        Returns
        -------
        PlantData
            This object, its tables now in their declared types.

        Raises
        ------
        TableError
            One error that lists every fault of every table, with row counts.
        """
        if self._checked:
            return self
        faults: list[SmartfabError] = []
        for name in self.TABLES:
            table = getattr(self, name)
            if table is None:
                continue
            try:
                ready = conform(table, name, tz=self.tz)
            except TableError as error:
                faults += error.faults
                continue
            setattr(self, name, ready)
            self.findings += ready.attrs.get("findings", [])
        if not faults:
            faults += [*self._categories(), *self._reversed(), *self._counts(), *self._speeds()]
        if faults:
            raise TableError.of(faults, where="PlantData")
        self._checked = True
        return self

    def _categories(self) -> list[SmartfabError]:
        faults: list[SmartfabError] = []
        if self.states is not None:
            self.states["state"] = self._mapped(self.states["state"])
            faults += _strangers(self.states["state"], "states", "state", CATEGORIES, "Give state_map={raw: category}.")
        if self.reasons is not None:
            faults += _strangers(self.reasons["category"], "reasons", "category", CATEGORIES, "Correct the category.")
        if self.shifts is not None and "kind" in self.shifts:
            faults += _strangers(self.shifts["kind"].dropna(), "shifts", "kind", SHIFT_KINDS, "Correct the kind.")
        return faults

    def _mapped(self, states: pd.Series) -> pd.Series:
        if not self.state_map:
            return states
        told = {_raw_text(raw): category for raw, category in self.state_map.items()}
        categorical = states.astype("category")
        named = {raw: told.get(str(raw), str(raw)) for raw in categorical.cat.categories}
        return categorical.map(named).astype("str")

    def _reversed(self) -> list[SmartfabError]:
        faults: list[SmartfabError] = []
        for name in _INTERVALS:
            table = getattr(self, name)
            if table is None or not len(table):
                continue
            bad = (table["end"] <= table["start"]).to_numpy()
            if bad.any():
                row = int(np.flatnonzero(bad)[0])
                faults.append(
                    TimeError(
                        f"{int(bad.sum())} of {len(table)} rows end no later than they start, first at row {row}",
                        table=name,
                        column="end",
                        expected="end > start",
                        remedy="Correct these rows.",
                    )
                )
        return faults

    def _counts(self) -> list[SmartfabError]:
        counts = self.counts
        if counts is None:
            return []
        faults: list[SmartfabError] = []
        if "ts" not in counts and not {"production_date", "shift_id"} <= set(counts):
            faults.append(
                MissingColumnError(
                    "neither ts nor production_date with shift_id",
                    table="counts",
                    expected="when the pieces were counted",
                    remedy="Add ts, or both production_date and shift_id.",
                )
            )
        if "total" not in counts and "good" not in counts:
            faults.append(
                MissingColumnError(
                    "neither total nor good",
                    table="counts",
                    expected="how many pieces",
                    remedy="Add total, or good with scrap.",
                )
            )
        return faults

    def _speeds(self) -> list[SmartfabError]:
        products = self.products
        if products is None or not len(products):
            return []
        faults: list[SmartfabError] = []
        given = [name for name in ("ideal_cycle_s", "rate_per_h") if name in products]
        if not given:
            faults.append(
                MissingColumnError(
                    "neither ideal_cycle_s nor rate_per_h",
                    table="products",
                    expected="how fast a piece can be made",
                    remedy="Add one of them.",
                )
            )
        for name in (*given, *(["parts_per_cycle"] if "parts_per_cycle" in products else [])):
            bad = ~(products[name].isna() | ((products[name] > 0) & np.isfinite(products[name]))).to_numpy()
            if bad.any():
                row = int(np.flatnonzero(bad)[0])
                faults.append(
                    TableError(
                        f"{int(bad.sum())} of {len(products)} rows not positive, first at row {row}: {products[name].iloc[row]!r}",
                        table="products",
                        column=name,
                        expected="a positive number, or null where it is not known",
                        remedy="Correct these rows.",
                    )
                )
        return faults

    def note(self, code: str, where: str = "", count: int = 1, **evidence: object) -> None:
        """Keep a remark on the data; every result made from it carries it.

        Parameters
        ----------
        code, where : str
            What was seen, and where.
        count : int
            Rows concerned [1].
        **evidence : object
            A few telling values.
        """
        self.findings.append(finding(code, where, count, **evidence))


def _raw_text(raw: object) -> str:
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)


def _strangers(values: pd.Series, table: str, column: str, known: tuple[str, ...], remedy: str) -> list[SmartfabError]:
    strange = values[~values.isin(known)]
    if strange.empty:
        return []
    kinds = sorted(map(str, strange.unique()))
    shown = ", ".join(kinds[:10]) + (" …" if len(kinds) > 10 else "")
    found = f"{len(strange)} of {len(values)} rows hold what is none of ours: {shown}"
    return [TableError(found, table=table, column=column, expected=f"one of {', '.join(known)}", remedy=remedy)]
