"""Put a damaged store right: what is torn goes to quarantine, what the journals still have comes back.

Nothing is dropped to make a fault go away: rows that cannot be had again stay a fault, told by table, file and number.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from smartfab.store.commits import BadCommitError, Commit, commit_versions, read_commit
from smartfab.store.delta_log import commit_path, created
from smartfab.store.durability import make_durable
from smartfab.store.file_swap import swapped
from smartfab.store.journal_replay import Replay
from smartfab.store.table_handle import TableHandle
from smartfab.store.verification import Fault, TableLook, Verification, newest_checkpoint, verify

QUARANTINE = "_quarantine"
"""Folder of a store for files that were damaged."""


@dataclass
class Healing:
    """What was put right, and what could not be.

    Attributes
    ----------
    healed : list of Fault
        Gone now; every row that was durable is in the store again.
    left : list of Fault
        Still there.
    quarantined : list of Path
        Where damaged files were moved to.
    rows : int
        Put in again from the journals [1].
    """

    healed: list[Fault] = field(default_factory=list)
    left: list[Fault] = field(default_factory=list)
    quarantined: list[Path] = field(default_factory=list)
    rows: int = 0

    @property
    def ok(self) -> bool:
        """Nothing is left."""
        return not self.left


def heal(store: Path, report: Verification, table_of: Callable[[str], TableHandle]) -> Healing:
    """Put right what a verification found.

    Parameters
    ----------
    store : Path
        Folder of the store.
    report : Verification
        What was found.
    table_of : callable
        Gives a table of the store by its name.

    Returns
    -------
    Healing
        With what is still wrong afterwards.

    Raises
    ------
    WriteConflictError
        If a collector is at work; nothing is changed then.
    StoreError
        If the disk refuses.
    """
    done = Healing()
    aside = _Aside(store, done)
    with Replay(store, table_of) as replay:
        for name in dict.fromkeys(fault.table for fault in report.faults if fault.kind != "journal"):
            table = table_of(name)
            with table.lock:
                _mend_log(table, aside)
                _mend_checkpoint(TableLook(table.folder), aside)
                table.forget()
                damaged = [fault for fault in report.faults if fault.table == name and fault.kind == "file"]
                done.rows += _mend_files(table, damaged, replay, aside)
        done.rows += replay.missing()
    after = verify(store)
    still = {(fault.kind, fault.path) for fault in after.faults}
    done.left = list(after.faults)
    done.healed = [fault for fault in report.faults if (fault.kind, fault.path) not in still]
    return done


class _Aside:
    """Moves files into the quarantine of the store, each under the time it was found."""

    def __init__(self, store: Path, done: Healing) -> None:
        self._store, self._done = store, done
        self._folder = store / QUARANTINE / dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S.%fZ")

    def __call__(self, path: Path) -> None:
        if path.exists():
            kept = self._folder / path.relative_to(self._store)
            kept.parent.mkdir(parents=True, exist_ok=True)
            path.rename(kept)
            make_durable([kept, path.parent])
            self._done.quarantined.append(kept)


def _mend_log(table: TableHandle, aside: Callable[[Path], None]) -> None:
    """Take damaged commits out of the log, and close the gaps; a table that lost its first commit gets another."""
    folder, base = table.folder, newest_checkpoint(table.folder)
    good: list[Commit] = []
    for version in commit_versions(folder):
        if version > base:  # readers do without the others
            try:
                good.append(read_commit(commit_path(folder, version)))
            except BadCommitError:
                aside(commit_path(folder, version))
    numbers = count(base + 1)
    if base < 0 and not good:
        _orphans_aside(folder, aside)
        return
    if base < 0 and not good[0].founds:
        _found_again(table)
        next(numbers)
    for commit, number in zip(good, numbers, strict=False):
        if commit.version != number:
            commit_path(folder, commit.version).rename(commit_path(folder, number))
    make_durable([folder / "_delta_log"])


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


def _mend_checkpoint(look: TableLook, aside: Callable[[Path], None]) -> None:
    """A damaged checkpoint goes where the commits say everything it said."""
    if look.commits and min(look.commits) == 0 and not look.bad:
        for fault in look.checkpoint_faults():
            aside(fault.path)
            aside(fault.path.with_name("_last_checkpoint"))


def _mend_files(table: TableHandle, damaged: Sequence[Fault], replay: Replay, aside: Callable[[Path], None]) -> int:
    look = TableLook(table.folder)
    rows = 0
    for fault in damaged:
        put_in = swapped(table, look, fault.path.relative_to(table.folder).as_posix(), replay)
        if put_in is not None:
            aside(fault.path)
            rows += put_in
    return rows
