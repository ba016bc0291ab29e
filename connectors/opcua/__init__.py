"""OPC UA: the machines' own language. `OpcUaSource` reads a line's servers; `simulator` serves one with known truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facade import OpcUaSource

__all__ = ["OpcUaSource"]


def __getattr__(name: str) -> object:
    if name == "OpcUaSource":
        from .facade import OpcUaSource

        return OpcUaSource
    raise AttributeError(f"smartfab.connectors.opcua has no {name!r}; there is: {', '.join(__all__)}")
