"""What a server says of a tag → columns of the samples table."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import functools
import json
import math
from collections import Counter
from typing import Literal

import numpy as np
import pandas as pd
from asyncua import ua

from smartfab.clock import from_micros
from smartfab.findings import Finding, finding

Clock = Literal["source", "server", "collector"]

OVERFLOW = 0x0480
"""Bits of a data value's StatusCode that say: the queue was full, values before this one were dropped."""

_EXACT = 2**53
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NO_TIME = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)  # OPC 10000-6, 5.2.2.5: the encoding of "no time"
_NAT = np.iinfo(np.int64).min


def micros_of(time: dt.datetime | None) -> int | None:
    """Return the instant of an OPC UA DateTime, or None where there is none.

    Parameters
    ----------
    time : datetime or None
        Aware, as asyncua decodes it.

    Returns
    -------
    int or None
        Microseconds since the epoch [us].
    """
    if time is None or time <= _NO_TIME:
        return None
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def value_and_text(value: object) -> tuple[float, str | None]:
    """Return what goes into the columns `value` and `text` for one OPC UA value.

    Numbers, Booleans and status codes go to `value`; `text` then is null, except for integers beyond 2^53, whose
    digits it keeps, and for NaN and infinities, which it names. Everything else goes to `text`: strings as they are,
    times in ISO 8601, arrays and structures in JSON.

    Parameters
    ----------
    value : object
        As asyncua decodes it.

    Returns
    -------
    tuple of (float, str or None)
        NaN where there is no number.
    """
    if isinstance(value, ua.StatusCode):
        return float(value.value), None
    if isinstance(value, float):
        return (value, None) if math.isfinite(value) else (math.nan, _nonfinite(value))
    if isinstance(value, int):
        return float(value), str(int(value)) if abs(value) > _EXACT else None
    plain = _plain(value)
    return math.nan, plain if plain is None or isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _nonfinite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


@functools.singledispatch
def _plain(value: object) -> object:
    """Return `value` as JSON knows it; this is for what has no rule of its own."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value) if field.name != "Encoding")
        return {name: _plain(getattr(value, name)) for name in names}
    return str(value)


@_plain.register(type(None))
@_plain.register(int)
def _as_it_is(value: object) -> object:
    return value


@_plain.register
def _float(value: float) -> object:
    return value if math.isfinite(value) else _nonfinite(value)


@_plain.register
def _text(value: str) -> object:
    # asyncua keeps bytes that are no UTF-8 as lone surrogates, which no table can hold
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@_plain.register
def _bytes(value: bytes) -> object:
    return base64.b64encode(value).decode("ascii")


@_plain.register
def _time(value: dt.datetime) -> object:
    return value.isoformat()


@_plain.register
def _mapping(value: dict) -> object:  # type: ignore[type-arg]  # singledispatch wants the bare class
    return {str(name): _plain(item) for name, item in value.items()}


@_plain.register(list)
@_plain.register(tuple)
def _array(value: list[object]) -> object:
    return [_plain(item) for item in value]


@_plain.register(ua.NodeId)
@_plain.register(ua.QualifiedName)
def _name(value: ua.NodeId | ua.QualifiedName) -> object:
    return _plain(value.to_string())


@_plain.register
def _localized(value: ua.LocalizedText) -> object:
    return _plain(value.Text)


@_plain.register(ua.Variant)
@_plain.register(ua.DataValue)
def _inner(value: ua.Variant | ua.DataValue) -> object:
    return _plain(value.Value)


@_plain.register
def _status(value: ua.StatusCode) -> object:
    return int(value.value)


class SampleColumns:
    """Samples on their way into a table, column by column, with what was remarkable about them.

    Parameters
    ----------
    clock : {'source', 'server', 'collector'}
        Which time becomes `ts`; the next best one stands in where it is absent, and that is a finding.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.signal_id: list[str] = []
        self.ts: list[int] = []
        self.value: list[float] = []
        self.text: list[str | None] = []
        self.status: list[int] = []
        self.server_ts: list[int] = []
        self.remarks: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        return len(self.signal_id)

    def add(self, signal_id: str, data: ua.DataValue, received: int) -> None:
        """Take one value.

        Parameters
        ----------
        signal_id : str
            Whose value it is.
        data : DataValue
            As asyncua decodes it.
        received : int
            When it came [us].
        """
        source, server = micros_of(data.SourceTimestamp), micros_of(data.ServerTimestamp)
        status = int(data.StatusCode.value) if data.StatusCode is not None else 0
        number, text = value_and_text(data.Value.Value if data.Value is not None else None)
        if status & OVERFLOW == OVERFLOW:
            self.remarks["queue_overflow", signal_id] += 1
        if self.clock == "source" and source is None:
            self.remarks["no_source_time", signal_id] += 1
        if self.clock == "server" and server is None:
            self.remarks["no_server_time", signal_id] += 1
        choice = {"source": (source, server), "server": (server, source), "collector": ()}[self.clock]
        self.signal_id.append(signal_id)
        self.ts.append(next((time for time in choice if time is not None), received))
        self.value.append(number)
        self.text.append(text)
        self.status.append(status)
        self.server_ts.append(_NAT if server is None else server)

    def extend(self, other: SampleColumns) -> None:
        """Append the samples of `other`.

        Parameters
        ----------
        other : SampleColumns
            Not changed.
        """
        self.signal_id += other.signal_id
        self.ts += other.ts
        self.value += other.value
        self.text += other.text
        self.status += other.status
        self.server_ts += other.server_ts
        self.remarks += other.remarks

    @property
    def overflows(self) -> int:
        """Samples before which the server dropped others [1]."""
        return sum(count for (code, _), count in self.remarks.items() if code == "queue_overflow")

    def findings(self) -> list[Finding]:
        """Return the remarks, one a kind and signal.

        Returns
        -------
        list of Finding
            `queue_overflow`, `no_source_time`, `no_server_time`; counts are samples [1].
        """
        return [finding(code, signal_id, count) for (code, signal_id), count in sorted(self.remarks.items())]

    def frame(self) -> pd.DataFrame:
        """Return the samples as a table.

        Returns
        -------
        DataFrame
            Table `samples`, in the order the values were taken.
        """
        return pd.DataFrame(
            {
                "signal_id": pd.Series(self.signal_id, dtype="str"),
                "ts": from_micros(np.array(self.ts, dtype=np.int64)),
                "value": np.array(self.value, dtype=np.float64),
                "text": pd.Series(self.text, dtype="str"),
                "status": np.array(self.status, dtype=np.int64),
                "server_ts": from_micros(np.array(self.server_ts, dtype=np.int64)),
            }
        )
