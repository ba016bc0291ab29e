"""Plants of one machine, and samples of it, short enough to write by hand."""

from __future__ import annotations

import pandas as pd

import smartfab as sf

EPOCH = pd.Timestamp("2026-03-02T00:00:00Z")
BAD, UNCERTAIN = 0x8000_0000, 0x4000_0000


def at(second):
    return EPOCH + pd.Timedelta(seconds=second)


def plant(signals, **more):
    """Machine M on line L; a signal without a place gets a tag of its own name."""
    tags = {name: signal if {"rules", "from_counter"} & set(signal) else {"node": f"x;s={name}", **signal}
            for name, signal in signals.items()}  # fmt: skip
    machine = {"id": "M", "signals": tags}
    head = {"id": "p", "timezone": "UTC"}
    return sf.Plant.model_validate({"plant": head, "line": [{"id": "L", "machine": [machine]}], **more})


def samples(*rows):
    """Rows of (signal, second, number or text or None[, status[, server second]])."""
    table = []
    for name, second, raw, *rest in rows:
        status = rest[0] if rest else 0
        server = at(rest[1]) if len(rest) > 1 else pd.NaT
        value = raw if isinstance(raw, (int, float)) else None
        text = raw if isinstance(raw, str) else None
        table.append((f"M/{name}", at(second), value, text, status, server))
    frame = pd.DataFrame(table, columns=["signal_id", "ts", "value", "text", "status", "server_ts"])
    for name in ("ts", "server_ts"):
        frame[name] = pd.to_datetime(frame[name], utc=True).dt.as_unit("us")
    return frame.astype({"signal_id": "str", "value": float, "text": "str", "status": "int64"})


def codes(table):
    """Code and row count of each finding."""
    found = sf.findings_of(table)
    return dict(zip(found["code"], found["count"], strict=True))


def seconds(table):
    return [(ts - EPOCH).total_seconds() for ts in table["ts"]]
