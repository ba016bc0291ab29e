"""The commit files of a table, read by ourselves: what each says it did, and whether it still says what was written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smartfab.store.changes import seal


class BadCommitError(ValueError):
    """A commit file that is not what was written."""


@dataclass(frozen=True)
class Commit:
    """One commit of a table.

    Attributes
    ----------
    version : int
        Its number [1].
    added : dict of str to dict
        The add actions, by path.
    removed : dict of str to dict
        The remove actions, by path.
    transactions : dict of str to int
        Numbers by name.
    told : dict
        Its commitInfo.
    founds : bool
        It declares the table: schema and protocol.
    """

    version: int
    added: dict[str, dict[str, Any]] = field(default_factory=dict)
    removed: dict[str, dict[str, Any]] = field(default_factory=dict)
    transactions: dict[str, int] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    founds: bool = False

    @property
    def at(self) -> int:
        """When it was written: sealed as the rest of it, where the commit tells it itself [ms]."""
        return int(self.told.get("written_at", self.told.get("timestamp", 0)))

    @property
    def rows(self) -> int:
        """Rows of the files it added, as it says."""
        return sum(rows_of(action) for action in self.added.values())


def rows_of(action: dict[str, Any]) -> int:
    """Return the rows an add action says its file has [1]."""
    try:
        return int(json.loads(action.get("stats") or "{}").get("numRecords", 0))
    except (ValueError, AttributeError):
        return 0


def read_commit(path: Path) -> Commit:
    """Return what a commit file says.

    Parameters
    ----------
    path : Path
        Of the file.

    Returns
    -------
    Commit
        Whole, and sealed as it was written if it was written by this library.

    Raises
    ------
    BadCommitError
        If the file is empty, torn, or changed.
    """
    try:
        content = path.read_bytes()
        actions = [json.loads(line) for line in content.splitlines()]
    except FileNotFoundError as error:
        raise BadCommitError("commit file missing") from error
    except (OSError, ValueError) as error:
        raise BadCommitError(f"torn commit file ({error})") from error
    if not actions or not all(isinstance(action, dict) and len(action) == 1 for action in actions):
        raise BadCommitError(f"damaged commit file of {len(content)} bytes")
    return _sealed(_gathered(int(path.stem), actions))


def _gathered(version: int, actions: Iterable[dict[str, Any]]) -> Commit:
    commit = Commit(version)
    kinds: set[str] = set()
    founding: dict[str, Any] = {}
    for action in actions:
        ((kind, told),) = action.items()
        kinds.add(kind)
        if kind in {"add", "remove"}:
            (commit.added if kind == "add" else commit.removed)[str(told.get("path"))] = told
        elif kind == "txn":
            commit.transactions[str(told.get("appId"))] = int(told.get("version", -1))
        elif kind == "commitInfo":
            commit.told.update(told)
        elif kind in {"metaData", "protocol"}:
            founding[kind] = told
        else:
            raise BadCommitError(f"an action of the kind {kind!r}")
    _same_twice(commit.told, founding)
    return Commit(version, commit.added, commit.removed, commit.transactions, commit.told, kinds >= {"metaData", "protocol"})


def _same_twice(told: dict[str, Any], founding: dict[str, Any]) -> None:
    """A commit that creates a table says how it looks twice."""
    again = told.get("operationParameters")
    if told.get("operation") != "CREATE TABLE" or not isinstance(again, dict):
        return
    for kind, word in (("metaData", "metadata"), ("protocol", "protocol")):
        try:
            same = json.loads(again[word]) == founding.get(kind)
        except (KeyError, TypeError, ValueError):
            same = False
        if not same:
            raise BadCommitError(f"changed commit file: {word} is told in two ways")


def _sealed(commit: Commit) -> Commit:
    if "sealed" in commit.told:
        transaction = next(iter(commit.transactions.items()), None)
        found = seal(commit.added.values(), commit.removed.values(), transaction, commit.told.get("written_at"))
        if found != commit.told["sealed"]:
            raise BadCommitError(f"changed commit file: seal {found} in place of {commit.told['sealed']}")
    elif commit.version == 0 and not commit.founds:
        raise BadCommitError("a first commit without schema or protocol")
    elif not commit.founds and not commit.added and not commit.removed and not commit.told:
        raise BadCommitError("a commit file that says nothing")
    return commit


def commit_versions(folder: Path) -> list[int]:
    """Return the versions of which a table has commit files.

    Parameters
    ----------
    folder : Path
        Folder of the table.

    Returns
    -------
    list of int
        Rising.
    """
    return sorted(int(path.stem) for path in (folder / "_delta_log").glob("*.json") if path.stem.isdigit())
