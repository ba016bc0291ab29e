"""The address space below Objects as a tree of places, read breadth first, within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from asyncua import ua

from smartfab.errors import SourceUnavailable

from .batching import in_batches
from .link import Link, standard_node

MOST_PLACES = 200_000
DEEPEST = 40
"""A server that goes on beyond these, or in circles, is cut off [1]."""

_HAS_PROPERTY = int(ua.ObjectIds.HasProperty)
_HAS_HISTORY = int(ua.ObjectIds.HasHistoricalConfiguration)  # how a variable is recorded is no part of it: OPC 10000-11, 5.2.2
_IN_TURNS = 1_000  # references an answer may hold for one node


@dataclass(slots=True)
class Place:
    """An object or a variable: its id, browse name, type, and what is below it; properties by name.

    `also` are the nodes it leads to that were met elsewhere before.
    """

    node: ua.NodeId
    name: str
    space: int
    is_variable: bool
    type: ua.NodeId
    below: list[Place] = field(default_factory=list)
    properties: dict[str, Place] = field(default_factory=dict)
    also: set[ua.NodeId] = field(default_factory=set)

    def walk(self) -> Iterator[Place]:
        """Yield this place and all below it, parents first."""
        yield self
        for place in self.below:
            yield from place.walk()


@dataclass(slots=True)
class Browsed:
    """The tree from the Objects folder on, and whether it was cut off."""

    root: Place
    is_cut: bool = False


async def browsed(link: Link) -> Browsed:
    """Return everything below the Objects folder but what is the server's own.

    Parameters
    ----------
    link : Link
        To the server.

    Returns
    -------
    Browsed
        Each node once, where it is met first.
    """
    objects = standard_node(ua.ObjectIds.ObjectsFolder)
    root = Place(objects, "Objects", 0, is_variable=False, type=standard_node(ua.ObjectIds.FolderType))
    found, seen, level = Browsed(root), {objects}, [root]
    for _ in range(DEEPEST):
        below: list[Place] = []
        for place, references in zip(level, await _references(link, [place.node for place in level]), strict=True):
            for reference in references:
                child = _place(reference)
                if reference.ReferenceTypeId == standard_node(_HAS_HISTORY):
                    continue
                if child is None or child.node in seen:
                    place.also |= {child.node} if child is not None else set()
                    continue
                seen.add(child.node)
                if reference.ReferenceTypeId == standard_node(_HAS_PROPERTY):
                    place.properties[child.name] = child
                else:
                    place.below.append(child)
                    below.append(child)
        if not below:
            return found
        level = below
        if len(seen) > MOST_PLACES:
            break
    found.is_cut = True
    return found


def _place(reference: ua.ReferenceDescription) -> Place | None:
    """What a reference leads to; None for what is on another server, or is the standard's own object."""
    there = reference.NodeId
    if getattr(there, "ServerIndex", 0) or getattr(there, "NamespaceUri", None):
        return None
    node = ua.NodeId(there.Identifier, there.NamespaceIndex, there.NodeIdType)
    is_variable = reference.NodeClass == ua.NodeClass.Variable
    if node.NamespaceIndex == 0 and not is_variable:
        return None
    kind = reference.TypeDefinition
    return Place(
        node,
        reference.BrowseName.Name or "",
        reference.BrowseName.NamespaceIndex,
        is_variable=is_variable,
        type=ua.NodeId(kind.Identifier, kind.NamespaceIndex, kind.NodeIdType),
    )


async def _references(link: Link, nodes: Sequence[ua.NodeId]) -> list[list[ua.ReferenceDescription]]:
    """The forward hierarchical references of each node to objects and variables."""
    results = await in_batches(link.limits, "browse", [_asked(node) for node in nodes], lambda batch: _browse(link, batch))
    found = [list(result.References or []) for result in results]
    points = {n: result.ContinuationPoint for n, result in enumerate(results) if result.ContinuationPoint}
    while points:
        places = list(points)[: link.limits.browse]
        parameters = ua.BrowseNextParameters(ContinuationPoints=[points[n] for n in places])
        answers = await link.session.browse_next(parameters)
        if len(answers) != len(places):
            raise SourceUnavailable(f"{len(answers)} answers to {len(places)} questions while browsing", where=link.url)
        for n, result in zip(places, answers, strict=True):
            new = list(result.References or [])
            found[n] += new
            if result.ContinuationPoint and new and len(found[n]) < MOST_PLACES:
                points[n] = result.ContinuationPoint
            else:
                del points[n]
    return found


async def _browse(link: Link, batch: Sequence[ua.BrowseDescription]) -> list[ua.BrowseResult]:
    return await link.session.browse(
        ua.BrowseParameters(RequestedMaxReferencesPerNode=ua.Counter(_IN_TURNS), NodesToBrowse=list(batch))
    )


def _asked(node: ua.NodeId) -> ua.BrowseDescription:
    return ua.BrowseDescription(
        NodeId=node,
        BrowseDirection=ua.BrowseDirection.Forward,
        ReferenceTypeId=standard_node(ua.ObjectIds.HierarchicalReferences),
        IncludeSubtypes=True,
        NodeClassMask=ua.UInt32(ua.NodeClass.Object | ua.NodeClass.Variable),
        ResultMask=ua.UInt32(ua.BrowseResultMask.All),
    )
