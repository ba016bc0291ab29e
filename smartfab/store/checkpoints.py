"""Checkpoints of a table's log, read by ourselves: what they say is in the table, and which one readers begin with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from smartfab.store.changes import active


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
    OSError, pyarrow.ArrowException, ValueError, KeyError
        If it cannot be read.
    """
    path = folder / "_delta_log" / f"{version:020}.checkpoint.parquet"
    adds = pq.read_table(path, columns=["add"])["add"].to_pylist()
    found = {action["path"]: action for action in adds if action is not None}
    for action in found.values():
        values = action.get("partitionValues")
        action["partitionValues"] = dict(values) if values else {}
        action["size"] = int(action["size"])
    return found


def misread(folder: Path, version: int, files: Mapping[str, Mapping[str, Any]], numbers: Mapping[str, int]) -> str:
    """Return what a reader that begins with a checkpoint would see otherwise than it was: no byte of it has a checksum.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    version : int
        Of the checkpoint [1].
    files : mapping of str to mapping
        The add actions of that version, by path.
    numbers : mapping of str to int
        The last number of each writer [1].

    Returns
    -------
    str
        Empty if nothing.
    """
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        handle = DeltaTable(str(folder), version=version)
        seen = {path: _place(told) for path, told in active(handle).items()}
        known = {app_id: handle.transaction_version(app_id) for app_id in numbers}
        founding = json.loads((folder / "_delta_log" / f"{0:020}.json").read_bytes().splitlines()[0])
        schema = json.loads(founding["commitInfo"]["operationParameters"]["metadata"])["schemaString"]
        same = json.loads(handle.schema().to_json()) == json.loads(schema)
    except (DeltaError, OSError) as error:
        return str(error).splitlines()[0]
    except (ValueError, KeyError, TypeError, IndexError):
        same = True  # another program founded the table
    wanted = {path: (told["size"], *(told.get("partitionValues") or {}).values()) for path, told in files.items()}
    if seen != wanted:
        return "readers see other files"
    if known != dict(numbers):
        return "readers see other transactions"
    return "" if same else "readers see other columns"


def _place(told: Mapping[str, Any]) -> tuple[Any, ...]:
    days = (value for name, value in told.items() if name.startswith("partition."))
    return (told["size_bytes"], *(None if day is None else str(day) for day in days))
