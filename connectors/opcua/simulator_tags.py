"""The tags of the simulated server: each holds its samples in time order and how many of them it has served."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from asyncua import ua
from asyncua.server.address_space import AttributeValue

from smartfab import clock
from smartfab.errors import PlantError, TableError
from smartfab.plant_grammar import Signal
from smartfab.tables import conform

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_KINDS = {
    "state": ua.VariantType.Int32, "reason": ua.VariantType.Int32, "alarm": ua.VariantType.Int32,
    "flag": ua.VariantType.Boolean,
    "good_count": ua.VariantType.UInt32, "reject_count": ua.VariantType.UInt32,
    "rework_count": ua.VariantType.UInt32, "total_count": ua.VariantType.UInt32,
    "product_id": ua.VariantType.String, "order_id": ua.VariantType.String, "part_id": ua.VariantType.String,
}  # fmt: skip
_RANGES = {
    ua.VariantType.Int32: (-(2**31), 2**31 - 1), ua.VariantType.UInt32: (0, 2**32 - 1), ua.VariantType.Boolean: (0, 1),
}  # fmt: skip
_GOOD = ua.StatusCode(ua.UInt32(ua.StatusCodes.Good))
_WAITING = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadWaitingForInitialData))
_NULL = ua.Variant(None, ua.VariantType.Null)


@dataclass(slots=True, eq=False)
class Tag:
    """One variable of the server; the first `served` of its samples have been put on it."""

    signal_id: str
    kind: ua.VariantType
    historizing: bool
    times: clock.Micros
    values: npt.NDArray[np.float64]
    texts: list[str | None]
    status: npt.NDArray[np.int64]
    server_times: clock.Micros
    served: int = 0
    variable: AttributeValue = field(default_factory=lambda: AttributeValue(ua.DataValue(_NULL, _WAITING)))

    def serve_next(self, now: dt.datetime) -> ua.DataValue:
        """Put the next sample on the variable, at server time `now`, and return it as it goes over the wire."""
        self.server_times[self.served] = to_micros(now)
        value = self.datavalue(self.served)
        self.variable.value = value
        self.served += 1
        return value

    def datavalue(self, position: int) -> ua.DataValue:
        """Return one sample as OPC UA carries it; both time stamps are exact to the microsecond."""
        code = int(self.status[position])
        return ua.DataValue(
            self._variant(position),
            ua.StatusCode(ua.UInt32(code)) if code else _GOOD,
            to_datetime(int(self.times[position])),
            to_datetime(int(self.server_times[position])),
        )

    def _variant(self, position: int) -> ua.Variant:
        if self.kind is ua.VariantType.String:
            text = self.texts[position]
            return _NULL if text is None else ua.Variant(text, self.kind)
        number = float(self.values[position])
        if math.isnan(number):
            return _NULL
        if self.kind is ua.VariantType.Double:
            return ua.Variant(number, self.kind)
        return ua.Variant(bool(number) if self.kind is ua.VariantType.Boolean else int(number), self.kind)


def to_micros(time: dt.datetime) -> int:
    """Return microseconds since the epoch [us]."""
    return (time - EPOCH) // dt.timedelta(microseconds=1)


def to_datetime(micros: int) -> ua.DateTime:
    """Return the time as asyncua takes it: an aware datetime."""
    return cast("ua.DateTime", EPOCH + dt.timedelta(microseconds=micros))


def make_tags(samples: pd.DataFrame, signals: dict[str, Signal]) -> dict[str, Tag]:
    """Return one tag a signal, with its samples in time order.

    A sample with a Bad status has no value on the wire (Part 4, 7.11), so it has none here either.

    Parameters
    ----------
    samples : DataFrame
        A samples table.
    signals : dict of Signal
        By signal_id.

    Returns
    -------
    dict of Tag
        By signal_id, in the order of `signals`.

    Raises
    ------
    TableError
        If it is no samples table, a status is no StatusCode, or a signal has both numbers and texts; all at once.
    PlantError
        If samples name signals the plant does not have.
    """
    frame = conform(samples, "samples").sort_values("ts", kind="stable")
    strange = sorted(set(frame["signal_id"]) - set(signals))
    if strange:
        raise PlantError(f"no signal {', '.join(strange[:5])}", where="samples", expected="signals of the plant on a server")
    rows: dict[str, pd.DataFrame] = {str(name): group for name, group in frame.groupby("signal_id", sort=False, observed=True)}
    tags: dict[str, Tag] = {}
    faults: list[TableError] = []
    for name, signal in signals.items():
        try:
            tags[name] = _tag(name, signal, rows.get(name, frame.iloc[:0]))
        except TableError as fault:
            faults.append(fault)
    if faults:
        raise TableError.of(faults, where="table samples")
    return tags


def _tag(name: str, signal: Signal, rows: pd.DataFrame) -> Tag:
    count = len(rows)
    status = rows["status"].to_numpy(np.int64) if "status" in rows else np.zeros(count, np.int64)
    if ((status < 0) | (status > 0xFFFFFFFF)).any():
        raise TableError(f"{name}: status outside 32 bits", table="samples", column="status", expected="OPC UA StatusCodes")
    bad = (status & 0x8000_0000) != 0
    values = rows["value"].to_numpy(np.float64, copy=True) if "value" in rows else np.full(count, np.nan)
    values[bad] = np.nan
    given = rows["text"].to_numpy(object) if "text" in rows else [None] * count
    texts = [None if lost or not isinstance(text, str) else text for text, lost in zip(given, bad, strict=True)]
    worded = any(text is not None for text in texts)
    if worded and not np.isnan(values).all():
        raise TableError(f"{name}: both numbers and texts", table="samples", expected="one kind of value a signal")
    times = clock.micros(rows["ts"]) if count else np.empty(0, np.int64)
    kind = ua.VariantType.String if worded else _numeric_kind(signal, values)
    return Tag(name, kind, signal.history != "no", times, values, texts, status, np.zeros(count, np.int64))


def _numeric_kind(signal: Signal, values: npt.NDArray[np.float64]) -> ua.VariantType:
    """Counts in square metres, or beyond 32 bits, cannot be counters: they are Doubles."""
    kind = _KINDS.get(signal.role, ua.VariantType.Double)
    known = values[~np.isnan(values)]
    if kind is ua.VariantType.String:
        return ua.VariantType.Double if len(known) else kind
    low, high = _RANGES.get(kind, (-np.inf, np.inf))
    whole = kind is ua.VariantType.Double or bool((known == np.floor(known)).all())
    return kind if whole and bool(((known >= low) & (known <= high)).all()) else ua.VariantType.Double


def served_table(tags: Iterable[Tag]) -> pd.DataFrame:
    """Return what the tags have served so far as a samples table, in time order.

    Parameters
    ----------
    tags : iterable of Tag
        Counted once each; they may serve on meanwhile.

    Returns
    -------
    DataFrame
        signal_id, ts, value, text, status; the value of a Bad sample is null.
    """
    counted = [(tag, tag.served) for tag in tags]
    frame = pd.DataFrame(
        {
            "signal_id": pd.Series([tag.signal_id for tag, count in counted for _ in range(count)], dtype="str"),
            "ts": clock.from_micros(_joined([tag.times[:count] for tag, count in counted], np.int64)),
            "value": _joined([tag.values[:count] for tag, count in counted], np.float64),
            "text": pd.Series([text for tag, count in counted for text in tag.texts[:count]], dtype="str"),
            "status": _joined([tag.status[:count] for tag, count in counted], np.int64),
        }
    )
    return frame.sort_values("ts", kind="stable", ignore_index=True)


def _joined(parts: Sequence[npt.NDArray[Any]], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *parts])
