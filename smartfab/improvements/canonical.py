"""One text for one content: sorted keys, NFC, no NaN. Digests are taken of this and of nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from smartfab.errors import TableError

DIGITS = 6
"""Significant digits that survive another processor's order of additions."""


def canonical_json(value: object) -> bytes:
    """Return the one JSON text of a value: keys sorted, no spaces, UTF-8 in NFC, whole floats kept apart from integers.

    Parameters
    ----------
    value : object
        What `plain` reads.

    Returns
    -------
    bytes
        UTF-8.

    Raises
    ------
    TableError
        If a number is not finite, a type has no JSON form, or two keys are one after normalisation.

    Examples
    --------
    >>> canonical_json({"b": [1, 2.0], "a": "o\u0301"}).decode() == '{"a":"ó","b":[1,2.0]}'
    True
    """
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits.

    Parameters
    ----------
    data : bytes
        Content.

    Returns
    -------
    str
        Lower case.
    """
    return hashlib.sha256(data).hexdigest()


def plain(value: object, where: str = "$") -> Any:  # noqa: ANN401, PLR0911  JSON has seven types and no name for them
    """Return a value in JSON's own types: dates and decimals as text, aware times in UTC, tuples as lists, text in NFC.

    Parameters
    ----------
    value : object
        None, bool, number, text, date, time, Decimal, or a list, tuple or mapping of these.
    where : str
        Place of the value, for the error.

    Returns
    -------
    object
        None, bool, int, float, str, list or dict.

    Raises
    ------
    TableError
        If a number is not finite, a type has no JSON form, or two keys are one after normalisation.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise TableError(repr(value), where=where, expected="a finite number, or null where there is none")
        return value + 0.0  # -0.0 is 0.0
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return _moment(value, where)
    if isinstance(value, Mapping):
        return _object(value, where)
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{where}[{n}]") for n, item in enumerate(value)]
    raise TableError(f"a {type(value).__name__}", where=where, expected="numbers, text, dates, lists and mappings")


def _text(value: str, where: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise TableError("half a character (a lone surrogate)", where=where, expected="text that UTF-8 can hold")
    return unicodedata.normalize("NFC", value)


def _moment(value: dt.date, where: str) -> str:
    if not isinstance(value, dt.datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise TableError(f"naive time {value.isoformat()}", where=where, expected="a time with its zone, or a date")
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _object(value: Mapping[Any, Any], where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TableError(f"key {key!r}", where=where, expected="keys of text")
        name = _text(key, where)
        if name in found:
            raise TableError(f"key {name!r} twice", where=where, expected="each key once")
        found[name] = plain(item, f"{where}.{name}")
    return found


def significant(value: object, digits: int = DIGITS) -> Any:  # noqa: ANN401  JSON has no narrower type
    """Return a value with every float rounded to significant digits, and null where a float is not finite.

    Parameters
    ----------
    value : object
        Numbers, text, lists, tuples, mappings.
    digits : int
        Significant digits [1].

    Returns
    -------
    object
        The same shape; tuples as lists.

    Examples
    --------
    >>> significant({"a": 0.123456789, "b": float("nan"), "c": 7})
    {'a': 0.123457, 'b': None, 'c': 7}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{digits - 1}e}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: significant(item, digits) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [significant(item, digits) for item in value]
    return value
