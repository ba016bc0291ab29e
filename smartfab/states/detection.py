"""`detect_states`: the signals of every machine → the states table."""

from __future__ import annotations

import pandas as pd

from smartfab import clock
from smartfab.errors import PlantError, SmartfabError, TableError
from smartfab.findings import Finding, attach, finding
from smartfab.plant import Machine, Plant
from smartfab.plant_grammar import Signal
from smartfab.signals.ordering import ordered
from smartfab.signals.readings import Readings, by_signal
from smartfab.states.flagged import from_flags
from smartfab.states.paced import from_counter, pause_of
from smartfab.states.rows import StateRows, not_mapped, silent, table_of, with_reasons
from smartfab.states.tagged import from_tag
from smartfab.tables import empty

__all__ = ["detect_states"]

Found = tuple[StateRows | None, list[Finding]]


def detect_states(samples: pd.DataFrame, plant: Plant) -> pd.DataFrame:
    """Return what each machine was doing, from its state tag, its flags or its counter; nothing is filled in.

    Every reading of a state is a row, even one that repeats the state: it proves that the state still holds. A bad or
    missing value is ``unknown`` from its source time; an uncertain one is kept. A reason signal gives `reason_id`, and
    a row of its own wherever it changes. A state not read again within the signal's `max_gap` ends as ``unknown``.

    Parameters
    ----------
    samples : DataFrame
        Table `samples`.
    plant : Plant
        What the signals mean: a state tag with `map`; or `rules` over flags, the first that holds wins; or
        `from_counter` with `stopped_after`.

    Returns
    -------
    DataFrame
        Table `states`: machine_id, ts, state, reason_id, status, source, server_ts, sorted by machine_id and ts; source
        is ``derived`` where the state was concluded. Findings: no_state_signal, no_samples, state_bad,
        state_uncertain, state_null, counter_read_too_slowly, reason_not_mapped.

    Raises
    ------
    TableError
        If raw values of state tags are not mapped; it lists all of them with machine, signal and counts.
    PlantError
        If `stopped_after` is in cycles and the machine has no ideal cycle.
    """
    table = ordered(samples, plant)
    readings = by_signal(table)
    findings: list[Finding] = table.attrs.get("findings", [])
    frames, faults = [empty("states")], list[SmartfabError]()
    for machine in sorted((machine for _, machine in plant.machines), key=lambda machine: machine.id):
        try:
            rows, told = _states(machine, readings, plant)
        except TableError as error:
            faults.append(error)
            continue
        findings += told
        if rows is not None:
            frames.append(rows)
    if faults:
        raise TableError.of(faults, where="the states of the plant")
    return attach(pd.concat(frames, ignore_index=True), findings)


def _states(machine: Machine, readings: dict[str, Readings], plant: Plant) -> tuple[pd.DataFrame | None, list[Finding]]:
    spoken = [(name, signal) for name, signal in machine.signals.items() if signal.role == "state" or not signal.on_server]
    if not spoken:
        return None, [finding("no_state_signal", machine.id)]
    name, signal = spoken[0]
    reason_of, reasons, maps, remarks = _reasons(machine, signal, readings)
    if signal.rules is not None:
        rows, findings = from_flags(machine.id, signal, readings, reason_of)
    elif signal.from_counter is not None:
        rows, findings = _paced(machine, signal, readings, plant)
    else:
        rows, findings = _tagged(f"{machine.id}/{name}", signal, readings)
    findings += remarks
    if rows is None:
        return None, findings
    if signal.max_gap is not None:
        rows = silent(rows, clock.duration(signal.max_gap, what="max_gap"))
    rows, reason_id = with_reasons(rows, reasons, maps)
    return table_of(machine.id, rows, reason_id), findings


def _tagged(where: str, signal: Signal, readings: dict[str, Readings]) -> Found:
    return from_tag(where, signal, readings[where]) if where in readings else (None, [finding("no_samples", where)])


def _paced(machine: Machine, signal: Signal, readings: dict[str, Readings], plant: Plant) -> Found:
    pause, name = pause_of(signal, machine, plant), str(signal.from_counter)
    if name not in machine.signals:
        raise PlantError(f"no signal {name!r}", where=f"machine {machine.id}", remedy="Name a counter of the machine.")
    where = f"{machine.id}/{name}"
    if where not in readings:
        return None, [finding("no_samples", where)]
    stopped = signal.otherwise or "unplanned_stop"
    return from_counter(where, machine.signals[name], readings[where], pause=pause, stopped=stopped)


def _reasons(
    machine: Machine, signal: Signal, readings: dict[str, Readings]
) -> tuple[dict[str | None, int], list[Readings], list[dict[str, str]], list[Finding]]:
    """The reason signals that were read, by name; under None, and first, that of the machine itself; and their maps."""
    own = list(machine.with_role("reason"))[:1]
    named = [rule.reason for rule in signal.rules or () if rule.reason is not None]
    wanted = {name: f"{machine.id}/{name}" for name in dict.fromkeys([*own, *named])}
    there = [name for name, where in wanted.items() if where in readings]
    number: dict[str | None, int] = {name: n for n, name in enumerate(there)}
    if own:
        number[None] = number.get(own[0], -1)
    remarks = [finding("no_samples", where) for where in wanted.values() if where not in readings]
    maps = [machine.signals[name].state_map if name in machine.signals else {} for name in there]
    for name, told in zip(there, maps, strict=True):
        remarks += not_mapped(wanted[name], readings[wanted[name]], told)
    return number, [readings[wanted[name]] for name in there], maps, remarks
