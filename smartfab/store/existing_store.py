"""A store that must be there already: a mistyped folder is not to become an empty store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartfab.errors import StoreError

if TYPE_CHECKING:
    from smartfab.store.delta_store import Store


def existing(folder: Path) -> Store:
    """Return the store in a folder.

    Parameters
    ----------
    folder : Path
        Folder of a store.

    Returns
    -------
    Store
        Opened.

    Raises
    ------
    StoreError
        If there is none.
    """
    from smartfab.store import open_store

    if not folder.is_dir() or not any(folder.iterdir()):
        raise StoreError(
            "no store here", where=str(folder), remedy="Check --store; smartfab collect plant.toml --store DIR makes one."
        )
    return open_store(folder)
