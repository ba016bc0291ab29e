"""Checkpoints of a table's log, read by ourselves: what they say is in the table, and which one readers begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def hinted(path: Path) -> int | None:
    """Return the version a `_last_checkpoint` names.

    Parameters
    ----------
    path : Path
        Of that file.

    Returns
    -------
    int or None
        −1 if nobody can read it [1]; None if there is none.
    """
    try:
        return int(json.loads(path.read_bytes())["version"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return -1


def checkpoint_transactions(folder: Path, version: int) -> dict[str, int]:
    """Return the last number of each writer a checkpoint knows.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    version : int
        Of the checkpoint [1].

    Returns
    -------
    dict of str to int
        By app_id [1].

    Raises
    ------
    OSError, pyarrow.ArrowException
        If it cannot be read.
    """
    path = folder / "_delta_log" / f"{version:020}.checkpoint.parquet"
    told = pq.read_table(path, columns=["txn"])["txn"].to_pylist()
    return {action["appId"]: int(action["version"]) for action in told if action is not None}


def newest_checkpoint(folder: Path) -> int:
    """Return the version of the newest checkpoint of a table; −1 if there is none [1]."""
    names = (path.name.split(".")[0] for path in (folder / "_delta_log").glob("*.checkpoint.parquet"))
    return max((int(name) for name in names if name.isdigit()), default=-1)


def checkpoint_files(folder: Path, version: int) -> dict[str, dict[str, Any]]:
    """Return the add actions of a checkpoint.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    version : int
        Of the checkpoint [1].

    Returns
    -------
    dict of str to dict
        By path.

    Raises
    ------
    OSError, pyarrow.ArrowException
        If it cannot be read.
    """
    path = folder / "_delta_log" / f"{version:020}.checkpoint.parquet"
    adds = pq.read_table(path, columns=["add"])["add"].to_pylist()
    found = {action["path"]: action for action in adds if action is not None}
    for action in found.values():
        values = action.get("partitionValues")
        action["partitionValues"] = dict(values) if values else {}
    return found
