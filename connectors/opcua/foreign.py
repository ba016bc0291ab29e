"""Values the compiled decoder leaves in the message: arrays, structures, values in values. asyncua decodes their pieces.

Their lengths were checked when they were passed over. A structure is decoded where its type is known and is made of
plain fields only; what could hold anything, and could so ask for any amount of memory, stays as its bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import typing
import uuid
from collections.abc import Sequence
from types import NoneType, UnionType

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import Primitives, from_binary, nodeid_from_binary, unpack_uatype, unpack_uatype_array

from .values import value_and_text
from .wire_errors import WIRE_FAULTS

_NAMES = (ua.NodeId, ua.QualifiedName, ua.LocalizedText, ua.StatusCode)
_PLAIN = (int, float, str, bytes, dt.datetime, uuid.UUID, enum.Enum, *_NAMES)
_OPEN_TYPES = {ua.VariantType.ExtensionObject, ua.VariantType.DataValue, ua.VariantType.Variant, ua.VariantType.DiagnosticInfo}
_FAULTS = (*WIRE_FAULTS, TypeError, AttributeError, RecursionError)


def foreign_value(data: bytes, start: int, stop: int) -> tuple[float, str | None, bool]:
    """Return what goes into `value` and `text` for an encoded Variant.

    Parameters
    ----------
    data : bytes
        The message.
    start, stop : int
        Where the Variant stands in it [B].

    Returns
    -------
    tuple of (float, str or None, bool)
        The third is False where it could not be decoded; the text then is its bytes, in base64.
    """
    try:
        return *value_and_text(_variant(Buffer(data, start, stop - start))), True
    except _FAULTS:
        return *value_and_text({"Encoded": data[start:stop]}), False


def _variant(data: Buffer) -> object:
    encoding = data.read(1)[0]
    kind = ua.VariantType(encoding & 0x3F)
    if not encoding & 0x80:
        return _scalar(kind, data)
    if kind in _OPEN_TYPES:
        count = Primitives.Int32.unpack(data)
        values = None if count < 0 else [_scalar(kind, data) for _ in range(count)]
    else:
        values = unpack_uatype_array(kind, data)
    if not encoding & 0x40 or not values:
        return values
    return _shaped(values, [int(n) for n in unpack_uatype_array(ua.VariantType.Int32, data) or []])


def _scalar(kind: ua.VariantType, data: Buffer) -> object:
    if kind == ua.VariantType.Variant:
        return _variant(data)
    if kind == ua.VariantType.DataValue:
        return _data_value(data)
    if kind == ua.VariantType.ExtensionObject:
        return _structure(data)
    return unpack_uatype(kind, data)


def _shaped(values: list[object], dimensions: Sequence[int]) -> list[object]:
    if len(dimensions) <= 1:
        return values
    size = len(values) // dimensions[0]
    return [_shaped(values[n : n + size], dimensions[1:]) for n in range(0, len(values), size)]


def _data_value(data: Buffer) -> object:
    mask = data.read(1)[0]
    value = _variant(data) if mask & 1 else None
    data.skip(sum(size for bit, size in ((2, 4), (4, 8), (16, 2), (8, 8), (32, 2)) if mask & bit))
    return value


def _structure(data: Buffer) -> object:
    type_id, encoding = nodeid_from_binary(data), data.read(1)[0]
    length = Primitives.Int32.unpack(data) if encoding else 0
    body = data.read(max(length, 0))
    kind = ua.extension_objects_by_typeid.get(type_id)
    if encoding == 1 and kind is not None and is_plain(kind):
        return from_binary(kind, Buffer(body))
    return None if type_id.is_null() else {"TypeId": type_id, "Body": body}


@functools.cache
def is_plain(kind: type) -> bool:
    """Return whether a structure has only fields whose size in memory is bounded by their size on the wire.

    Parameters
    ----------
    kind : type
        A dataclass of asyncua.

    Returns
    -------
    bool
        False where a field may hold any type, or none at all.
    """
    return _is_plain(kind, frozenset())


def _is_plain(kind: object, around: frozenset[object]) -> bool:
    origin = typing.get_origin(kind)
    if origin in {list, typing.Union, UnionType}:
        return all(_is_plain(inner, around) for inner in typing.get_args(kind) if inner is not NoneType)
    if not isinstance(kind, type) or kind in around or issubclass(kind, ua.UaUnion):
        return False
    if issubclass(kind, _PLAIN):
        return True
    if not dataclasses.is_dataclass(kind) or kind.__module__.endswith("uatypes"):
        return False
    try:
        hints = typing.get_type_hints(kind, localns={"ua": ua})
    except (NameError, TypeError):
        return False
    fields = [hints[field.name] for field in dataclasses.fields(kind) if field.name != "Encoding"]
    return bool(fields) and all(_is_plain(inner, around | {kind}) for inner in fields)
