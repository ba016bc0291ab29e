"""States of a machine without a state tag, from its flags: the first rule that holds wins."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from smartfab.findings import Finding, finding
from smartfab.plant_grammar import FlagRule, Signal
from smartfab.signals.readings import Codes, Readings, as_flag, instants, kinds
from smartfab.states.rows import UNKNOWN, StateRows
from smartfab.vocabulary import CATEGORIES

__all__ = ["from_flags"]

_DOWN, _UP, _UNCLEAR = 0, 1, 2


def from_flags(
    machine_id: str, signal: Signal, readings: Mapping[str, Readings], reason_of: Mapping[str | None, int]
) -> tuple[StateRows | None, list[Finding]]:
    """Return what the rules of a machine make of its flags: one row an instant at which a flag was read.

    A flag is up while its last value is not zero, not false and not empty. Nothing is concluded before every flag of
    the rules has a value, nor while one of them is bad or without value: the state is ``unknown``. Where no rule
    holds, it is `otherwise`, or ``unknown`` when that is not given.

    Parameters
    ----------
    machine_id : str
        The machine.
    signal : Signal
        With the rules.
    readings : mapping
        signal_id → Readings.
    reason_of : mapping
        Name of a reason signal → its number; under None that of the machine, for rules that name none.

    Returns
    -------
    rows : StateRows or None
        None when no flag was ever read.
    findings : list of Finding
        no_samples for a flag that was never read, state_bad for one that is bad.
    """
    rules: tuple[FlagRule, ...] = signal.rules or ()
    ids = {rule.when: f"{machine_id}/{rule.when}" for rule in rules}
    findings = [finding("no_samples", where) for where in ids.values() if where not in readings]
    flags = {name: readings[where] for name, where in ids.items() if where in readings}
    if not flags:
        return None, findings
    ts = instants([read.ts for read in flags.values()])
    holds = {name: _standing(read)[read.in_effect(ts)] for name, read in flags.items()}
    otherwise = UNKNOWN if signal.otherwise is None else CATEGORIES.index(signal.otherwise)
    state = np.full(len(ts), otherwise)
    reason_from = np.full(len(ts), reason_of.get(None, -1))
    for rule in reversed(rules):
        if rule.when in holds:
            up = holds[rule.when] == _UP
            state[up] = CATEGORIES.index(rule.is_)
            reason_from[up] = reason_of.get(rule.reason, -1)
    unclear = np.any([standing == _UNCLEAR for standing in holds.values()], axis=0) | (len(flags) < len(ids))
    for name, read in flags.items():
        if read.bad.any():
            findings.append(finding("state_bad", ids[name], int(read.bad.sum())))
    rows = StateRows(
        ts=ts,
        state=np.where(unclear, UNKNOWN, state),
        status=_latest([(read, read.status, 0) for read in flags.values()], ts),
        server_ts=_latest([(read, read.server_ts, np.iinfo(np.int64).min) for read in flags.values()], ts),
        derived=np.ones(len(ts), dtype=np.bool_),
        reason_from=np.where(unclear, -1, reason_from),
    )
    return rows, findings


def _standing(read: Readings) -> Codes:
    """Down, up or unclear at each reading; the last element, place −1, is for the time before the first."""
    codes, raws = kinds(read.value, read.text)
    meant = [as_flag(raw) for raw in raws]
    standing = np.array([_UNCLEAR if up is None else _UP if up else _DOWN for up in meant], dtype=np.int64)[codes]
    return np.append(np.where(read.bad, _UNCLEAR, standing), _UNCLEAR)


def _latest(columns: list[tuple[Readings, Codes, int]], ts: Codes) -> Codes:
    """The highest of the flags' values in effect: the worst status, the newest server time."""
    return np.asarray(
        np.maximum.reduce([np.append(values, lowest)[read.in_effect(ts)] for read, values, lowest in columns], axis=0)
    )
