"""Machines that change state every half minute and count every three seconds, for a year, as Arrow tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

HOUR = 3_600_000_000
SHIFT = 8 * HOUR
SHIFTS = 1095
START = pd.Timestamp("2025-01-01T06:00", tz="Asia/Ho_Chi_Minh").tz_convert("UTC")
FIRST = START.value // 1000
LAST = FIRST + SHIFTS * SHIFT
CYCLE_S = 2.0
CATEGORIES = np.array(["running", "unplanned_stop", "idle", "starved", "blocked", "setup", "planned_stop"])
SHARES = [0.0, 0.45, 0.15, 0.15, 0.1, 0.1, 0.05]
STAMP = pa.timestamp("us", tz="UTC")


def states(machines: int, scale: float) -> pa.Table:
    """Every other state is running; a million rows a machine at scale 1."""
    rows = int(1_000_000 * scale)
    parts = []
    for n in range(machines):
        rng = np.random.default_rng([1, n])
        ts = np.sort(rng.choice((LAST - FIRST) // 1000, rows, replace=False)) * 1000 + FIRST
        ts[0] = FIRST
        code = rng.choice(len(CATEGORIES), rows, p=SHARES)
        code[::2] = 0
        parts.append(
            pa.table({"machine_id": _same(f"M{n:02d}", rows), "ts": pa.array(ts, STAMP), "state": _texts(CATEGORIES, code)})
        )
    return pa.concat_tables(parts).combine_chunks()


def counts(machines: int, scale: float) -> pa.Table:
    """One piece a row, ten millions a machine at scale 1; every fiftieth is scrap."""
    rows = int(10_000_000 * scale)
    parts = []
    for n in range(machines):
        rng = np.random.default_rng([2, n])
        ts = np.sort(rng.integers(FIRST, LAST, rows))
        scrap = (rng.random(rows) < 0.02).astype(float)
        columns = {"machine_id": _same(f"M{n:02d}", rows), "ts": pa.array(ts, STAMP), "product_id": _same("P", rows)}
        parts.append(pa.table({**columns, "good": 1.0 - scrap, "scrap": scrap}))
    return pa.concat_tables(parts).combine_chunks()


def shifts(*, breaks: bool) -> pd.DataFrame:
    """Three shifts a day without a gap; with breaks, two of a quarter of an hour in each."""
    start = FIRST + np.arange(SHIFTS) * SHIFT
    work = pd.DataFrame({"start": start, "end": start + SHIFT, "shift_id": np.resize(["1", "2", "3"], SHIFTS)})
    work["planned"], work["kind"] = True, "work"
    rests = [
        work.assign(
            start=work["start"] + hours * HOUR, end=work["start"] + hours * HOUR + HOUR // 4, planned=False, kind="break"
        )
        for hours in (2, 5)
    ]
    table = pd.concat([work, *rests] if breaks else [work], ignore_index=True)
    for name in ("start", "end"):
        table[name] = pd.to_datetime(table[name], unit="us", utc=True)
    return table


def stop_reasons(machines: int, rows: int = 3000) -> pd.DataFrame:
    """Reasons that operators declared, a few a shift."""
    rng = np.random.default_rng(3)
    start = np.sort(rng.integers(FIRST, LAST - HOUR, rows))
    return pd.DataFrame(
        {
            "machine_id": [f"M{n % machines:02d}" for n in range(rows)],
            "start": pd.to_datetime(start, unit="us", utc=True),
            "end": pd.to_datetime(start + rng.integers(60, 900, rows) * 1_000_000, unit="us", utc=True),
            "reason_id": rng.choice(["jam", "clean", "tool"], rows),
        }
    )


def _same(text: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text])).cast(pa.string())


def _texts(words: np.ndarray, code: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(code.astype(np.int32)), pa.array(words.tolist())).cast(pa.string())
