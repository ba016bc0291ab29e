"""A process that appends numbered rows and tells each append it was promised; started to be killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd

import smartfab as sf

ROWS = 5
START = pd.Timestamp("2026-03-02T06:00Z")
PATIENT = {"flush_rows": 10**9, "flush_seconds": 1e9}


def at(number):
    return START + number * pd.Timedelta("1min")


def frame(number):
    ts = pd.date_range(at(number), periods=ROWS, freq="1s", unit="us")
    return pd.DataFrame({"signal_id": "Press01/good", "ts": ts, "value": [float(number * ROWS + k) for k in range(ROWS)]})


def write_once(folder, way, number):
    """One durable append, to the store or to its journal; the promise; and for a journal the way into the store."""
    store = sf.open_store(folder)
    if way == "store":
        store.append("samples", frame(number), app_id="writer", seq=number)
        _promise(folder, number)
        return
    journal = store.journal("writer", **PATIENT)
    known = journal.last_times().get("Press01/good")
    if known is None or known < at(number):  # a source sends again what is not known
        journal.append({"samples": frame(number)})
    _promise(folder, number)
    journal.close()


def _promise(folder, number):
    told = os.open(Path(folder).with_name("promised"), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    os.write(told, f"{number}\n".encode())
    os.close(told)


def promised(folder):
    path = folder.with_name("promised")
    return [int(number) for number in path.read_text("ascii").split()] if path.exists() else []


def check(folder, *, where, drained=True, numbers=None):
    """Whole, what was promised, nothing twice, no half of an append; `drained` if nothing may wait in a journal."""
    store = sf.open_store(folder)
    report = store.verify()
    assert report.ok, f"{where}: {report.faults}"
    if not drained:
        store.drain_journals()
    found = sorted(store.read("samples")["value"])
    assert len(set(found)) == len(found), f"{where}: rows that are there twice"
    wanted = {float(number * ROWS + k) for number in promised(folder) for k in range(ROWS)}
    assert wanted <= set(found), f"{where}: lost {sorted(wanted - set(found))}"
    assert len(found) % ROWS == 0, f"{where}: half an append"
    assert numbers is None or len(found) == numbers * ROWS, f"{where}: {len(found)} rows"
    return found


def main(folder, way, first, count):
    """Append without end; the journal moves its batches as it likes."""
    store = sf.open_store(folder)
    journal = store.journal("writer", flush_rows=20, flush_seconds=0.05) if way == "journal" else None
    for number in range(first, first + count):
        if journal is None:
            store.append("samples", frame(number), app_id="writer", seq=number)
        else:
            journal.append({"samples": frame(number)})
        _promise(folder, number)
    if journal is not None:
        journal.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
