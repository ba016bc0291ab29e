"""The states of one machine as arrays, and how reasons and silence add to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.findings import Finding, finding
from smartfab.signals.readings import Codes, Mask, Raw, Readings, as_text, by_place, kinds, looked_up
from smartfab.vocabulary import CATEGORIES

__all__ = ["UNKNOWN", "StateRows", "joined", "not_mapped", "silent", "table_of", "with_reasons"]

UNKNOWN = CATEGORIES.index("unknown")


@dataclass(frozen=True, slots=True)
class StateRows:
    """States in order of time, no two at one instant.

    Parameters
    ----------
    ts, server_ts : ndarray of int64
        Source and server time [us].
    state : ndarray of int64
        Index into `CATEGORIES`.
    status : ndarray of int64
        OPC UA StatusCode of what the state was read from.
    derived : ndarray of bool
        Whether the row was concluded rather than read.
    reason_from : ndarray of int64
        Which of the machine's reason signals speaks for the row; −1 none.
    """

    ts: clock.Micros
    state: Codes
    status: Codes
    server_ts: clock.Micros
    derived: Mask
    reason_from: Codes

    def take(self, places: Codes) -> StateRows:
        """Return the rows at these places.

        Parameters
        ----------
        places : ndarray of int64
            Indices.

        Returns
        -------
        StateRows
            In that order.
        """
        return StateRows(
            self.ts[places],
            self.state[places],
            self.status[places],
            self.server_ts[places],
            self.derived[places],
            self.reason_from[places],
        )

    def changed(self, **columns: Codes | Mask) -> StateRows:
        """Return these rows with some columns in place of their own.

        Parameters
        ----------
        **columns : ndarray
            By name.

        Returns
        -------
        StateRows
            As many rows.
        """
        return StateRows(**{name: columns.get(name, getattr(self, name)) for name in self.__slots__})


def joined(*groups: StateRows) -> StateRows:
    """Return all rows in order of time.

    Parameters
    ----------
    *groups : StateRows
        Of two rows at one instant the one of the earlier group stays.

    Returns
    -------
    StateRows
        No two at one instant.
    """
    columns = {name: np.concatenate([getattr(rows, name) for rows in groups]) for name in StateRows.__slots__}
    order = np.argsort(columns["ts"], kind="stable")
    ts = columns["ts"][order]
    first = np.append(True, ts[1:] != ts[:-1])[: len(ts)]
    return StateRows(**columns).take(order[first])


def silent(rows: StateRows, max_gap: int) -> StateRows:
    """Return the rows with a state that is not confirmed in time ended by ``unknown``.

    Parameters
    ----------
    rows : StateRows
        Every reading of the state, repeated ones included.
    max_gap : int
        How long one reading proves the state [us].

    Returns
    -------
    StateRows
        With a row ``unknown`` wherever a reading is older than `max_gap`.
    """
    ends = rows.ts + max_gap
    late = np.append(ends[:-1] < rows.ts[1:], True)[: len(ends)] & (rows.state != UNKNOWN)
    last = rows.take(np.flatnonzero(late))
    blank = np.full(len(last.ts), UNKNOWN)
    return joined(rows, last.changed(ts=last.ts + max_gap, state=blank, derived=np.ones(len(last.ts), dtype=np.bool_)))


def with_reasons(
    rows: StateRows, reasons: Sequence[Readings], maps: Sequence[Mapping[str, str]]
) -> tuple[StateRows, pd.Series]:
    """Return the rows with one more wherever the reason changes, and the reason of each row.

    Parameters
    ----------
    rows : StateRows
        States.
    reasons : sequence of Readings
        The reason signals `reason_from` points at.
    maps : sequence of mapping
        For each of them, number or text → reason_id; empty where the raw value is the id. What is not mapped is none.

    Returns
    -------
    rows : StateRows
        An added row repeats the state it lies in.
    reason_id : Series of str
        Null for none: no reading yet, a bad one, empty text, or the number 0.
    """
    known = [_reason_codes(read, told) for read, told in zip(reasons, maps, strict=True)]
    names = sorted({name for _, told in known for name in told})
    codes = [np.append([names.index(name) for name in told], -1).astype(np.int64)[code] for code, told in known]
    added = []
    for which, (read, code) in enumerate(zip(reasons, codes, strict=True)):
        new = np.flatnonzero(code != np.append(-1, code[:-1])[: len(code)])
        holder = np.searchsorted(rows.ts, read.ts[new], side="right") - 1
        mine = (holder >= 0) & (np.append(rows.reason_from, -1)[holder] == which)
        added.append(rows.take(holder[mine]).changed(ts=read.ts[new[mine]], server_ts=read.server_ts[new[mine]]))
    rows = joined(rows, *added)
    places = np.full(len(rows.ts), -1)
    for which, (read, code) in enumerate(zip(reasons, codes, strict=True)):
        mine = rows.reason_from == which
        places[mine] = np.append(code, -1)[read.in_effect(rows.ts[mine])]
    return rows, by_place(names, places)


def _reason_codes(read: Readings, told: Mapping[str, str]) -> tuple[Codes, list[str]]:
    """Index of each reading's reason in a list of reasons, −1 for none."""
    which, raws = kinds(read.value, read.text)
    said = [looked_up(told, raw) if told else None if _is_none(raw) else as_text(raw) for raw in raws]
    names = sorted({name for name in said if name is not None})
    codes = np.array([-1 if name is None else names.index(name) for name in said], dtype=np.int64)[which]
    return np.where(read.bad, -1, codes), names


def _is_none(raw: Raw) -> bool:
    return as_text(raw) is None or (raw[0] == 0 and raw[1] is None)


def not_mapped(where: str, read: Readings, told: Mapping[str, str]) -> list[Finding]:
    """Return the remark on fault numbers a map does not hold; 0 and empty text are no fault.

    Parameters
    ----------
    where : str
        signal_id of the reason signal.
    read : Readings
        Its readings.
    told : mapping
        Number or text → reason_id; empty where raw values are ids.

    Returns
    -------
    list of Finding
        reason_not_mapped, or nothing.
    """
    if not told:
        return []
    which, raws = kinds(read.value, read.text)
    count = np.bincount(which[~read.bad], minlength=len(raws))
    strange = [n for n, raw in enumerate(raws) if count[n] and not _is_none(raw) and looked_up(told, raw) is None]
    if not strange:
        return []
    values = sorted(str(as_text(raws[n])) for n in strange)
    return [finding("reason_not_mapped", where, int(count[strange].sum()), values=values)]


def table_of(machine_id: str, rows: StateRows, reason_id: pd.Series) -> pd.DataFrame:
    """Return rows as the states table.

    Parameters
    ----------
    machine_id : str
        The machine.
    rows : StateRows
        Its states.
    reason_id : Series of str
        Their reasons.

    Returns
    -------
    DataFrame
        Table `states`.
    """
    return pd.DataFrame(
        {
            "machine_id": by_place([machine_id], np.zeros(len(rows.ts), dtype=np.int64)),
            "ts": clock.from_micros(rows.ts),
            "state": by_place(CATEGORIES, rows.state),
            "reason_id": reason_id,
            "status": rows.status,
            "source": by_place(["signal", "derived"], rows.derived.astype(np.int64)),
            "server_ts": clock.from_micros(rows.server_ts),
        }
    )
