"""The audit of a register: its head to publish, and the check that nothing was changed behind its back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smartfab.improvements.register.attachments import Files
from smartfab.improvements.register.chain import read_head
from smartfab.improvements.register.database import Database
from smartfab.improvements.register.deeds import last_head
from smartfab.improvements.register.replay import AuditFault, chain_faults, chain_rows, head_fault, rebuilt, table_faults

__all__ = ["Audit", "AuditFault", "AuditReport"]


@dataclass(frozen=True)
class AuditReport:
    """What an audit found; true when there is nothing to remark.

    Attributes
    ----------
    head : str
        End of the chain, to be published.
    rows : int
        Rows of the chain [1].
    faults : tuple of AuditFault
        Each row that is not as the chain says.
    """

    head: str
    rows: int
    faults: tuple[AuditFault, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as the chain says."""
        return not self.faults

    def __bool__(self) -> bool:
        return self.ok

    def to_dict(self) -> dict[str, Any]:
        """Return the report in JSON's own types."""
        return {"ok": self.ok, "head": self.head, "rows": self.rows, "faults": [fault.to_dict() for fault in self.faults]}


class Audit:
    """The chain of a register: every deed is a row that rests on the one before it.

    Who can write to the database can also write a whole new chain; that is found with a head that was published before,
    on a certificate or a monthly report.

    Parameters
    ----------
    database : Database
        Of the register.
    files : callable
        Gives the folder of attachments, or None.
    """

    def __init__(self, database: Database, files: Callable[[], Files | None]) -> None:
        self._database = database
        self._files = files

    def head(self) -> str:
        """Return the end of the chain as it is published: its number and hash."""
        with self._database.reading() as connection:
            return str(last_head(connection))

    def verify(self, *, head: str | None = None) -> AuditReport:
        """Check the chain, every table against it, and every attachment against its hash.

        Parameters
        ----------
        head : str, optional
            A head that was published before; without it, a chain cut at its end together with its tables, or written anew,
            cannot be told from a genuine one.

        Returns
        -------
        AuditReport
            Names each row that was edited, added, deleted or moved.
        """
        published = None if head is None else read_head(head)
        with self._database.reading() as connection:
            rows = chain_rows(connection)
            faults = list(chain_faults(rows))
            state = rebuilt(rows)
            faults += table_faults(connection, state)
            end = last_head(connection)
        if published is not None and (fault := head_fault(rows, published)) is not None:
            faults.append(fault)
        folder = self._files()
        if folder is not None:
            wanted = {str(row["sha256"]) for (table, _), row in state.items() if table == "attachments"}
            faults += [AuditFault("files", name, kind) for name, kind in folder.damage(wanted)]
        return AuditReport(str(end), len(rows), tuple(faults))
