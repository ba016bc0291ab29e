"""What a collector told of itself last, for whoever asks from another process."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pandas as pd

from smartfab.store import Store
from smartfab.store.durability import replace_file
from smartfab.store.journals import file_stem

FOLDER = "_status"


def write_health(store: Store, line_id: str, health: dict[str, Any]) -> None:
    """Keep what the source of a line tells of itself; a disk that refuses is told elsewhere.

    Parameters
    ----------
    store : Store
        The store.
    line_id : str
        The line.
    health : dict
        JSON-ready; what is not is written as text.
    """
    told = {"line": line_id, "at": pd.Timestamp.now("UTC").isoformat(), **health}
    with suppress(OSError):
        replace_file(store.path / FOLDER / f"{file_stem(line_id)}.json", json.dumps(told, ensure_ascii=False, default=str))


def read_health(store: Store) -> dict[str, dict[str, Any]]:
    """Return what the collectors of a store told last.

    Parameters
    ----------
    store : Store
        The store.

    Returns
    -------
    dict of str to dict
        By line.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((store.path / FOLDER).glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            told = json.loads(path.read_text(encoding="utf-8"))
            found[told["line"]] = told
    return found
