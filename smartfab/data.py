"""PlantData: the bundle of tables an analysis starts from, checked as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from smartfab.data_checks import contradictions, gaps_of_states, latest_word, mapped_states
from smartfab.data_entered import entered_in
from smartfab.data_texts import KnownTexts, texts_of
from smartfab.data_unheard import still_open
from smartfab.errors import SmartfabError, TableError
from smartfab.findings import Finding, finding
from smartfab.tables import conform

if TYPE_CHECKING:
    from smartfab.plant import Plant
    from smartfab.store import Store

__all__ = ["PlantData"]

# Roles of signals that say what a machine does and makes; the others are read where they are wanted.
_TOLD = ("state", "flag", "reason", "good_count", "reject_count", "rework_count", "total_count", "product_id")


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
        self.texts = KnownTexts()

    def __repr__(self) -> str:
        held = [f"{name}: {len(table):,} rows" for name in self.TABLES if (table := getattr(self, name)) is not None]
        return f"PlantData({', '.join(held) or 'empty'})"

    @classmethod
    def from_samples(
        cls, samples: pd.DataFrame, plant: Plant, start: object, end: object, *, coverage: pd.DataFrame | None = None
    ) -> Self:
        """Return the tables that raw samples say: clean, expand shifts, detect states, count pieces.

        Samples before `start` tell the state and the counters at `start`: give at least one of each signal. Samples
        after `end` tell how long a stop lasts that goes on there.

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
            Validated, with the findings of every stage.

        Raises
        ------
        TableError
            If the samples are not in order with their declaration.
        """
        from smartfab import clock, counts, shifts, signals, states

        first, last = clock.interval(start, end, tz=plant.timezone, day_start=plant.day_start)
        cleaned = signals.clean(samples, plant)
        times = clock.micros(cleaned["ts"])
        if len(times):  # what was made before the window may reach into it, so its shifts are needed too
            first, last = min(first, int(times.min())), max(last, int(times.max()) + 1)
        data = cls(
            states=states.detect_states(cleaned, plant),
            counts=counts.count_pieces(cleaned, plant, coverage=coverage),
            shifts=shifts.expand(plant, clock.stamp(first), clock.stamp(last)) if plant.shift else None,
            products=plant.product_table() if plant.product else None,
            orders=plant.order_table() if plant.order else None,
            reasons=plant.reason_table() if plant.reason else None,
            machines=plant.machine_table(),
            coverage=gaps_of_states(coverage, plant),
            tz=plant.timezone,
            day_start=plant.day_start,
        )
        data.findings += cleaned.attrs.get("findings", [])
        return data.validate()

    @classmethod
    def from_store(
        cls,
        store: Store,
        plant: Plant,
        start: object,
        end: object,
        *,
        before: str = "1D",
        after: str = "1h",
        as_of: object = None,
        complete: bool = False,
    ) -> Self:
        """Return the tables that the samples of a store say, and what people entered beside them.

        What a line did after its collector was last heard is unknown. Stop logs tell the states of machines without a state
        signal, and the reasons of the others; changeovers tell the product where no tag does; entered counts are added;
        entered reasons and orders are taken as they are.

        Parameters
        ----------
        store : Store
            With tables `samples` and `coverage`.
        plant : Plant
            What the signals mean.
        start, end : str, date or Timestamp
            Half-open window; bare dates are production dates of the plant.
        before : str
            How far before `start` to look for the last state and count of each signal; for those that are silent so
            long, 32 times as far.
        after : str
            How far after `end` to look for the end of a stop.
        as_of : time, optional
            What the store held then, in place of what it holds now.
        complete : bool
            Whether stop logs are: a shift without a row had no stop. Else what its machine did is unknown.

        Returns
        -------
        PlantData
            With the findings of every stage.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        from smartfab import clock, counts, states

        first, last = clock.interval(start, end, tz=plant.timezone, day_start=plant.day_start)
        asked: dict[str, Any] = {} if as_of is None else {"as_of": as_of}
        reach, until = clock.duration(before, what="before"), clock.stamp(last + clock.duration(after, what="after"))
        wanted = [
            f"{machine.id}/{name}"
            for _, machine in plant.machines
            for name, signal in machine.signals.items()
            if signal.role in _TOLD and signal.on_server
        ]
        early = clock.stamp(first - reach)
        samples = store.read("samples", start=early, end=until, signals=wanted, **asked)
        known = set(samples.loc[samples["ts"] < clock.stamp(first), "signal_id"])
        if silent := [name for name in wanted if name not in known]:
            older = store.read("samples", start=clock.stamp(first - 32 * reach), end=early, signals=silent, **asked)
            samples = pd.concat([older.drop_duplicates("signal_id", keep="last"), samples], ignore_index=True)
        oldest = min(early, samples["ts"].min()) if len(samples) else early
        gaps = latest_word(store.read("coverage", start=oldest, end=until, **asked))
        unheard, remarks = still_open(store, plant, samples, clock.stamp(last), until)
        gaps = pd.concat([gaps, unheard], ignore_index=True) if len(unheard) else gaps
        data = cls.from_samples(samples, plant, clock.stamp(first), clock.stamp(last), coverage=gaps)
        data.findings += remarks
        told = entered_in(store, plant, early, until, as_of)
        if not (told or complete):
            return data
        data.states, reasons = states.with_log(
            data.states, told.stops, shifts=data.shifts, machines=data.machines, complete=complete
        )
        data.counts = counts.with_entered(counts.with_products(data.counts, told.changeovers), told.counts)
        data.stop_reasons = pd.concat([told.stop_reasons, reasons], ignore_index=True)
        data.orders = told.orders if data.orders is None else pd.concat([data.orders, told.orders], ignore_index=True)
        told_of: set[str] = set() if data.states is None else set(data.states["machine_id"])
        return data.anew(without={("no_state_signal", name) for name in told_of}
                         | {("no_count_signal", name) for name in told.counts["machine_id"].unique()})  # fmt: skip

    def anew(self, *, without: Collection[tuple[str, str]] = ()) -> Self:
        """Return a validated bundle of the tables as they are now.

        Parameters
        ----------
        without : collection of (code, where)
            Findings that hold no more.

        Returns
        -------
        PlantData
            With the other findings of this one.

        Raises
        ------
        TableError
            If a table is not in order with its declaration.
        """
        tables = {name: getattr(self, name) for name in self.TABLES}
        fresh = type(self)(**tables, tz=self.tz, day_start=self.day_start)
        fresh.findings = [item for item in self.findings if (item["code"], item["where"]) not in without]
        return fresh.validate()

    def validate(self) -> Self:
        """Hold every table against its declaration and against the others.

        Returns
        -------
        PlantData
            This object, its tables now in their declared types and their findings its own; unchanged by an error.

        Raises
        ------
        TableError
            One error that lists every fault of every table, with row counts.
        """
        if self._checked:
            return self
        faults: list[SmartfabError] = []
        ready: dict[str, pd.DataFrame] = {}
        told: dict[str, list[Finding]] = {}
        for name in self.TABLES:
            table = getattr(self, name)
            if table is None:
                continue
            told[name] = getattr(table, "attrs", {}).get("findings", [])
            try:
                ready[name] = conform(table, name, tz=self.tz)
            except TableError as error:
                faults += error.faults
        if "states" in ready and self.state_map:
            ready["states"]["state"] = mapped_states(texts_of(ready["states"]["state"]), self.state_map)
        faults += contradictions(ready, self.texts)  # of the tables whose columns are in order
        if faults:
            raise TableError.of(faults, where="PlantData")
        for name, table in ready.items():
            setattr(self, name, table)
            self.findings += [*told[name], *table.attrs["findings"]]
        self._checked = True
        return self

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
