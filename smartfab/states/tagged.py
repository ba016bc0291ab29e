"""States of a machine that has a state tag."""

from __future__ import annotations

import numpy as np

from smartfab import clock
from smartfab.errors import TableError
from smartfab.findings import Finding, finding
from smartfab.plant_grammar import Signal
from smartfab.signals.readings import Codes, Mask, Raw, Readings, as_text, category, kinds
from smartfab.states.rows import UNKNOWN, StateRows
from smartfab.vocabulary import CATEGORIES

__all__ = ["from_tag"]


def from_tag(where: str, signal: Signal, read: Readings) -> tuple[StateRows, list[Finding]]:
    """Return what a state tag says: one row a reading, repeated ones included, for they prove that the state holds.

    Parameters
    ----------
    where : str
        signal_id of the tag.
    signal : Signal
        With the map of its raw values.
    read : Readings
        Its readings.

    Returns
    -------
    rows : StateRows
        A bad or missing value is ``unknown`` from its source time; an uncertain one keeps its state.
    findings : list of Finding
        state_bad, state_uncertain, state_null.

    Raises
    ------
    TableError
        If raw values are not mapped; it lists all of them with their counts.
    """
    codes, raws = kinds(read.value, read.text)
    states = [category(signal, raw) for raw in raws]
    empty = np.array([raw[0] is None and not raw[1] for raw in raws], dtype=np.bool_)[codes]
    bad, null = read.bad, empty & ~read.bad
    _refuse_strangers(where, signal, raws, states, np.bincount(codes[~(bad | null)], minlength=len(raws)))
    known = np.array([UNKNOWN if state is None else CATEGORIES.index(state) for state in states], dtype=np.int64)[codes]
    rows = StateRows(
        ts=read.ts,
        state=np.where(bad | null, UNKNOWN, known),
        status=read.status,
        server_ts=read.server_ts,
        derived=np.zeros(len(read.ts), dtype=np.bool_),
        reason_from=np.zeros(len(read.ts), dtype=np.int64),
    )
    marks: dict[str, Mask] = {"state_bad": bad, "state_uncertain": read.uncertain & ~null, "state_null": null}
    return rows, [
        finding(code, where, int(mask.sum()), first=clock.stamp(read.ts[mask.argmax()]))
        for code, mask in marks.items()
        if mask.any()
    ]


def _refuse_strangers(where: str, signal: Signal, raws: list[Raw], states: list[str | None], counts: Codes) -> None:
    strange = [(str(as_text(raw)), int(n)) for raw, state, n in zip(raws, states, counts, strict=True) if state is None and n]
    if not strange:
        return
    strange.sort(key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{raw!r} ({n} rows)" for raw, n in strange)
    keys = signal.map if isinstance(signal.map, str) else ", ".join(signal.state_map) or "no map is given"
    raise TableError(
        f"{len(strange)} raw values that are not mapped: {listed}",
        table="samples",
        column="value",
        where=f"signal {where}",
        expected=f"a key of the signal's map ({keys}) or one of {', '.join(CATEGORIES)}",
        remedy=f'Map them in plant.toml, as in map = {{ {strange[0][0]} = "idle" }}.',
    )
