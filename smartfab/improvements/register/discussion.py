"""What people said of an improvement: comments and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import canonical_json
from smartfab.improvements.register.desk import Desk
from smartfab.improvements.register.idea_tables import comments, reviews
from smartfab.improvements.register.proposals import comparable, one_of
from smartfab.improvements.register.texts import full_text, name_text

REVIEW_KINDS = ("screening", "technical", "finance", "verification", "council")


class Discussion(Desk):
    """Comment, review."""

    def comment(
        self, improvement_id: str, text: str, *, by: str, entered_by: str | None = None, idempotency_key: str | None = None
    ) -> int:
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
        idempotency_key : str, optional
            The same key and request again write nothing more.

        Returns
        -------
        int
            Number of the comment.
        """
        with self._deed(
            "comment", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key, request=[improvement_id, text]
        ) as deed:
            self._read(deed.connection, improvement_id)
            if deed.repeated:
                return deed.made(comments)
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
        return self._numbered(comments, improvement_id)

    def review(
        self,
        improvement_id: str,
        *,
        kind: str,
        text: str,
        by: str,
        scores: Mapping[str, float] | None = None,
        entered_by: str | None = None,
        idempotency_key: str | None = None,
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
        idempotency_key : str, optional
            The same key and request again write nothing more.

        Returns
        -------
        int
            Number of the review.

        Raises
        ------
        RegisterError
            If an author reviews his own proposal.
        """
        with self._deed(
            "review", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, kind, text, comparable(scores)],
        ) as deed:  # fmt: skip
            item = self._read(deed.connection, improvement_id)
            if deed.repeated:
                return deed.made(reviews)
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
        return self._numbered(reviews, improvement_id)
