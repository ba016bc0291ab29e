"""What was made, and how fast it could have been: products by machine and date, ideal times in whole nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.clock import Micros
from smartfab.data import PlantData
from smartfab.data_texts import Runs
from smartfab.oee.inputs import Machine
from smartfab.oee.layers import Index, Steps, laid_over, painted
from smartfab.oee.validity import ALWAYS, edges

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ProductBook:
    """Product codes (`ids[code]`), those of the rows of counts (None: no row says), and every dated ideal time.

    `code`, `machine`, `since`, `until`, `ideal_ns`, `micro_stop` are columns of one table: a row holds for pieces of that
    product made on that machine (None: on any) in [since, until) [us]; ideal_ns is 0 where it is not known [ns], and
    micro_stop -1 where the product has no threshold of its own [us].
    """

    ids: pd.Index
    counted: Runs | None
    code: Index
    machine: npt.NDArray[np.object_]
    since: npt.NDArray[np.int64]
    until: npt.NDArray[np.int64]
    ideal_ns: npt.NDArray[np.int64]
    micro_stop: Micros

    @staticmethod
    def of(data: PlantData) -> ProductBook:
        """Return the book of a plant's data."""
        tables = [table for table in (data.products, data.orders) if table is not None and "product_id" in table]
        named = {str(name) for table in tables for name in table["product_id"].dropna().unique()}
        made = data.counts
        told = data.texts.of(made, "counts", "product_id") if made is not None and "product_id" in made else None
        if told is not None:
            named |= {str(name) for name in told.names}
        ids = pd.Index(sorted(named), dtype="str")
        counted = None
        if told is not None:
            counted = told.runs.recoded(np.append(ids.get_indexer(pd.Index(told.names)), -1).astype(np.int32))
        table = data.products
        if table is None or not len(table):
            none = np.empty(0, np.int64)
            return ProductBook(ids, counted, np.empty(0, np.int32), np.empty(0, object), none, none, none, none)
        machine = table["machine_id"].astype(object).where(table["machine_id"].notna(), None) if "machine_id" in table else None
        return ProductBook(
            ids,
            counted,
            ids.get_indexer(pd.Index(table["product_id"])).astype(np.int32),
            np.full(len(table), None, object) if machine is None else machine.to_numpy(object),
            edges(table, "valid_from", ALWAYS[0]),
            edges(table, "valid_to", ALWAYS[1]),
            _ideal_ns(table),
            _micro_stop(table),
        )

    def codes(self, series: pd.Series) -> Index:
        """Return the codes of product ids; -1 where there is none."""
        return self.ids.get_indexer(pd.Index(series)).astype(np.int32)

    def made(self, data: PlantData, machine: Machine) -> Runs:
        """Return the product codes of the machine's counts.

        A count without a product is of the order that ran, else of the only product there is for the machine.
        """
        told = Runs.alike(-1, len(machine.count_ts)) if self.counted is None else self.counted.of_rows(machine.counts)
        if not (told.code < 0).any():
            return told
        ordered = _by_row(self._ordered(data, machine), machine.count_ts)
        row, run, order = laid_over(told.start, ordered.start)
        code = np.where(told.code[run] < 0, ordered.at(order), told.code[run])
        return Runs(row, np.where(code < 0, self.only(machine.id), code).astype(np.int32), told.rows).joined()

    def only(self, machine_id: str) -> int:
        """Return the code of the only product there is for a machine, or -1."""
        possible = {int(self.code[row]) for row in self.rows(machine_id)}
        return possible.pop() if len(possible) == 1 else -1

    def running(self, data: PlantData, machine: Machine, made: Runs) -> Steps:
        """Return which product ran when: by order, else from the first count of a product to the first of another."""
        ordered = self._ordered(data, machine)
        named = made.code >= 0
        if len(ordered.start) or not named.any():
            return ordered
        start, row = machine.count_ts[made.start[named]], made.code[named]
        order = np.lexsort((row, start))
        last = np.append(start[order][1:] != start[order][:-1], True)  # of two products counted at one instant, one
        start, row = start[order][last], row[order][last]
        changed = np.append(True, row[1:] != row[:-1])
        start, row = start[changed], row[changed]
        start[0] = ALWAYS[0]
        return Steps(start, row)

    def micro_stops(self, machine_id: str, running: Steps, at: Micros, otherwise: int) -> Micros:
        """Return below which length a stop that begins at each instant is short [us].

        Parameters
        ----------
        machine_id : str
            Rows for this machine win over rows for all.
        running : Steps
            Which product ran when.
        at : ndarray of int64
            Instants [us].
        otherwise : int
            What holds where the product has no threshold of its own [us].

        Returns
        -------
        ndarray of int64
            One for each instant, or one for all.
        """
        rows = self.rows(machine_id)
        rows = rows[self.micro_stop[rows] >= 0]
        if not len(rows) or not len(running.start):
            return np.array([otherwise], np.int64)
        product = running.at((np.searchsorted(running.start, at, side="right") - 1).astype(np.int32))
        limit = np.full(len(at), otherwise, np.int64)
        for row in rows:
            limit[(product == self.code[row]) & (self.since[row] <= at) & (at < self.until[row])] = self.micro_stop[row]
        return limit

    def _ordered(self, data: PlantData, machine: Machine) -> Steps:
        if data.orders is None:
            return Steps(np.empty(0, np.int64), np.empty(0, np.int32))
        mine = data.orders[data.orders["machine_id"] == machine.id]
        start, end = clock.micros(mine["start"]), clock.micros(mine["end"])
        steps = painted(start, end, np.lexsort((end, start)))
        return Steps(steps.start, np.append(self.codes(mine["product_id"]), np.int32(-1))[steps.row])

    def versions(self, machine_id: str, made: Runs, ts: Micros) -> tuple[Runs, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Return which dated version of its ideal time each count has.

        Parameters
        ----------
        machine_id : str
            Rows for this machine win over rows for all.
        made : Runs
            Product code of each count.
        ts : ndarray of int64
            Time of each count, rising [us].

        Returns
        -------
        tuple
            Version of each count; product code of each version; ideal time of each version [ns], 0 where not known. Only
            versions that some count has.
        """
        rows = self.rows(machine_id)
        rows = rows[np.isin(self.code[rows], made.code)]
        product = np.concatenate([[-1], np.arange(len(self.ids)), self.code[rows]]).astype(np.int32)
        ideal = np.concatenate([np.zeros(len(self.ids) + 1, np.int64), self.ideal_ns[rows]])
        since, until = np.searchsorted(ts, self.since[rows]), np.searchsorted(ts, self.until[rows])
        dates = np.unique(np.concatenate([since, until]))
        start, run, _ = laid_over(made.start, dates[(dates > 0) & (dates < made.rows)])
        code = made.code[run]
        version = (code + 1).astype(np.int32)  # each product without a speed
        order = np.argsort(code, kind="stable")
        first, last = (np.searchsorted(code[order], self.code[rows], side=side) for side in ("left", "right"))
        for number in range(len(rows)):
            mine = order[first[number] : last[number]]
            within = slice(*np.searchsorted(start[mine], [since[number], until[number]]))
            version[mine[within]] = number + len(self.ids) + 1
        used, compact = np.unique(version, return_inverse=True)
        return Runs(start, compact.astype(np.int32), made.rows).joined(), product[used], ideal[used]

    def rows(self, machine_id: str) -> npt.NDArray[np.intp]:
        """Rows that hold for the machine: general ones first, then its own; undated before dated, late dates last."""
        own = np.array([name is not None for name in self.machine], dtype=bool)
        mine = np.array([name is None or name == machine_id for name in self.machine], dtype=bool)
        order = np.lexsort((self.since, own))
        return np.asarray(order[mine[order]], dtype=np.intp)


def _by_row(steps: Steps, ts: Micros) -> Steps:
    """A step function of time as one of rows: what holds at the time of each."""
    row = np.searchsorted(ts, steps.start)
    last = np.append(row[1:] != row[:-1], True)[: len(row)] & (row < len(ts))
    return Steps(row[last], steps.row[last])


def _ideal_ns(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    unknown = pd.Series(np.nan, index=table.index)
    per_cycle = table["parts_per_cycle"].fillna(1.0) if "parts_per_cycle" in table else 1.0
    from_cycle = table.get("ideal_cycle_s", unknown) / per_cycle
    from_rate = 3600.0 / table.get("rate_per_h", unknown)  # a rate already speaks of pieces
    seconds = from_cycle.fillna(from_rate).fillna(0.0).to_numpy(float)
    whole: npt.NDArray[np.int64] = np.rint(seconds * NANOSECONDS).astype(np.int64)
    return whole


def _micro_stop(table: pd.DataFrame) -> Micros:
    if "micro_stop_s" not in table:
        return np.full(len(table), -1, np.int64)
    whole: Micros = np.rint(table["micro_stop_s"].fillna(-1.0).to_numpy(float) * clock.SECOND).astype(np.int64)
    return whole
