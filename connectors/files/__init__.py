"""Exports in a folder: `FilesSource` reads the CSV and Excel files another system puts there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .folder_source import FilesSource

__all__ = ["FilesSource"]


def __getattr__(name: str) -> object:
    if name == "FilesSource":
        from .folder_source import FilesSource

        return FilesSource
    raise AttributeError(f"smartfab.connectors.files has no {name!r}; there is: {', '.join(__all__)}")
