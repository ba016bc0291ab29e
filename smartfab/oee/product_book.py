"""What was made, and how fast it could have been: products by machine and date, ideal times in whole nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.clock import Micros
from smartfab.data import PlantData
from smartfab.oee.coding import coded
from smartfab.oee.inputs import Machine, column
from smartfab.oee.layers import Index, Steps, painted

NANOSECONDS = 1_000_000_000
ALWAYS = (np.iinfo(np.int64).min, np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class ProductBook:
    """Product codes (`ids[code]`), and every dated ideal time of each.

    `code`, `machine`, `since`, `until`, `ideal_ns` are columns of one table: a row holds for pieces of that product
    made on that machine (None: on any) in [since, until) [us]; ideal_ns is 0 where it is not known [ns].
    """

    ids: pd.Index
    code: Index
    machine: npt.NDArray[np.object_]
    since: npt.NDArray[np.int64]
    until: npt.NDArray[np.int64]
    ideal_ns: npt.NDArray[np.int64]

    @staticmethod
    def of(data: PlantData) -> ProductBook:
        """Return the book of a plant's data."""
        tables = [table for table in (data.products, data.orders, data.counts) if table is not None and "product_id" in table]
        ids = pd.Index(sorted({str(name) for table in tables for name in coded(table["product_id"])[1]}), dtype="str")
        table = data.products
        if table is None or not len(table):
            none = np.empty(0, np.int64)
            return ProductBook(ids, np.empty(0, np.int32), np.empty(0, object), none, none, none)
        machine = table["machine_id"].astype(object).where(table["machine_id"].notna(), None) if "machine_id" in table else None
        return ProductBook(
            ids,
            ids.get_indexer(pd.Index(table["product_id"])).astype(np.int32),
            np.full(len(table), None, object) if machine is None else machine.to_numpy(object),
            _edge(table, "valid_from", ALWAYS[0]),
            _edge(table, "valid_to", ALWAYS[1]),
            _ideal_ns(table),
        )

    def codes(self, series: pd.Series) -> Index:
        """Return the codes of product ids; -1 where there is none."""
        numbers, names = coded(series)
        return np.append(self.ids.get_indexer(names), -1).astype(np.int32)[numbers]

    def made(self, data: PlantData, machine: Machine) -> Index:
        """Return the product code of each of the machine's counts.

        A count without a product is of the order that ran, else of the only product there is for the machine.
        """
        if data.counts is not None and "product_id" in data.counts:
            codes = self.codes(column(data.counts, "product_id", machine.counts))
        else:
            codes = np.full(len(machine.count_ts), -1, np.int32)
        if not (codes < 0).any():
            return codes
        nameless = codes < 0
        ordered = self._ordered(data, machine)
        if len(ordered.start):
            piece = np.searchsorted(ordered.start, machine.count_ts, side="right") - 1
            codes = np.where(nameless, ordered.at(piece.astype(np.int32)), codes).astype(np.int32)
        return np.where(codes < 0, self.only(machine.id), codes).astype(np.int32)

    def only(self, machine_id: str) -> int:
        """Return the code of the only product there is for a machine, or -1."""
        possible = {int(self.code[row]) for row in self.rows(machine_id)}
        return possible.pop() if len(possible) == 1 else -1

    def running(self, data: PlantData, machine: Machine, made: Index) -> Steps:
        """Return which product ran when: by order, else from the first count of a product to the first of another."""
        ordered = self._ordered(data, machine)
        changed = np.append(True, made[1:] != made[:-1])[: len(made)] & (made >= 0)
        if len(ordered.start) or not changed.any():
            return ordered
        start, row = machine.count_ts[changed], made[changed]
        order = np.lexsort((row, start))
        last = np.append(start[order][1:] != start[order][:-1], True)  # of two products counted at one instant, one
        start, row = start[order][last], row[order][last]
        start[0] = ALWAYS[0]
        return Steps(start, row)

    def _ordered(self, data: PlantData, machine: Machine) -> Steps:
        if data.orders is None:
            return Steps(np.empty(0, np.int64), np.empty(0, np.int32))
        mine = data.orders[data.orders["machine_id"] == machine.id]
        start, end = clock.micros(mine["start"]), clock.micros(mine["end"])
        steps = painted(start, end, np.lexsort((end, start)))
        return Steps(steps.start, np.append(self.codes(mine["product_id"]), np.int32(-1))[steps.row])

    def versions(self, machine_id: str, codes: Index, ts: Micros) -> tuple[Index, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Return which dated version of its ideal time each count has.

        Parameters
        ----------
        machine_id : str
            Rows for this machine win over rows for all.
        codes : ndarray of int32
            Product code of each count.
        ts : ndarray of int64
            Time of each count [us].

        Returns
        -------
        tuple
            Version of each count; product code of each version; ideal time of each version [ns], 0 where not known.
        """
        product = [-1, *range(len(self.ids)), *(int(self.code[row]) for row in self.rows(machine_id))]
        ideal = [0] * (len(self.ids) + 1) + [int(self.ideal_ns[row]) for row in self.rows(machine_id)]
        newest = np.arange(len(self.ids) + 1, dtype=np.int32)  # 0 is "no product"; then each product without a speed
        version = np.full(1, -1, np.int32)
        for number, row in enumerate(self.rows(machine_id), start=len(self.ids) + 1):
            if (self.since[row], self.until[row]) == ALWAYS:
                newest[self.code[row] + 1] = number
                continue
            # a dated row covers in part what came before it
            version = np.maximum(version, newest[codes + 1])
            dated = (codes == self.code[row]) & (ts >= self.since[row]) & (ts < self.until[row])
            version[dated] = number
        version = np.maximum(version, newest[codes + 1]) if len(version) == len(codes) else newest[codes + 1]
        return version, np.array(product, np.int32), np.array(ideal, np.int64)

    def rows(self, machine_id: str) -> npt.NDArray[np.intp]:
        """Rows that hold for the machine: general ones first, then its own; undated before dated, late dates last."""
        own = np.array([name is not None for name in self.machine], dtype=bool)
        mine = np.array([name is None or name == machine_id for name in self.machine], dtype=bool)
        order = np.lexsort((self.since, own))
        return np.asarray(order[mine[order]], dtype=np.intp)


def _edge(table: pd.DataFrame, name: str, otherwise: int) -> npt.NDArray[np.int64]:
    if name not in table:
        return np.full(len(table), otherwise)
    edge: npt.NDArray[np.int64] = np.where(table[name].isna(), otherwise, clock.micros(table[name]))
    return edge


def _ideal_ns(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    unknown = pd.Series(np.nan, index=table.index)
    per_cycle = table["parts_per_cycle"].fillna(1.0) if "parts_per_cycle" in table else 1.0
    from_cycle = table.get("ideal_cycle_s", unknown) / per_cycle
    from_rate = 3600.0 / table.get("rate_per_h", unknown)  # a rate already speaks of pieces
    seconds = from_cycle.fillna(from_rate).fillna(0.0).to_numpy(float)
    whole: npt.NDArray[np.int64] = np.rint(seconds * NANOSECONDS).astype(np.int64)
    return whole
