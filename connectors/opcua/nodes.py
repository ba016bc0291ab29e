"""Where the signals of a plant are on a server: aliases → namespace URIs → indices, browse paths → node ids."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from asyncua import ua

from smartfab.plant_grammar import Signal

from .batching import in_batches
from .link import Link, standard_node

ABSENT = {
    ua.StatusCodes.BadNodeIdUnknown: "the server knows no such node",
    ua.StatusCodes.BadNodeIdInvalid: "the server takes this for no node id",
    ua.StatusCodes.BadAttributeIdInvalid: "the node is no variable",
}
"""What a server answers for a node without a value, and what that means."""

_WHOLE_PATH = 4_294_967_295  # RemainingPathIndex of a path that was followed to its end: OPC 10000-4, 5.9.4


@dataclass(frozen=True)
class Target:
    """A signal and the node that has its value."""

    signal_id: str
    signal: Signal
    node: ua.NodeId


class _NowhereError(Exception):
    """A node that cannot be meant; the message says why."""


async def located(link: Link, signals: Mapping[str, Signal]) -> tuple[list[Target], dict[str, str]]:
    """Return the node of each signal; whether it exists is seen when it is used.

    Parameters
    ----------
    link : Link
        To the server.
    signals : mapping of str to Signal
        By signal_id.

    Returns
    -------
    tuple of (list of Target, dict)
        In the order given; and the signals that have no place on this server, with the reason.
    """
    indices = _indices(link)
    nodes: dict[str, ua.NodeId] = {}
    paths: dict[str, ua.BrowsePath] = {}
    missing: dict[str, str] = {}
    for signal_id, signal in signals.items():
        try:
            if signal.node is not None:
                nodes[signal_id] = node_id(signal.node, indices)
            elif signal.path is not None:
                paths[signal_id] = browse_path(signal.path, indices)
        except _NowhereError as reason:
            missing[signal_id] = str(reason)
    for signal_id, found in zip(paths, await _followed(link, list(paths.values())), strict=True):
        if isinstance(found, str):
            missing[signal_id] = found
        else:
            nodes[signal_id] = found
    targets = [Target(signal_id, signal, nodes[signal_id]) for signal_id, signal in signals.items() if signal_id in nodes]
    return targets, missing


def _indices(link: Link) -> Callable[[str], int]:
    known, there = link.endpoint.namespaces, link.namespaces

    def index(alias: str) -> int:
        if alias not in known:
            raise _NowhereError(f"no namespace {alias!r} in the plant")
        if known[alias] not in there:
            raise _NowhereError(f"the server has no namespace {known[alias]!r} (it has: {', '.join(there)})")
        return there.index(known[alias])

    return index


def node_id(text: str, index: Callable[[str], int]) -> ua.NodeId:
    """Return the node id written as ``alias;s=…``, ``alias;i=…``, ``alias;g=…`` or ``alias;b=…``.

    Everything after ``s=`` belongs to the name, quotes, semicolons and equals signs too, as Siemens writes them.

    Parameters
    ----------
    text : str
        As in plant.toml.
    index : callable
        Returns the namespace index of an alias.

    Returns
    -------
    NodeId
        For this server.
    """
    alias, _, rest = text.partition(";")
    kind, _, name = rest.partition("=")
    space = ua.Int16(index(alias))
    try:
        if kind == "s" and name:
            return ua.NodeId(ua.String(name), space, ua.NodeIdType.String)
        if kind == "i" and 0 <= int(name) <= _WHOLE_PATH:
            return ua.NodeId(ua.Int32(name), space)
        if kind == "g":
            return ua.NodeId(ua.Guid(name), space, ua.NodeIdType.Guid)
        if kind == "b":
            return ua.NodeId(ua.ByteString(base64.b64decode(name, validate=True)), space, ua.NodeIdType.ByteString)
    except ValueError as error:
        raise _NowhereError(_no_node_id(text)) from error
    raise _NowhereError(_no_node_id(text))


def _no_node_id(text: str) -> str:
    return f"{text!r} is no node id; expected alias;s=name, alias;i=number, alias;g=guid or alias;b=base64"


def browse_path(text: str, index: Callable[[str], int]) -> ua.BrowsePath:
    """Return the browse path written as ``alias:Name/alias:Name``, from the Objects folder on.

    A name without an alias is in the namespace of OPC UA itself. ``&/``, ``&:`` and ``&&`` stand for these characters
    in a name (OPC 10000-4, A.2).

    Parameters
    ----------
    text : str
        As in plant.toml.
    index : callable
        Returns the namespace index of an alias.

    Returns
    -------
    BrowsePath
        For this server.
    """
    elements = []
    for step in re.findall(r"(?:&.|[^/&])+", text):
        alias, colon, name = re.fullmatch(r"(?:((?:&.|[^:&])+)(:))?(.*)", step, re.DOTALL).groups()  # type: ignore[union-attr]
        plain = re.sub(r"&(.)", r"\1", name)
        if not plain:
            raise _NowhereError(f"{text!r} is no browse path; expected alias:Name/alias:Name")
        elements.append(
            ua.RelativePathElement(
                ReferenceTypeId=standard_node(ua.ObjectIds.HierarchicalReferences),
                IsInverse=False,  # type: ignore[arg-type]  # asyncua's Boolean is a stand-in for bool
                IncludeSubtypes=True,  # type: ignore[arg-type]
                TargetName=ua.QualifiedName(plain, index(alias) if colon else 0),
            )
        )
    if not elements:
        raise _NowhereError("the browse path is empty")
    return ua.BrowsePath(standard_node(ua.ObjectIds.ObjectsFolder), ua.RelativePath(elements))


async def _followed(link: Link, paths: Sequence[ua.BrowsePath]) -> list[ua.NodeId | str]:
    async def call(batch: Sequence[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        return await link.session.translate_browsepaths_to_nodeids(list(batch))

    return [_end(result) for result in await in_batches(link.limits, "translate", paths, call)]


def _end(result: ua.BrowsePathResult) -> ua.NodeId | str:
    ends = [target.TargetId for target in result.Targets or [] if target.RemainingPathIndex == _WHOLE_PATH]
    if not result.StatusCode.is_good() or not ends:
        return f"the path leads nowhere ({result.StatusCode.name})"
    if len(ends) > 1:
        return f"the path leads to {len(ends)} nodes"
    return ua.NodeId(ends[0].Identifier, ends[0].NamespaceIndex, ends[0].NodeIdType)
