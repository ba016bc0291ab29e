"""Files nobody will ever read: left by a writer that was killed, or replaced by a compaction long ago."""

from __future__ import annotations

import time
from pathlib import Path

from smartfab.store.data_files import UNFINISHED
from smartfab.store.verification import TableLook
from smartfab.vocabulary import TABLES

LEAST_S = 86_400.0
"""No file younger than this is taken for an orphan [s]: its writer may be about to commit it."""


def orphans(store: Path) -> list[Path]:
    """Return the files of a store that no version of a table knows.

    Those of a table whose log is damaged are left alone: the commit that knows them may be the one that is damaged.

    Parameters
    ----------
    store : Path
        Folder of the store.

    Returns
    -------
    list of Path
        Older than a day.
    """
    before = time.time() - LEAST_S
    found = [path for path in store.glob(".probe-*") if path.is_file()]
    for table in TABLES:
        folder = store / table
        if not folder.is_dir():
            continue
        look = TableLook(folder)
        if look.bad:
            continue
        known = {path for commit in look.commits.values() for path in commit.added} | set(look.active())
        found += [path for path in folder.rglob("*") if path.is_file() and _is_orphan(path, folder, known)]
    return sorted(path for path in found if path.stat().st_mtime < before)


def _is_orphan(path: Path, folder: Path, known: set[str]) -> bool:
    name = path.relative_to(folder).as_posix()
    if path.parent.name == "_delta_log":
        return "#" in path.name or path.suffix == ".tmp"  # what a commit is staged in
    if path.suffix == ".parquet":
        return name not in known
    return path.name.endswith(f".parquet{UNFINISHED}") or ".parquet#" in path.name
