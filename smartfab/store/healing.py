"""Put a damaged store right: what is torn goes to quarantine, what the journals still have comes back.

Nothing is dropped to make a fault go away: rows that cannot be had again stay a fault, told by table, file and number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smartfab.store.changes import Change, active
from smartfab.store.delta_log import latest
from smartfab.store.durability import make_durable
from smartfab.store.file_swap import swapped
from smartfab.store.journal_replay import Replay
from smartfab.store.log_mending import mend_log
from smartfab.store.provenance import id_of
from smartfab.store.table_handle import TableHandle
from smartfab.store.verification import Fault, TableLook, Verification, verify

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
        Still there; or commits that were put aside although others followed them, and whose rows no journal has.
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
    newest = {fault.table: latest(store / fault.table) for fault in report.faults}
    with Replay(store, table_of) as replay:
        for name in dict.fromkeys(fault.table for fault in report.faults if fault.kind != "journal"):
            table = table_of(name)
            with table.lock:
                mend_log(table, aside)
                table.forget()
                if table.newest() is not None:
                    _no_row_twice(table)
                    done.rows += _mend_files(table, replay, aside)
                    _no_row_twice(table)
        done.rows += replay.missing()
    after = verify(store)
    still = {(fault.kind, fault.path) for fault in after.faults}
    gone = [fault for fault in report.faults if fault.kind == "commit" and fault.version < newest[fault.table]]
    lost = {name for name in dict.fromkeys(fault.table for fault in gone) if _unnamed_aside(store / name, aside)}
    done.left = [*after.faults, *(fault for fault in gone if fault.table in lost and (fault.kind, fault.path) not in still)]
    done.healed = [fault for fault in report.faults if (fault.kind, fault.path) not in still and fault not in done.left]
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


def _mend_files(table: TableHandle, replay: Replay, aside: Callable[[Path], None]) -> int:
    look = TableLook(table.folder)
    rows = 0
    for fault in look.faults():
        if fault.kind == "file":
            put_in = swapped(table, look, fault.path.relative_to(table.folder).as_posix(), replay)
            if put_in is not None:
                aside(fault.path)
                rows += put_in
    return rows


def _unnamed_aside(folder: Path, aside: Callable[[Path], None]) -> bool:
    """Keep the files that no commit names and no journal gave back: a commit that others followed had been promised."""
    look = TableLook(folder)
    ids, names = look.ids(), {path for commit in look.commits.values() for path in commit.added} | {*look.active()}
    unnamed = [
        path
        for path in sorted(folder.glob("**/part-*.parquet"))
        if path.relative_to(folder).as_posix() not in names and id_of(path.name) not in ids
    ]
    for path in unnamed:
        aside(path)
    return bool(unnamed)


def _no_row_twice(table: TableHandle) -> None:
    """Take out files that another one replaced: the commit that said so is lost."""
    held = TableLook(table.folder).held()

    def decide(handle: Any) -> Change | None:  # noqa: ANN401  a DeltaTable
        twice = {path: told for path, told in active(handle).items() if id_of(path) in held}
        return Change((), twice, told={"healed": "rows that are in another file"}) if twice else None

    table.change(decide)
