"""Steps from state to state, with their guards; what people said, reviewed and showed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError, TransitionRefused
from smartfab.improvements.canonical import canonical_json
from smartfab.improvements.register.attachments import Files, media_type
from smartfab.improvements.register.guards import check_guards
from smartfab.improvements.register.idea_tables import attachments, comments, reviews
from smartfab.improvements.register.interventions import Interventions
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Attachment, Improvement
from smartfab.improvements.register.states import BY_METHOD, FIELDED, check_step
from smartfab.improvements.register.texts import LONG, clean_text, full_text, name_text

REVIEW_KINDS = ("screening", "technical", "finance", "verification", "council")
ATTACHMENT_KINDS = ("before", "after", "checklist", "document", "scan")


class Workflow(Interventions):
    """Transition, comment, review, attach."""

    def transition(
        self, improvement_id: str, state: str, *, by: str, reason: str | None = None, version: int | None = None,
        entered_by: str | None = None, idempotency_key: str | None = None,
    ) -> Improvement:  # fmt: skip
        """Bring an improvement into a state.

        What rests on more than a word has a method of its own: planned (`freeze`), trial, applied and reverted
        (`intervened`), recognised (`decide`), and what only a measurement can say (`measure`). Where nothing is measured,
        applied may be said here, and means today.

        Parameters
        ----------
        improvement_id : str
            Which one.
        state : str
            Where to.
        by : str
            Who decides so.
        reason : str, optional
            Why; it must be said for returned, duplicate, refused and closed.
        version : int, optional
            The version that was read.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again do nothing more.

        Returns
        -------
        Improvement
            As it is now.

        Raises
        ------
        TransitionRefused
            If there is no such step, or a guard says no.
        StaleVersionError
            If the record has another version by now.
        """
        with self._deed(
            "transition", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, state, reason, version],
        ) as deed:  # fmt: skip
            if not deed.repeated:
                item = self._read(deed.connection, improvement_id, version=version)
                said = clean_text(reason, "reason", most=LONG, optional=True)
                check_step(item.state, state, track=item.track, lane=item.lane, where=item.id)
                self._check_method(item, state)
                check_guards(deed, item, state, said)
                if state in FIELDED:
                    self._intervene(deed, item, at=self._today(), kind=_KIND_OF[state], note=said)
                else:
                    self._step(deed, item, state, reason=said)
            return self._read(deed.connection, improvement_id)

    def _check_method(self, item: Improvement, state: str) -> None:
        plainly = state in FIELDED and (item.track == "no_measurement" or item.lane == "small")
        if state in BY_METHOD and not plainly:
            raise TransitionRefused(
                f"{state} by word alone", where=item.id, expected=f"register.{BY_METHOD[state]}(…)", remedy="Call that instead."
            )

    def comment(self, improvement_id: str, text: str, *, by: str, entered_by: str | None = None) -> int:
        """Add a comment; the version of the record stays, so that nobody's editing is disturbed.

        Parameters
        ----------
        improvement_id : str
            On which one.
        text : str
            What is said.
        by : str
            Who says it.
        entered_by : str, optional
            Who types it in.

        Returns
        -------
        int
            Number of the comment.
        """
        with self._deed("comment", by=by, entered_by=entered_by, subject=improvement_id) as deed:
            self._read(deed.connection, improvement_id)
            number = deed.next_id(comments)
            deed.insert(
                comments, comment_id=number, improvement_id=improvement_id, at=deed.at, by=deed.by, text=full_text(text, "text")
            )
            return number

    def comments(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return the comments on an improvement, the first one first.

        Parameters
        ----------
        improvement_id : str
            On which one.

        Returns
        -------
        list of dict
            comment_id, at, by, text.
        """
        return self._rows(comments, improvement_id)

    def review(
        self,
        improvement_id: str,
        *,
        kind: str,
        text: str,
        by: str,
        scores: Mapping[str, float] | None = None,
        entered_by: str | None = None,
    ) -> int:
        """Write down a review, with scores by criterion where there are any.

        Parameters
        ----------
        improvement_id : str
            Of which one.
        kind : {"screening", "technical", "finance", "verification", "council"}
            In which office it is given.
        text : str
            What is found.
        by : str
            Who reviews; not an author.
        scores : mapping, optional
            Criterion and points [1].
        entered_by : str, optional
            Who types it in.

        Returns
        -------
        int
            Number of the review.

        Raises
        ------
        RegisterError
            If an author reviews his own proposal.
        """
        with self._deed("review", by=by, entered_by=entered_by, subject=improvement_id) as deed:
            item = self._read(deed.connection, improvement_id)
            if deed.by in item.author_ids:
                raise RegisterError(f"{by} is an author", where=item.id, expected="a reviewer who is none")
            number = deed.next_id(reviews)
            points = {name_text(name, "scores"): value for name, value in (scores or {}).items()}
            deed.insert(
                reviews, review_id=number, improvement_id=item.id, at=deed.at, by=deed.by,
                kind=one_of(kind, "kind", REVIEW_KINDS), scores=canonical_json(points).decode(), text=full_text(text, "text"),
            )  # fmt: skip
            return number

    def reviews(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return the reviews of an improvement, the first one first.

        Parameters
        ----------
        improvement_id : str
            Of which one.

        Returns
        -------
        list of dict
            review_id, at, by, kind, scores (JSON), text.
        """
        return self._rows(reviews, improvement_id)

    def attach(
        self, improvement_id: str, file: str | Path | bytes, *, by: str, name: str | None = None, kind: str = "document",
        media: str | None = None, entered_by: str | None = None,
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
        with self._deed("attach", by=by, entered_by=entered_by, subject=improvement_id) as deed:
            self._read(deed.connection, improvement_id)
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
        return [Attachment(id=row.pop("attachment_id"), **row) for row in self._rows(attachments, improvement_id)]

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

    def _rows(self, table: sa.Table, improvement_id: str) -> list[dict[str, Any]]:
        order = next(iter(table.primary_key))
        with self._reading() as connection:
            chosen = sa.select(table).where(table.c.improvement_id == improvement_id).order_by(order)
            return [dict(row) for row in connection.execute(chosen).mappings()]


_KIND_OF = {"trial": "trial", "applied": "install", "reverted": "revert"}
