"""Whether a store is what was written: every log whole, every file there and unchanged, every waiting batch readable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from smartfab.store.checkpoints import checkpoint_files, checkpoint_transactions, hinted, misread, newest_checkpoint
from smartfab.store.commits import BadCommitError, Commit, commit_versions, read_commit, rows_of
from smartfab.store.data_files import checksum_in, checksum_of
from smartfab.store.delta_log import commit_path
from smartfab.store.journals import damaged_batches, journal_names
from smartfab.store.promises import Moved, moved
from smartfab.store.provenance import ids_of, replaced_by
from smartfab.vocabulary import TABLES

Kind = Literal["commit", "file", "old_file", "checkpoint", "journal"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written.

    Attributes
    ----------
    table : str
        The table; for a waiting batch, the name of the journal.
    kind : str
        commit, file (rows of today's table), old_file (rows of an earlier version only), checkpoint, or journal.
    path : Path
        The file.
    found : str
        What is wrong with it.
    rows : int
        Rows concerned, where known [1].
    version : int
        The commit; for a file, the one that added it [1].
    """

    table: str
    kind: Kind
    path: Path
    found: str
    rows: int = 0
    version: int = -1

    def __str__(self) -> str:
        return f"{self.table}: {self.path.name}: {self.found}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what was found.

    Attributes
    ----------
    faults : tuple of Fault
        None if the store is whole.
    commits, files : int
        Looked at [1].
    size : int
        Of the files looked at [B].
    at : datetime
        When it was begun.
    """

    faults: tuple[Fault, ...]
    commits: int
    files: int
    size: int
    at: dt.datetime

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        faults = [
            {"table": f.table, "kind": f.kind, "path": str(f.path), "found": f.found, "rows": f.rows, "version": f.version}
            for f in self.faults
        ]
        return {"ok": self.ok, "commits": self.commits, "files": self.files, "bytes": self.size, "faults": faults}


def verify(store: Path) -> Verification:
    """Look at every table and every journal of a store.

    Parameters
    ----------
    store : Path
        Its folder.

    Returns
    -------
    Verification
        With every fault at once.
    """
    at = dt.datetime.now(dt.UTC)
    faults: list[Fault] = []
    commits = files = size = 0
    came = moved(store)
    for table in TABLES:
        mine = [one for one in came if one.table == table]
        if mine or (store / table).is_dir():
            looked = TableLook(store / table)
            faults += [*looked.faults(), *looked.not_there(mine)]
            commits, files, size = commits + len(looked.commits), files + looked.files, size + looked.size
    for name in journal_names(store):
        faults += [Fault(name, "journal", path, found, rows) for path, found, rows in damaged_batches(store, name)]
    return Verification(tuple(faults), commits, files, size, at)


class TableLook:
    """The commits of a table and its files.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commits: dict[int, Commit] = {}
        self.bad: list[Fault] = []
        self.files = self.size = 0
        self.base = newest_checkpoint(folder)
        versions = commit_versions(folder)
        # Only the log of samples is ever cleaned up, and only behind a checkpoint.
        cleaned = folder.name == "samples" and versions and 0 < versions[0] <= self.base + 1
        for version in range(versions[0] if cleaned else 0, max([*versions, self.base], default=-1) + 1):
            path = commit_path(folder, version)
            try:
                self.commits[version] = read_commit(path)
            except BadCommitError as error:
                self.bad.append(Fault(folder.name, "commit", path, str(error), version=version))
        if not versions and any(folder.rglob("*.parquet")):
            self.bad.append(Fault(folder.name, "commit", folder / "_delta_log", "no log, but there are data files", version=0))

    def active(self) -> dict[str, tuple[dict[str, Any], int]]:
        """Return the add action of every file of the newest version, and the commit it came with."""
        there = {path: (action, self.base) for path, action in self._at_base().items()}
        for version, commit in sorted(self.commits.items()):
            for path in commit.removed:
                there.pop(path, None)
            there |= {path: (action, version) for path, action in commit.added.items()}
        return there

    def _at_base(self) -> dict[str, dict[str, Any]]:
        if not self.commits or min(self.commits) == 0:
            return {}
        try:
            return checkpoint_files(self.folder, self.base)
        except (OSError, pa.ArrowException, ValueError, KeyError):
            return {}

    def ids(self) -> set[str]:
        """Return the ids of all files whose rows are or were in the table, as far as good commits tell."""
        names = [*self._at_base(), *(path for commit in self.commits.values() for path in (*commit.added, *commit.removed))]
        return ids_of(names) | self.held()

    def held(self) -> set[str]:
        """Return the ids of files whose rows are in another file of the newest version, which took their place."""
        held: set[str] = set()
        for path, (action, _) in self.active().items():
            if not what_is_wrong(self.folder / path, int(action.get("size", -1))):
                held |= replaced_by(self.folder / path)
        return held

    def faults(self) -> list[Fault]:
        """Return everything that is wrong."""
        found = list(self.bad)
        there = self.active()
        for path, (action, version) in there.items():
            found += self._file(path, action, version, "file")
        if self.folder.name != "samples":  # theirs are never vacuumed: an old figure can be read for ever
            gone = {path: (told, v) for v, commit in self.commits.items() for path, told in commit.added.items()}
            for path, (action, version) in gone.items():
                if path not in there:
                    found += self._file(path, action, version, "old_file")
        found += self.checkpoint_faults()
        return found

    def _file(self, path: str, action: dict[str, Any], version: int, kind: Kind) -> Iterator[Fault]:
        file = self.folder / path
        wrong = what_is_wrong(file, int(action.get("size", -1)))
        self.files += 1
        self.size += int(action.get("size", 0))
        if wrong:
            yield Fault(self.folder.name, kind, file, wrong, rows_of(action), version)

    def not_there(self, came: Iterable[Moved]) -> Iterator[Fault]:
        """Yield what journals moved here last and the log does not have: its last commits are gone, and left no gap."""
        for one in came:
            known = [commit.transactions[one.app_id] for commit in self.commits.values() if one.app_id in commit.transactions]
            rows = one.after(max([*known, self._at_base_through(one.app_id)]))
            if rows and not self.bad:
                path = commit_path(self.folder, max([*self.commits, self.base], default=-1) + 1)
                found = f"commit file missing: journal {one.journal} moved rows here that are not there"
                yield Fault(self.folder.name, "commit", path, found, rows, int(path.stem))

    def _at_base_through(self, app_id: str) -> int:
        if not self.commits or min(self.commits) == 0:
            return -1
        try:
            return checkpoint_transactions(self.folder, self.base).get(app_id, -1)
        except (OSError, pa.ArrowException, ValueError, KeyError):
            return -1

    def checkpoint_faults(self) -> Iterator[Fault]:
        """Yield what the newest checkpoint says otherwise than the commits, as far as they reach back."""
        hint = self.folder / "_delta_log" / "_last_checkpoint"
        wanted = hinted(hint)
        if wanted is not None and not any(hint.parent.glob(f"{wanted:020}.checkpoint*.parquet")):
            yield Fault(self.folder.name, "checkpoint", hint, f"names checkpoint {wanted}, which is missing", version=wanted)
        if self.base < 0:
            return
        path = self.folder / "_delta_log" / f"{self.base:020}.checkpoint.parquet"
        try:
            told = checkpoint_files(self.folder, self.base)
        except (OSError, pa.ArrowException, ValueError, KeyError) as error:
            yield Fault(self.folder.name, "checkpoint", path, str(error).splitlines()[0], version=self.base)
            return
        if self.bad or not self.commits or min(self.commits) > 0:
            return
        there: dict[str, dict[str, Any]] = {}
        numbers: dict[str, int] = {}
        for version in range(self.base + 1):
            for gone in self.commits[version].removed:
                there.pop(gone, None)
            there |= self.commits[version].added
            numbers |= self.commits[version].transactions
        said = {name: (action["size"], action.get("stats")) for name, action in told.items()}
        if said != {name: (action["size"], action.get("stats")) for name, action in there.items()}:
            yield Fault(self.folder.name, "checkpoint", path, "other files than the commits say", version=self.base)
            return
        found = misread(self.folder, self.base, there, numbers)
        if found:
            yield Fault(self.folder.name, "checkpoint", path, found, version=self.base)


def what_is_wrong(path: Path, size: int) -> str:
    """Return what is wrong with a data file.

    Parameters
    ----------
    path : Path
        Of the file.
    size : int
        What the log says [B].

    Returns
    -------
    str
        Empty if nothing is.
    """
    try:
        found = path.stat().st_size
        if found != size:
            return f"{found} bytes in place of {size}"
        expected = checksum_in(path)
        if expected is None:
            for _ in pq.ParquetFile(path, page_checksum_verification=True).iter_batches():
                pass
            return ""
        crc = checksum_of(path)
    except FileNotFoundError:
        return "file missing"
    except (OSError, pa.ArrowException) as error:
        return str(error).splitlines()[0]
    return "" if crc == expected else f"checksum {crc:08x} in place of {expected:08x}"
