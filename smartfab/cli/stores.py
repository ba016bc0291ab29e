"""The store a command reads, as every command finds it."""

from __future__ import annotations

from smartfab.store.existing_store import existing

__all__ = ["existing"]
