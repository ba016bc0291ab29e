"""A damaged log made whole again: what is torn goes aside, gaps are closed, and readers find a beginning."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pyarrow as pa

from smartfab.store.checkpoints import checkpoint_files, newest_checkpoint
from smartfab.store.commits import BadCommitError, Commit, commit_versions, read_commit
from smartfab.store.delta_log import commit_path, created
from smartfab.store.durability import make_durable, replace_file
from smartfab.store.table_handle import TableHandle
from smartfab.store.verification import TableLook

Aside = Callable[[Path], None]
"""Moves a file into the quarantine, if it is there."""


def mend_log(table: TableHandle, aside: Aside) -> None:
    """Take damaged commits and checkpoints out of a log; a table that lost its first commit gets another.

    Parameters
    ----------
    table : TableHandle
        The table; its kept handle is of no use afterwards.
    aside : callable
        Gets every file that is damaged.

    Raises
    ------
    StoreError
        If a first commit cannot be made.
    """
    folder = table.folder
    _unreadable_checkpoints_aside(folder, aside)
    base = newest_checkpoint(folder)
    if base >= 0:
        _cut_behind(folder, base, aside)
    good = _good_after(folder, base, aside)
    if base < 0 and not good:
        _orphans_aside(folder, aside)
        return
    numbers = count(base + 1)
    if base < 0 and not good[0].founds:
        _found_again(table)
        next(numbers)
    for commit, number in zip(good, numbers, strict=False):
        if commit.version != number:
            commit_path(folder, commit.version).rename(commit_path(folder, number))
    make_durable([folder / "_delta_log"])
    _false_checkpoint_aside(TableLook(folder), aside)


def _good_after(folder: Path, base: int, aside: Aside) -> list[Commit]:
    """The commits after a checkpoint that are whole."""
    good: list[Commit] = []
    for version in commit_versions(folder):
        if version > base:
            try:
                good.append(read_commit(commit_path(folder, version)))
            except BadCommitError:
                aside(commit_path(folder, version))
    return good


def _cut_behind(folder: Path, base: int, aside: Aside) -> None:
    """Let the log of samples begin after the last commit behind a checkpoint that is damaged: readers need none of them.

    Every version of the other tables is to stay readable, so theirs stay as they are, and stay a fault.
    """
    there = commit_versions(folder)
    if folder.name != "samples" or base < 1:
        return
    bad = [version for version in range(min(there, default=base), base + 1) if not _is_whole(folder, version)]
    if bad:
        for version in range(max(bad) + 1):
            aside(commit_path(folder, version))
        if max(bad) == base:  # readers want this one to be there, and take what it did from the checkpoint
            said = {"commitInfo": {"timestamp": time.time_ns() // 10**6, "operation": "HEALED"}}
            replace_file(commit_path(folder, base), json.dumps(said) + "\n")


def _orphans_aside(folder: Path, aside: Callable[[Path], None]) -> None:
    """Without any commit every file is an orphan; left there they would make the table look damaged for ever."""
    for path in sorted(folder.rglob("*.parquet")):
        aside(path)


def _found_again(table: TableHandle) -> None:
    first = commit_path(table.folder, 0)
    with tempfile.TemporaryDirectory(dir=table.folder.parent, prefix=".made-") as made:
        fresh = Path(made) / table.folder.name
        created(fresh, table.layout)
        commit_path(fresh, 0).rename(first)
    make_durable([first])


def _is_whole(folder: Path, version: int) -> bool:
    try:
        read_commit(commit_path(folder, version))
    except BadCommitError:
        return False
    return True


def _unreadable_checkpoints_aside(folder: Path, aside: Aside) -> None:
    """A log that reaches back to the first commit can be read without them."""
    while min(commit_versions(folder), default=1) == 0 and (base := newest_checkpoint(folder)) >= 0:
        try:
            checkpoint_files(folder, base)
        except (OSError, pa.ArrowException, ValueError, KeyError):
            _checkpoint_aside(folder, base, aside)
        else:
            return


def _false_checkpoint_aside(look: TableLook, aside: Aside) -> None:
    """A checkpoint that says something else goes where the commits say everything, and so does a pointer to none."""
    if not look.bad and min(look.commits, default=1) == 0 and any(look.checkpoint_faults()):
        _checkpoint_aside(look.folder, look.base, aside)
    elif any(fault.path.name == "_last_checkpoint" for fault in look.checkpoint_faults()):
        aside(look.folder / "_delta_log" / "_last_checkpoint")


def _checkpoint_aside(folder: Path, version: int, aside: Aside) -> None:
    log = folder / "_delta_log"
    aside(log / f"{version:020}.checkpoint.parquet")
    aside(log / "_last_checkpoint")
