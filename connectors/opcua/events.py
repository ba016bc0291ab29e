"""Alarms and events: which fields are asked for, and what becomes of them in table `events`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from asyncua import ua

FIELDS = ("EventType", "SourceName", "Time", "Message", "Severity", "SourceNode", "EventId")
"""Properties of BaseEventType (OPC 10000-5, 6.4.2) that every event has."""

_OVERFLOW = f"i={ua.ObjectIds.EventQueueOverflowEventType}"  # stands for events that were dropped

_TIME = pa.timestamp("us", tz="UTC")
_EVENTS = pa.schema(
    [("source_id", pa.string()), ("ts", _TIME), ("kind", pa.string()), ("severity", pa.int64()), ("text", pa.string()),
     ("fields", pa.string())]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One event: who sent it, when [us], its type, severity 1…1000, message, and the other fields."""

    source: str
    ts: int
    kind: str
    severity: int | None
    text: str | None
    fields: dict[str, str | float | None]


def event_filter() -> ua.EventFilter:
    """Return the filter that asks for `FIELDS` of every event.

    Returns
    -------
    EventFilter
        Without a where clause.
    """
    base = ua.NodeId(ua.Int32(ua.ObjectIds.BaseEventType))
    clauses = [
        ua.SimpleAttributeOperand(TypeDefinitionId=base, BrowsePath=[ua.QualifiedName(name)], AttributeId=ua.AttributeIds.Value)
        for name in FIELDS
    ]
    return ua.EventFilter(SelectClauses=clauses)


def event_of(values: Sequence[tuple[float, str | None]], *, default: str, received: int) -> Event:
    """Return the event whose fields came.

    Parameters
    ----------
    values : sequence of (float, str or None)
        In the order of `FIELDS`, as value and text.
    default : str
        Who sent it, where it does not say so.
    received : int
        When it came, which counts where it has no time [us].

    Returns
    -------
    Event
        With the fields that have no column of their own under `fields`.
    """
    told = dict(zip(FIELDS, values, strict=False))
    texts = {name: text for name, (_, text) in told.items()}
    severity = told.get("Severity", (float("nan"), None))[0]
    kind = texts.get("EventType") or "event"
    return Event(
        source=texts.get("SourceName") or default,
        ts=_micros(texts.get("Time"), received),
        kind="queue_overflow" if kind == _OVERFLOW else kind,
        severity=int(severity) if severity == severity else None,  # noqa: PLR0124  NaN is unlike itself
        text=texts.get("Message"),
        fields={name: texts.get(name) for name in ("SourceNode", "EventId")},
    )


def _micros(text: str | None, received: int) -> int:
    if text is None:
        return received
    since = dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(microseconds=1)


def events_table(events: Sequence[Event]) -> pa.RecordBatch:
    """Return rows of table `events`.

    Parameters
    ----------
    events : sequence of Event
        Any number.

    Returns
    -------
    pyarrow.RecordBatch
        One row an event.
    """
    columns = [
        pa.array([event.source for event in events], pa.string()),
        pa.array([event.ts for event in events], pa.int64()).cast(_TIME),
        pa.array([event.kind for event in events], pa.string()),
        pa.array([event.severity for event in events], pa.int64()),
        pa.array([event.text for event in events], pa.string()),
        pa.array([json.dumps(event.fields, ensure_ascii=False) for event in events], pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=_EVENTS)
