"""A register saved while it is in use, and brought back: rows of one moment, every file by its hash, the chain verified."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import sha256
from smartfab.improvements.register.access_tables import sessions
from smartfab.improvements.register.attachments import Files
from smartfab.improvements.register.audit_tables import metadata
from smartfab.improvements.register.auditing import Audit, AuditReport
from smartfab.improvements.register.database import Database
from smartfab.improvements.register.deeds import last_head, moment
from smartfab.improvements.register.desk import Desk
from smartfab.improvements.register.idea_tables import attachments

__all__ = ["Backup"]

DATABASE, FILES, MANIFEST = "register.db", "files", "manifest.json"
_TABLES = tuple(table for table in metadata.sorted_tables if table is not sessions)
_AT_ONCE = 1000


@dataclass(frozen=True)
class Backup:
    """A folder with a whole register: a SQLite file, its attachments, and a manifest with the head of the chain.

    Attributes
    ----------
    folder : Path
        Where it is.
    head : str
        End of the chain.
    rows : int
        Rows of the chain [1].
    files : int
        Attachments [1].
    audit : AuditReport
        What verifying the copy found.
    """

    folder: Path
    head: str
    rows: int
    files: int
    audit: AuditReport


class Backups(Desk):
    """Backup, restore."""

    def backup(self, folder: str | Path) -> Backup:
        """Save the register into a new folder while others go on writing, and verify the copy.

        Sessions of browsers are left out; tokens and passwords are in it as hashes. Register on PostgreSQL or SQLite, the
        copy is a SQLite register that can be opened, verified and restored anywhere.

        Parameters
        ----------
        folder : str or Path
            A folder that is not there yet; it appears whole, or not at all.

        Returns
        -------
        Backup
            Its `audit` tells what is not as the chain says; such faults are saved as they are.

        Raises
        ------
        RegisterError
            If the folder is there already, or an attachment is missing or damaged.
        """
        place = Path(folder)
        if place.exists():
            raise RegisterError("there already", where=str(place), expected="a new folder", remedy="Name another one.")
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as half:
            made = self._save(Path(half))
            Path(half).rename(place)
            Path(half).mkdir()  # for the context to take away
        return Backup(place, **made)

    def _save(self, half: Path) -> dict[str, Any]:
        with _file_database(half / DATABASE) as copy, self._reading() as source:
            with copy.writing() as target:
                _pour(source, target)
                head = str(last_head(target))
                wanted = _digests(target)
            kept = Files(half / FILES)
            for digest in wanted:
                kept.put(self._attached().get(digest))
            report = Audit(copy, lambda: kept).verify(head=head)
        manifest = {
            "head": head, "rows": report.rows, "files": len(wanted), "made_at": moment(self._now()),
            "database_sha256": sha256((half / DATABASE).read_bytes()),
        }  # fmt: skip
        (half / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        for file in half.rglob("*"):
            _to_disk(file)
        return {"head": head, "rows": report.rows, "files": len(wanted), "audit": report}

    def restore(self, folder: str | Path) -> Backup:
        """Fill this register, which must be empty, from a backup; everything is brought back, or nothing.

        Parameters
        ----------
        folder : str or Path
            What `backup` made.

        Returns
        -------
        Backup
            As it was brought back.

        Raises
        ------
        RegisterError
            If this register is not empty, or the backup is not whole: a file changed, missing, or not as its chain says.
        """
        place = Path(folder)
        manifest = _manifest(place)
        with tempfile.TemporaryDirectory() as scratch:  # to open a register may bring its tables up to date
            shutil.copyfile(place / DATABASE, Path(scratch) / DATABASE)
            saved = Files(place / FILES)
            with _file_database(Path(scratch) / DATABASE) as copy, copy.reading() as source:
                report = Audit(copy, lambda: saved).verify(head=manifest["head"])
                if not report.ok:
                    raise _broken(place, "; ".join(f"{fault.table} {fault.row}: {fault.kind}" for fault in report.faults[:5]))
                wanted = _digests(source)
                for digest in wanted:
                    self._attached().put(saved.get(digest))
                with self._ledger.database.writing() as target:
                    if any(target.execute(sa.select(table).limit(1)).first() is not None for table in _TABLES):
                        raise RegisterError(
                            "not empty", where="register", expected="a register nobody wrote to", remedy="Name a new one."
                        )
                    _pour(source, target)
                    end = last_head(target)
                    if str(end) != manifest["head"]:
                        raise _broken(place, f"its chain ends with {end}")
        return Backup(place, manifest["head"], report.rows, len(wanted), report)

    def _attached(self) -> Files:
        if self._files is None:
            raise RegisterError("no folder for files", where="register", expected="Register(url, files=folder)")
        return self._files


@contextmanager
def _file_database(file: Path) -> Iterator[Database]:
    """Give a register's database in one file, with nothing beside it once it is closed."""
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        database.close()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")


def _pour(source: sa.Connection, target: sa.Connection) -> None:
    for table in _TABLES:
        for rows in source.execute(sa.select(table).order_by(*table.primary_key)).mappings().partitions(_AT_ONCE):
            target.execute(table.insert(), [dict(row) for row in rows])


def _digests(connection: sa.Connection) -> list[str]:
    chosen = sa.select(attachments.c.sha256).distinct().order_by(attachments.c.sha256)
    return [str(digest) for digest in connection.execute(chosen).scalars()]


def _manifest(place: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        head, digest = str(manifest["head"]), str(manifest["database_sha256"])
        data = (place / DATABASE).read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(place, f"{type(error).__name__}: {error}") from error
    if sha256(data) != digest:
        raise _broken(place, f"{DATABASE} was changed")
    return {"head": head}


def _broken(place: Path, found: str) -> RegisterError:
    return RegisterError(
        found, where=str(place), expected="a backup as it was made", remedy="Take another copy; nothing was brought back."
    )


def _to_disk(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
