"""The standard address space, built once a process: asyncua spends a second on its 6,000 nodes for every server."""

from __future__ import annotations

import asyncio
import copy
import functools
from pathlib import Path

from asyncua import ua
from asyncua.server.address_space import AddressSpace, NodeData, NodeManagementService
from asyncua.server.internal_server import InternalServer


@functools.cache
def _pristine() -> dict[ua.NodeId, NodeData]:
    from asyncua.server.standard_address_space import standard_address_space

    space = AddressSpace()
    standard_address_space.fill_address_space(NodeManagementService(space))  # type: ignore[no-untyped-call]
    return space._nodes


class _Nodes(dict[ua.NodeId, NodeData]):
    """The nodes of one server: its own, and copies of the standard ones it has touched."""

    def __missing__(self, key: ua.NodeId) -> NodeData:
        original = _pristine()[key]
        node = NodeData(key)
        for number, held in original.attributes.items():
            node.attributes[number] = copy.copy(held)
            node.attributes[number].datachange_callbacks = {}
        node.references = [copy.copy(reference) for reference in original.references]
        self[key] = node
        return node

    def get(self, key: ua.NodeId, default: NodeData | None = None) -> NodeData | None:  # type: ignore[override]
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in _pristine()


class SwiftServer(InternalServer):
    """asyncua's server, over a copy-on-touch view of the standard address space."""

    async def load_standard_address_space(self, shelf_file: Path | None = None) -> None:  # noqa: ARG002  asyncua's signature
        """Lay the standard nodes under the server's own."""
        await asyncio.to_thread(_pristine)
        self.aspace._nodes = _Nodes()
