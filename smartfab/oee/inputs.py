"""What the sweep needs of PlantData, machine by machine, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab._fast.column_scans import order_of_times
from smartfab.clock import Micros
from smartfab.data import PlantData
from smartfab.data_texts import Rows, Runs
from smartfab.errors import TableError
from smartfab.findings import Finding, finding
from smartfab.oee.buckets import UNKNOWN
from smartfab.oee.layers import NOWHERE, runs
from smartfab.oee.reason_book import Reasons
from smartfab.oee.state_layer import States
from smartfab.vocabulary import CATEGORIES

SOURCES = ("signal", "derived", "entered")
ENTERED = SOURCES.index("entered")
_NO_ROWS = slice(0, 0)
_LENGTHS = ("micro_stop", "min_run", "min_stop", "max_gap")
_WORDS = {
    "break_policy": ("stop_clock", "run_through"),
    "attribution": ("at_count", "proportional"),
    "stamp": ("instant", "period_end"),
}
_CATEGORY = {name: code for code, name in enumerate(CATEGORIES)}
BAD = 2  # the two highest bits of an OPC UA StatusCode


@dataclass(frozen=True, slots=True)
class Options:
    """Thresholds of the account, lengths in [us]; 0 switches one off."""

    micro_stop: int
    min_run: int = 0
    min_stop: int = 0
    max_gap: int = 0
    break_policy: Literal["stop_clock", "run_through"] = "stop_clock"
    as_of: int | None = None

    attribution: Literal["at_count", "proportional"] = "at_count"
    stamp: Literal["instant", "period_end"] = "instant"

    @staticmethod
    def of(data: PlantData, **given: object) -> Options:
        """Return the options as a user wrote them, checked."""
        faults = [
            TableError(repr(given[name]), where=name, expected=" or ".join(map(repr, words)))
            for name, words in _WORDS.items()
            if name in given and given[name] not in words
        ]
        if faults:
            raise TableError.of(faults, where="options")
        known = {name: value for name, value in given.items() if name in _WORDS}
        lengths = {name: clock.duration(value, what=name) for name, value in given.items() if name in _LENGTHS}  # type: ignore[arg-type]
        at = given.get("as_of")
        moment = None if at is None else clock.instant(at, tz=data.tz, day_start=data.day_start, what="as_of")
        return Options(**lengths, **known, as_of=moment)  # type: ignore[arg-type]


@dataclass(slots=True)
class Machine:
    """One machine: its rows in states and counts, in order of time, and what the machines table says of it.

    `undated` are counts that name only their shift; `tied` says whether some counts may be of one instant.
    """

    id: str
    line_id: str | None
    micro_stop: int | None
    states: Rows
    state_ts: Micros
    counts: Rows
    count_ts: Micros
    tied: bool
    gaps: npt.NDArray[np.intp]
    undated: Rows

    @property
    def counted(self) -> bool:
        """Whether anybody counted its pieces."""
        return len(self.count_ts) > 0 or self.has_undated

    @property
    def has_undated(self) -> bool:
        """Whether some counts name only their shift."""
        undated = self.undated
        return undated.stop > undated.start if isinstance(undated, slice) else len(undated) > 0

    def hull(self, window: tuple[int, int]) -> tuple[int, int]:
        """Return the span of time the machine's data and the window cover [us]."""
        first = [window[0], *self.state_ts[:1], *self.count_ts[:1]]
        last = [window[1], *(self.state_ts[-1:] + 1), *(self.count_ts[-1:] + 1)]
        return int(min(first)), int(max(last))


def machines_of(data: PlantData, options: Options, found: list[Finding]) -> Iterator[Machine]:
    """Yield the machines the data know of, those of the machines table first and in its order."""
    known = data.machines if data.machines is not None else pd.DataFrame({"machine_id": pd.Series([], dtype="str")})
    states, counts = (_by_machine(data, name) for name in ("states", "counts"))
    state_ts = _times(data.states, "ts")
    count_ts = stamps(data.counts)
    if options.stamp == "period_end":
        count_ts = np.where(count_ts == NOWHERE, NOWHERE, count_ts - 1)
    listed = list(known["machine_id"])
    others = sorted({*states, *counts} - set(listed))
    if data.machines is not None and others:
        found.append(finding("machines_not_listed", "machines", len(others), machines=others))
    for machine_id in [*listed, *others]:
        row = known[known["machine_id"] == machine_id].iloc[:1]
        rows, ts, tied = _in_order(states.get(machine_id, _NO_ROWS), state_ts)
        if tied:
            rows, ts = _one_a_time(data, rows, ts, machine_id, found)
        pieces, at, tied = _in_order(counts.get(machine_id, _NO_ROWS), count_ts)
        first = int(np.searchsorted(at, NOWHERE, side="right"))  # counts that name only their shift come first
        yield Machine(
            id=machine_id,
            line_id=_first(row, "line_id"),
            micro_stop=_limit(row),
            states=rows,
            state_ts=ts,
            counts=chosen(pieces, slice(first, None)),
            count_ts=at[first:],
            tied=tied,
            undated=chosen(pieces, slice(first)),
            gaps=_gap_rows(data.coverage, machine_id),
        )


def _times(frame: pd.DataFrame | None, column: str) -> Micros:
    return clock.micros(frame[column]) if frame is not None and column in frame else np.empty(0, np.int64)


def stamps(counts: pd.DataFrame | None) -> Micros:
    """Return when pieces were made [us]; the smallest int64 where only a shift is known."""
    if counts is None:
        return np.empty(0, np.int64)
    ts = clock.micros(counts["ts"]) if "ts" in counts else np.full(len(counts), NOWHERE)
    if "produced_at" in counts and counts["produced_at"].notna().any():
        made = clock.micros(counts["produced_at"])
        ts = np.where(counts["produced_at"].notna(), made, ts)
    return ts


def _by_machine(data: PlantData, table: str) -> dict[str, Rows]:
    frame = getattr(data, table)
    return data.texts.of(frame, table, "machine_id").places() if frame is not None and len(frame) else {}


def _in_order(rows: Rows, ts: Micros) -> tuple[Rows, Micros, bool]:
    """Return the rows in order of time, their times, and whether two have the same."""
    mine = ts[rows]
    falls, ties = order_of_times(mine)
    if not falls:
        return rows, mine, ties
    order = np.argsort(mine, kind="stable")
    mine = mine[order]
    return chosen(rows, order), mine, order_of_times(mine)[1]


def chosen(rows: Rows, which: npt.NDArray[np.intp] | slice) -> Rows:
    """Return some of the rows."""
    if not isinstance(rows, slice):
        return rows[which]
    if isinstance(which, slice):
        first, last, _ = which.indices(rows.stop - rows.start)
        return slice(rows.start + first, rows.start + last)
    return np.asarray(which + rows.start, dtype=np.intp)


def _one_a_time(data: PlantData, rows: Rows, ts: Micros, machine_id: str, found: list[Finding]) -> tuple[Rows, Micros]:
    """Of several states at one time keep that with the highest server_ts, else the later category."""
    if data.states is None:
        return rows, ts
    same = np.append(False, ts[1:] == ts[:-1])
    frame = data.states.iloc[rows]
    rank = pd.Categorical(frame["state"], CATEGORIES).codes
    server = clock.micros(frame["server_ts"]) if "server_ts" in frame else np.zeros(len(frame), np.int64)
    reason = frame["reason_id"].fillna("").to_numpy() if "reason_id" in frame else np.zeros(len(frame))
    order = np.lexsort((pd.factorize(reason, sort=True)[0], rank, server, ts))
    last = np.append(ts[order][1:] != ts[order][:-1], True)
    first, run = runs(same)
    clashing = len(np.unique(run[rank != rank[first][run]]))
    if clashing:
        found.append(finding("states_at_one_time", machine_id, clashing, taken="the highest server_ts, else the graver"))
    return chosen(rows, order[last]), ts[order][last]


def _first(row: pd.DataFrame, column: str) -> str | None:
    return None if column not in row or row[column].isna().all() else str(row[column].iloc[0])


def _limit(row: pd.DataFrame) -> int | None:
    seconds = None if "micro_stop_s" not in row or row["micro_stop_s"].isna().all() else float(row["micro_stop_s"].iloc[0])
    return None if seconds is None else round(seconds * clock.SECOND)


def _gap_rows(coverage: pd.DataFrame | None, machine_id: str) -> npt.NDArray[np.intp]:
    """Rows of the gaps in which this machine's state was not known: of its state signal, or of all of the machine."""
    if coverage is None or not len(coverage):
        return np.empty(0, np.intp)
    signal = coverage["signal_id"]
    mine = (signal == machine_id) | signal.str.startswith(machine_id + "/")
    of_state = mine & signal.str.endswith("/state")
    return np.flatnonzero(of_state if of_state.any() else mine)


def gaps_of(data: PlantData, machine: Machine) -> tuple[Micros, Micros]:
    """Return the gaps that history did not fill, joined where they touch [us]."""
    none = np.empty(0, np.int64)
    if data.coverage is None or not len(machine.gaps):
        return none, none
    rows = data.coverage.iloc[machine.gaps]
    if "recovered" in rows:
        rows = rows[~rows["recovered"].astype(bool)]
    start, end = clock.micros(rows["start"]), clock.micros(rows["end"])
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order]) if len(end) else none
    begins = np.append(True, start[1:] > reach[:-1])[: len(start)]
    return start[begins], reach[np.append(np.flatnonzero(begins)[1:] - 1, len(start) - 1)] if len(start) else none


def states_of(data: PlantData, machine: Machine, book: Reasons, since: int, *, samples: bool) -> States:
    """Return the machine's states as they were told, unknown from `since` to the first of them.

    With `samples` every row is a piece of its own, since each proves that the state still held.
    """
    begin = States(np.array([since], np.int64), np.array([UNKNOWN], np.int8), np.array([-1], np.int32), np.array([-1], np.int8))
    if data.states is None or not len(machine.state_ts):
        return begin
    rows, given, told_at = machine.states, data.states.columns, machine.state_ts
    texts = data.texts.of(data.states, "states", "state")
    of_name = np.array([*(_CATEGORY.get(name, UNKNOWN) for name in texts.names), UNKNOWN], np.int32)
    category = texts.runs.of_rows(rows).recoded(of_name)
    if samples or not {"status", "reason_id", "source"}.isdisjoint(given):
        category = Runs(np.arange(len(told_at)), category.every(), len(told_at))
    codes = category.code.astype(np.int8)
    if "status" in given:
        codes[(column(data.states, "status", rows).to_numpy(np.int64) >> 30) & 3 >= BAD] = UNKNOWN
    reason = np.full(len(codes), -1, np.int32)
    if "reason_id" in given:
        reason = book.codes(column(data.states, "reason_id", rows), told_at)
    source = np.zeros(len(codes), np.int8)
    if "source" in given:
        source = pd.Categorical(column(data.states, "source", rows), SOURCES).codes.astype(np.int8)
    told = States(told_at[category.start] if category.rows > len(codes) else told_at, codes, reason, source)
    if told_at[0] <= since:
        return told
    return States(
        *(np.concatenate([getattr(begin, name), getattr(told, name)]) for name in ("start", "category", "reason", "source"))
    )


def column(frame: pd.DataFrame, name: str, rows: Rows) -> pd.Series:
    """Return rows of a column."""
    return frame[name].iloc[rows]
