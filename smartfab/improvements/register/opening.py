"""The register: the one door to ideas, plans, measurements, decisions and rewards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from smartfab import clock as plant_clock
from smartfab.improvements.register.access import Access
from smartfab.improvements.register.archive import Archive
from smartfab.improvements.register.auditing import Audit
from smartfab.improvements.register.backups import Backups
from smartfab.improvements.register.database import PATIENCE_S, Database
from smartfab.improvements.register.deadlines import Deadlines
from smartfab.improvements.register.deeds import Ledger
from smartfab.improvements.register.emulation import Emulation
from smartfab.improvements.register.exporting import Exporting
from smartfab.improvements.register.measuring import Measuring
from smartfab.improvements.register.paper_sheets import PaperSheets
from smartfab.improvements.register.paperwork import Paperwork
from smartfab.improvements.register.people import People

__all__ = ["Register"]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Register(PaperSheets, Archive, Measuring, Paperwork, Deadlines, Exporting, Emulation, Backups):
    """The improvement register of a plant, on SQLite or PostgreSQL.

    Every deed is one transaction with one row in a chain of hashes; who is allowed to do what is for the service in front of it
    to ask of `people`, while what must never happen (an author verifying his own proposal, a plan after the change) is refused
    here. Its tables are made, or brought up to date, when it is opened. Safe to use from several threads and processes.

    Parameters
    ----------
    url : str
        ``sqlite:///plant.db`` or ``postgresql+psycopg://user@host/database``.
    files : str or Path, optional
        Folder of attachments; beside the file of SQLite if left out.
    tz : str
        Zone of the plant; a bare date is one of its days.
    clock : callable
        Gives the present as an aware time.
    patience_s : float
        How long a writer waits for the others before it is told that the register is busy [s].

    Raises
    ------
    RegisterError
        If the database does not answer (`RegisterUnavailable`), or was written by a newer smartfab.

    Examples
    --------
    >>> from smartfab.improvements import Register
    >>> register = Register("sqlite://")
    >>> said = {"title_vi": "Gá nhanh khuôn", "problem": "Thay khuôn mất 40 phút", "solution": "Gá côn thay bu lông"}
    >>> imp = register.submit(**said, authors=[("E0123", 100)], line_id="L3", kpi="oee", expected=0.02, by="E0123")
    >>> register.transition(imp.id, "accepted", by="L001", version=imp.version).state
    'accepted'
    >>> bool(register.audit.verify())
    True
    """

    def __init__(
        self,
        url: str,
        *,
        files: str | Path | None = None,
        tz: str = "Asia/Ho_Chi_Minh",
        clock: Callable[[], dt.datetime] = _now,
        patience_s: float = PATIENCE_S,
    ) -> None:
        plant_clock.zone(tz)
        database = Database(url, patience_s)
        folder = _beside(database.engine.url) if files is None else Path(files)
        super().__init__(Ledger(database, clock), tz=tz, files=folder)
        self.people = People(self._ledger)
        self.access = Access(self._ledger)
        self.audit = Audit(database, lambda: self._files)

    def __repr__(self) -> str:
        return f"Register({self._ledger.database.engine.url.render_as_string(hide_password=True)!r})"

    def close(self) -> None:
        """Give the connections back."""
        self._ledger.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _beside(url: sa.URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(f"{url.database}.files")
