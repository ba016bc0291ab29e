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
from smartfab.oee.inputs import Machine
from smartfab.oee.layers import Index, Steps, painted

NANOSECONDS = 1_000_000_000
ALWAYS = (np.iinfo(np.int64).min, np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class ProductBook:
    """Product codes (`ids[code]`), that of each row of counts (None: no row says), and every dated ideal time.

    `code`, `machine`, `since`, `until`, `ideal_ns` are columns of one table: a row holds for pieces of that product
    made on that machine (None: on any) in [since, until) [us]; ideal_ns is 0 where it is not known [ns].
    """

    ids: pd.Index
    counted: Index | None
    code: Index
    machine: npt.NDArray[np.object_]
    since: npt.NDArray[np.int64]
    until: npt.NDArray[np.int64]
    ideal_ns: npt.NDArray[np.int64]

    @staticmethod
    def of(data: PlantData) -> ProductBook:
        """Return the book of a plant's data."""
        tables = [table for table in (data.products, data.orders) if table is not None and "product_id" in table]
        named = {str(name) for table in tables for name in coded(table["product_id"])[1]}
        told = None
        if data.counts is not None and "product_id" in data.counts:
            told, names = coded(data.counts["product_id"])
            named |= {str(name) for name in names}
        ids = pd.Index(sorted(named), dtype="str")
        if told is not None:
            told = np.append(ids.get_indexer(names), -1).astype(np.int32)[told]
        table = data.products
        if table is None or not len(table):
            none = np.empty(0, np.int64)
            return ProductBook(ids, told, np.empty(0, np.int32), np.empty(0, object), none, none, none)
        machine = table["machine_id"].astype(object).where(table["machine_id"].notna(), None) if "machine_id" in table else None
        return ProductBook(
            ids,
            told,
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
        codes = np.full(len(machine.count_ts), -1, np.int32) if self.counted is None else self.counted[machine.counts]
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
            Time of each count, rising [us].

        Returns
        -------
        tuple
            Version of each count; product code of each version; ideal time of each version [ns], 0 where not known.
        """
        rows = self.rows(machine_id)
        product = [-1, *range(len(self.ids)), *(int(self.code[row]) for row in rows)]
        ideal = [0] * (len(self.ids) + 1) + [int(self.ideal_ns[row]) for row in rows]
        newest = np.arange(1, len(self.ids) + 2, dtype=np.int32)  # each product without a speed; code -1 finds the last
        newest[-1] = 0
        version: Index | None = None
        for number, row in enumerate(rows, start=len(self.ids) + 1):
            code = self.code[row]
            if (self.since[row], self.until[row]) == ALWAYS:
                newest[code] = number
                if version is not None:
                    version[codes == code] = number
                continue
            version = newest[codes] if version is None else version
            within = slice(*np.searchsorted(ts, [self.since[row], self.until[row]]))
            version[within][codes[within] == code] = number
        return newest[codes] if version is None else version, np.array(product, np.int32), np.array(ideal, np.int64)

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
