"""Files of an improvement: photos before and after, checklists, documents, scans."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import sha256
from smartfab.improvements.register.attachments import Files, media_type
from smartfab.improvements.register.desk import Desk, numbered
from smartfab.improvements.register.idea_tables import attachments
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Attachment
from smartfab.improvements.register.texts import name_text

ATTACHMENT_KINDS = ("before", "after", "checklist", "document", "scan")


class Attaching(Desk):
    """Attach, content."""

    def attach(
        self, improvement_id: str, file: str | Path | bytes, *, by: str, name: str | None = None, kind: str = "document",
        media: str | None = None, entered_by: str | None = None, idempotency_key: str | None = None,
    ) -> Attachment:  # fmt: skip
        """Attach a file; it is kept once, under the SHA-256 of its content.

        Parameters
        ----------
        improvement_id : str
            To which one.
        file : path or bytes
            A photo, PDF, DOCX, XLSX, TXT or CSV of at most 25 MiB.
        by : str
            Who attaches it.
        name : str, optional
            Its name; must be given with bytes.
        kind : {"before", "after", "checklist", "document", "scan"}
            What it shows.
        media : str, optional
            Its media type; read from the name if left out.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again write nothing more.

        Returns
        -------
        Attachment
            Where it is kept.

        Raises
        ------
        RegisterError
            If the type, size or name is not one that may be attached, or the register has no folder for files.
        """
        folder = self._folder()
        data = file if isinstance(file, bytes) else Path(file).read_bytes()
        given = name or ("" if isinstance(file, bytes) else Path(file).name)
        shown = name_text(given.replace("\\", "/").rpartition("/")[2], "name")
        found = media_type(shown, data, media)
        with self._deed(
            "attach", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, shown, kind, sha256(data)],
        ) as deed:  # fmt: skip
            self._read(deed.connection, improvement_id)
            if deed.repeated:
                number = deed.made(attachments)
                return next(file for file in _files_of(deed.connection, improvement_id) if file.id == number)
            made = Attachment(
                id=deed.next_id(attachments), improvement_id=improvement_id, name=shown,
                kind=one_of(kind, "kind", ATTACHMENT_KINDS), media_type=found, size=len(data), sha256=folder.put(data),
                by=deed.by, at=deed.at,
            )  # fmt: skip
            values = {**made.__dict__}
            deed.insert(attachments, attachment_id=values.pop("id"), **values)
            return made

    def attachments(self, improvement_id: str) -> list[Attachment]:
        """Return the files of an improvement, the first one first.

        Parameters
        ----------
        improvement_id : str
            Of which one.

        Returns
        -------
        list of Attachment
            Without their content.
        """
        with self._reading() as connection:
            return _files_of(connection, improvement_id)

    def content(self, sha256: str) -> bytes:
        """Return the content of an attachment, checked against its hash.

        Parameters
        ----------
        sha256 : str
            As `Attachment.sha256` says.

        Returns
        -------
        bytes
            The file as it was attached.
        """
        return self._folder().get(sha256)

    def _folder(self) -> Files:
        if self._files is None:
            raise RegisterError(
                "no folder for files",
                where="register",
                expected="Register(url, files=folder)",
                remedy="Open the register with files=.",
            )
        return self._files


def _files_of(connection: sa.Connection, improvement_id: str) -> list[Attachment]:
    return [Attachment(id=row.pop("attachment_id"), **row) for row in numbered(connection, attachments, improvement_id)]
