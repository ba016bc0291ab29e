"""A process that appends numbered rows for ever and tells each one it was promised; started to be killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd

import smartfab as sf


def frame(number, rows=5):
    ts = pd.date_range(pd.Timestamp("2026-03-02T06:00Z") + number * pd.Timedelta("1min"), periods=rows, freq="1s", unit="us")
    return pd.DataFrame({"signal_id": "Press01/good", "ts": ts, "value": [float(number * rows + k) for k in range(rows)]})


def append_once(store, number):
    """One durable append to the store, then the promise."""
    store.append("samples", frame(number), app_id="writer", seq=number)


def main(folder, way, first, count):
    store = sf.open_store(folder)
    told = os.open(Path(folder).with_name("promised"), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    journal = store.journal("writer", flush_rows=20, flush_seconds=0.05) if way == "journal" else None
    for number in range(first, first + count):
        if journal is None:
            append_once(store, number)
        else:
            journal.append({"samples": frame(number)})
        os.write(told, f"{number}\n".encode())
    if journal is not None:
        journal.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
