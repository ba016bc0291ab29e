"""What the line's tags said: the `samples` table. A sample is a change, as an OPC UA server reports it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smartfab.clock import SECOND, Micros, from_micros
from smartfab.simulation.history import History, MachineHistory
from smartfab.simulation.layout import COUNTERS, NO_REASON, PRODUCTS, REASONS
from smartfab.simulation.machine_time import OFF
from smartfab.simulation.streams import Floats

_LATENCY = 5_000  # from the source to the server [us]
_TEXTS = ("", *(reason[0] for reason in REASONS), *(product[0] for product in PRODUCTS))
_FIRST_PRODUCT = 1 + len(REASONS)


@dataclass(frozen=True, slots=True)
class _Series:
    """The samples of one signal: numbers, or places in `_TEXTS`."""

    signal_id: str
    ts: Micros
    value: Floats | None = None
    text: Micros | None = None


def read_samples(history: History) -> pd.DataFrame:
    """Return the samples of all signals in the order of (ts, signal_id); each signal's first is just before the start.

    Parameters
    ----------
    history : History
        What happened.

    Returns
    -------
    DataFrame
        Table `samples`.
    """
    every = sorted(_every_signal(history), key=lambda series: series.signal_id)
    ts = np.concatenate([series.ts for series in every])
    signal = np.repeat(np.arange(len(every)), [len(series.ts) for series in every])
    value = np.concatenate([np.full(len(s.ts), np.nan) if s.value is None else s.value for s in every])
    text = np.concatenate([np.full(len(s.ts), len(_TEXTS)) if s.text is None else s.text for s in every])
    order = np.lexsort((signal, ts))
    ts = ts[order]
    return pd.DataFrame(
        {
            "signal_id": pd.Series([series.signal_id for series in every], dtype="str").array.take(signal[order]),
            "ts": from_micros(ts),
            "value": value[order],
            "text": pd.Series([*_TEXTS, None], dtype="str").array.take(text[order]),
            "status": np.zeros(len(ts), np.int64),
            "server_ts": from_micros(ts + _LATENCY),
        }
    )


def _every_signal(history: History) -> Iterator[_Series]:
    before = history.start - SECOND
    resets = np.array([s.start for s in history.cells.shifts if history.start <= s.start < history.end], np.int64)
    for m, machine in enumerate(history.machines):
        yield _states(machine, before)
        yield _reasons(machine, before)
        first = history.orders.product[0] if len(history.orders.product) else 0
        product = np.concatenate([[first], machine.product])
        product_ts = np.concatenate([[before], machine.product_from])
        yield _Series(f"{machine.kind.id}/product", product_ts, text=product + _FIRST_PRODUCT)
        for outcome in range(len(COUNTERS)):
            yield _counter(machine, outcome, resets, before)
        for t, tag in enumerate(machine.kind.tags):
            readings = history.readings[m, t]
            moved = np.diff(readings.value, prepend=np.nan) != 0
            yield _Series(f"{machine.kind.id}/{tag.name}", readings.ts[moved], value=readings.value[moved])


def _states(machine: MachineHistory, before: int) -> _Series:
    time = machine.time
    moved = np.flatnonzero(np.diff(time.state, prepend=OFF))  # off before the start
    ts, value = np.append(before, time.lo[moved]), np.append(OFF, time.state[moved])
    return _Series(f"{machine.kind.id}/state", ts, value=value.astype(np.float64))


def _reasons(machine: MachineHistory, before: int) -> _Series:
    time = machine.time
    moved = np.flatnonzero(np.diff(time.reason, prepend=NO_REASON))
    ts, reason = np.append(before, time.lo[moved]), np.append(NO_REASON, time.reason[moved])
    return _Series(f"{machine.kind.id}/reason", ts, text=reason + 1)


def _counter(machine: MachineHistory, outcome: int, resets: Micros, before: int) -> _Series:
    """Count up from what the counter showed before the start; wrap over its top, or fall to 0 when a shift starts."""
    counted = machine.pieces.counted[machine.pieces.outcome == outcome]
    shown = machine.kind.counters_before[outcome]
    resets = resets if machine.kind.resets else resets[:0]
    done = np.concatenate([[-shown], np.searchsorted(counted, resets)])  # pieces counted before each reset
    since = done[np.searchsorted(resets, counted, side="right")]
    value = np.arange(1, len(counted) + 1) - since
    if machine.kind.counter_max is not None:
        value %= machine.kind.counter_max + 1
    falls = resets[np.diff(done) > 0]
    ts = np.concatenate([[before], counted, falls])
    values = np.concatenate([[shown], value, np.zeros(len(falls), np.int64)])
    order = np.argsort(ts, kind="stable")
    return _Series(f"{machine.kind.id}/{COUNTERS[outcome]}", ts[order], value=values[order].astype(np.float64))
