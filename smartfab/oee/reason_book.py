"""Why machines stood: reason codes, what each stands for, and what people entered late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.clock import Micros
from smartfab.data import PlantData
from smartfab.findings import Finding, finding
from smartfab.oee.layers import Index, Steps, overlapping, painted
from smartfab.oee.state_layer import ReasonBook
from smartfab.oee.validity import ALWAYS, edges
from smartfab.vocabulary import CATEGORIES


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reason codes: `ids[code]`, and what the reasons table says of them.

    The first `names` codes are the reasons as such; of a reason whose meaning is dated, each row of the table has a code of
    its own after them, `dated`: (code of the reason, code of the row, first instant, first instant after [us]).
    """

    ids: pd.Index
    names: int
    dated: tuple[tuple[int, int, int, int], ...]
    table: ReasonBook

    def codes(self, series: pd.Series, at: Micros) -> Index:
        """Return the codes of reason ids as they were meant at each instant [us]; -1 where there is none."""
        plain = self.ids[: self.names].get_indexer(pd.Index(series)).astype(np.int32)
        codes = plain.copy()
        for reason, row, since, until in self.dated:
            codes[(plain == reason) & (since <= at) & (at < until)] = row
        return codes


@dataclass(frozen=True, slots=True)
class Entered:
    """The stop reasons entered for one machine."""

    steps: Steps
    reason: Index
    rows: int


def reasons_of(data: PlantData, as_of: int | None) -> Reasons:
    """Return every reason id that occurs, with its category and limit; rows that were not valid by `as_of` are not read."""
    named = [
        table["reason_id"].dropna()
        for table in (data.reasons, data.states, data.stop_reasons)
        if table is not None and "reason_id" in table
    ]
    ids = pd.Index(pd.concat(named).unique()) if named else pd.Index([], dtype="str")
    ids = ids.sort_values()
    if data.reasons is None:
        return Reasons(ids, len(ids), (), ReasonBook(np.full(len(ids) + 1, -1, np.int8), np.zeros(len(ids) + 1, np.int64)))
    known = data.reasons
    if "valid_from" in known and as_of is not None:
        known = known[known["valid_from"].isna() | (clock.micros(known["valid_from"]) <= as_of)]
    since, until = edges(known, "valid_from", ALWAYS[0]), edges(known, "valid_to", ALWAYS[1])
    reason = ids.get_indexer(pd.Index(known["reason_id"]))
    dates = (since != ALWAYS[0]) | (until != ALWAYS[1])
    code = np.where(dates, len(ids) - 1 + np.cumsum(dates), reason)
    size = len(ids) + int(dates.sum()) + 1
    category, limit = np.full(size, -1, np.int8), np.zeros(size, np.int64)
    category[code] = [CATEGORIES.index(name) for name in known["category"]]
    if "limit_s" in known:
        limit[code] = np.rint(known["limit_s"].fillna(0.0).to_numpy() * clock.SECOND).astype(np.int64)
    order = np.flatnonzero(dates)[np.argsort(since[dates], kind="stable")]  # where two hold, the later one does
    dated = tuple((int(reason[row]), int(code[row]), int(since[row]), int(until[row])) for row in order)
    return Reasons(ids.append(ids[reason[dates]]), len(ids), dated, ReasonBook(category, limit))


def entered_of(data: PlantData, machine_id: str, book: Reasons, as_of: int | None, found: list[Finding]) -> Entered:
    """Return the reasons people entered for the machine; where they overlap the one recorded last wins."""
    rows = data.stop_reasons
    if rows is None or not len(rows):
        return Entered(Steps(np.empty(0, np.int64), np.empty(0, np.int32)), np.empty(0, np.int32), 0)
    rows = rows[rows["machine_id"] == machine_id]
    recorded = clock.micros(rows["recorded_at"]) if "recorded_at" in rows else np.zeros(len(rows), np.int64)
    if as_of is not None:
        rows, recorded = rows[recorded <= as_of], recorded[recorded <= as_of]
    start, end = clock.micros(rows["start"]), clock.micros(rows["end"])
    if clashes := overlapping(start, end):
        found.append(finding("stop_reasons_overlap", machine_id, clashes, taken="the one recorded last"))
    reason = book.codes(rows["reason_id"], start)
    order = np.lexsort((reason, end, start, recorded))
    return Entered(painted(start, end, order), reason, len(rows))
