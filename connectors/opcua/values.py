"""A value as asyncua decodes it → a number and a text."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import functools
import json
import math

from asyncua import ua

_EXACT = 2**53
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NO_TIME = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)  # OPC 10000-6, 5.2.2.5: the encoding of "no time"


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
