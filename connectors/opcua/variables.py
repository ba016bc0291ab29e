"""What the server says of its variables: kind and number of values, unit, present value, and whether we may read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from asyncua import ua

from .browsing import Place
from .link import Link

Kind = Literal["whole", "real", "flag", "text", "other"]

_CURRENT_READ = 1  # bit 0 of UserAccessLevel: OPC 10000-3, 8.57
_WHOLE = {ua.VariantType.SByte, ua.VariantType.Byte, ua.VariantType.Int16, ua.VariantType.UInt16, ua.VariantType.Int32,
          ua.VariantType.UInt32, ua.VariantType.Int64, ua.VariantType.UInt64}  # fmt: skip
_LARGEST = {ua.VariantType.UInt16: 2**16 - 1, ua.VariantType.UInt32: 2**32 - 1}
_UNITS = {
    "°C": "degC", "℃": "degC", "°F": "degF", "℉": "degF", "sec": "s", "second": "s", "seconds": "s", "msec": "ms",
    "r/min": "rpm", "1/min": "rpm", "min⁻¹": "rpm",
}  # fmt: skip
_KINDS: dict[ua.VariantType, Kind] = {
    **dict.fromkeys(_WHOLE, "whole"),
    ua.VariantType.Float: "real",
    ua.VariantType.Double: "real",
    ua.VariantType.Boolean: "flag",
    ua.VariantType.String: "text",
    ua.VariantType.LocalizedText: "text",
}


@dataclass(slots=True)
class Variable:
    """One variable: `largest` is the last value of an unsigned type before it wraps, `unit` in the house's spelling."""

    kind: Kind = "other"
    largest: int | None = None
    is_one_value: bool = True
    is_readable: bool = True
    unit: str | None = None
    value: object = None


async def described(link: Link, places: Sequence[Place]) -> dict[ua.NodeId, Variable]:
    """Return what the server says of variables.

    Parameters
    ----------
    link : Link
        To the server.
    places : sequence of Place
        Variables.

    Returns
    -------
    dict of NodeId to Variable
        One each.
    """
    nodes = [place.node for place in places]
    types = await _attribute(link, nodes, ua.AttributeIds.DataType)
    ranks = await _attribute(link, nodes, ua.AttributeIds.ValueRank)
    levels = await _attribute(link, nodes, ua.AttributeIds.UserAccessLevel)
    values = await link.read_values(nodes)
    units = await _units(link, places)
    found = {}
    for place, kind, rank, level, value in zip(places, types, ranks, levels, values, strict=True):
        variant = value.Value if value.Value is not None and value.Value.Value is not None else None
        builtin = variant.VariantType if variant is not None else _builtin(kind)
        is_array = (isinstance(rank, int) and rank >= 0) or (variant is not None and isinstance(variant.Value, list))
        found[place.node] = Variable(
            _KINDS.get(builtin, "other") if isinstance(builtin, ua.VariantType) else "other",
            _LARGEST.get(builtin) if isinstance(builtin, ua.VariantType) else None,
            not is_array,
            not isinstance(level, int) or bool(level & _CURRENT_READ),
            units.get(place.node),
            getattr(variant.Value, "Text", variant.Value) if variant is not None else None,
        )
    return found


async def _attribute(link: Link, nodes: Sequence[ua.NodeId], which: ua.AttributeIds) -> list[object]:
    return [answer.Value.Value if answer.Value is not None else None for answer in await link.read_values(nodes, which)]


def _builtin(kind: object) -> ua.VariantType | None:
    """The built-in type a data type of the standard is, where it is one."""
    if not isinstance(kind, ua.NodeId) or kind.NamespaceIndex or not isinstance(kind.Identifier, int):
        return None
    return ua.VariantType(kind.Identifier) if 1 <= kind.Identifier <= ua.VariantType.DataValue.value else None


async def _units(link: Link, places: Iterable[Place]) -> dict[ua.NodeId, str]:
    """The unit of each analogue item that tells one (OPC 10000-8, 5.6.3)."""
    asked = [place for place in places if "EngineeringUnits" in place.properties]
    answers = await _attribute(link, [place.properties["EngineeringUnits"].node for place in asked], ua.AttributeIds.Value)
    told = {}
    for place, answer in zip(asked, answers, strict=True):
        text = (answer.DisplayName.Text or "").strip() if isinstance(answer, ua.EUInformation) else ""
        if text:
            told[place.node] = _UNITS.get(text, text)
    return told
