"""OPC UA: the machines' own language. `OpcUaSource` reads a line's servers, `discover` drafts a plant from one's tags.

`simulator` serves a line with known truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .discovering import discover
    from .facade import OpcUaSource

__all__ = ["OpcUaSource", "discover"]


def __getattr__(name: str) -> object:
    if name == "OpcUaSource":
        from .facade import OpcUaSource

        return OpcUaSource
    if name == "discover":
        from .discovering import discover

        return discover
    raise AttributeError(f"smartfab.connectors.opcua has no {name!r}; there is: {', '.join(__all__)}")
