"""Ideas: proposed, and changed as long as nothing rests on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from smartfab.errors import RegisterError
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.desk import Desk, step
from smartfab.improvements.register.idea_tables import authorships, improvements, scopes
from smartfab.improvements.register.proposals import NAMES, checked, comparable, listed, new_id, put_parts
from smartfab.improvements.register.records import Improvement

_EDITABLE = frozenset({"draft", "submitted", "screening", "returned", "accepted"})
_EVERY_TIME = ("title_vi", "title_en", "problem", "solution", "expected", "authors", "scope", *NAMES)


class Ideas(Desk):
    """Submit and edit."""

    def submit(
        self, *, title_vi: str, problem: str, solution: str, authors: Iterable[tuple[str, object]], by: str,
        title_en: str | None = None, line_id: str | None = None, unit_id: str | None = None, kpi: str | None = None,
        expected: object = None, scope: Mapping[str, Iterable[str]] | None = None, track: str = "measured",
        lane: str | None = None, drive: str | None = None, proposed_on: object = None, applied_on: object = None,
        paper_no: str | None = None, parent_id: str | None = None, draft: bool = False, entered_by: str | None = None,
        idempotency_key: str | None = None,
    ) -> Improvement:  # fmt: skip
        """Enter a proposal.

        Parameters
        ----------
        title_vi, problem, solution : str
            What is proposed; in NFC afterwards.
        authors : iterable of pairs
            Person and share in percent; the shares sum to 100 exactly.
        by : str
            Who proposes.
        title_en : str, optional
            English title.
        line_id, unit_id, kpi : str, optional
            Which line it changes, whose unit's it is, which KPI it is to move.
        expected : float or three floats, optional
            Expected effect in the KPI's unit: likely, or least, likely and greatest.
        scope : mapping, optional
            Further reach: kind such as machine_id or line_id, and values.
        track : {"measured", "no_measurement"}
            no_measurement for safety and 5S.
        lane : {"standard", "small"}, optional
            small is rewarded by the leader; the default for track no_measurement.
        drive : str, optional
            Emulation drive ("đợt thi đua").
        proposed_on, applied_on : date or str, optional
            When it was proposed and first applied, for paper ideas; today, and not yet, if left out.
        paper_no : str, optional
            Number of its paper form; no two have the same.
        parent_id : str, optional
            The improvement it replicates.
        draft : bool
            Keep it as a draft.
        entered_by : str, optional
            Who types it in for the author.
        idempotency_key : str, optional
            The same key and request again give the same improvement.

        Returns
        -------
        Improvement
            In state submitted, or draft.

        Raises
        ------
        RegisterError
            Every fault of the proposal; then nothing is entered.
        """
        asked = {name: value for name, value in locals().items() if name not in {"self", "idempotency_key", "by", "entered_by"}}
        asked = {**asked, "authors": [list(pair) for pair in authors], "scope": listed(scope)}
        with self._deed("submit", by=by, entered_by=entered_by, key=idempotency_key, request=comparable(asked)) as deed:
            if not deed.repeated:
                self._enter(deed, asked)
            return self._read(deed.connection, deed.subject)

    def _enter(self, deed: Deed, asked: Mapping[str, Any]) -> None:
        values, pairs = checked(deed.connection, asked, self._today())
        deed.subject = new_id(deed)
        state = "draft" if asked["draft"] else "submitted"
        deed.insert(
            improvements, improvement_id=deed.subject, version=1, state=state, registered_at=deed.at, by=deed.by,
            entered_by=deed.entered_by, **values,
        )  # fmt: skip
        put_parts(deed, deed.subject, pairs, asked["scope"])
        step(deed, deed.subject, None, state, None)

    def edit(
        self, improvement_id: str, *, by: str, version: int, entered_by: str | None = None, idempotency_key: str | None = None,
        **changes: object,
    ) -> Improvement:  # fmt: skip
        """Change the text, authors, reach or expectation of a proposal that is not yet planned.

        Parameters
        ----------
        improvement_id : str
            Which one.
        by : str
            Who changes it.
        version : int
            The version that was read: when somebody was faster, nothing is overwritten.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again change nothing more.
        **changes : object
            title_vi, title_en, problem, solution, line_id, unit_id, kpi, expected, drive, paper_no, authors, scope.

        Returns
        -------
        Improvement
            As it is now.

        Raises
        ------
        StaleVersionError
            If the record has another version by now.
        RegisterError
            If it is planned already, a name is no field, or a value is wrong.
        """
        if strange := sorted(set(changes) - set(_EVERY_TIME)):
            raise RegisterError(f"{', '.join(strange)}", where="edit", expected=f"some of {', '.join(_EVERY_TIME)}")
        asked = {name: comparable(value) for name, value in changes.items()}
        with self._deed(
            "edit",
            by=by,
            entered_by=entered_by,
            subject=improvement_id,
            key=idempotency_key,
            request=[improvement_id, version, asked],
        ) as deed:
            if not deed.repeated:
                self._change(deed, self._read(deed.connection, improvement_id, version=version), changes)
            return self._read(deed.connection, improvement_id)

    def _change(self, deed: Deed, item: Improvement, changes: Mapping[str, Any]) -> None:
        if item.state not in _EDITABLE:
            raise RegisterError(
                f"state {item.state}", where=item.id, expected=f"one of {', '.join(sorted(_EDITABLE))}",
                remedy="Write a comment, or propose it anew.",
            )  # fmt: skip
        whole = {**item.to_dict(), **changes, "own_id": item.id}
        whole["scope"] = listed(whole["scope"])
        values, pairs = checked(deed.connection, whole, self._today())
        before = {**item.to_dict(), "folded": None}
        low, likely, high = item.expected or (None, None, None)
        before |= {"expected_low": low, "expected": likely, "expected_high": high}
        different = {name: value for name, value in values.items() if before[name] != value}
        if "authors" in changes or "scope" in changes:
            for person, _ in item.authors:
                deed.delete(authorships, {"improvement_id": item.id, "person_id": person})
            for kind, values_of in item.scope.items():
                for value in values_of:
                    deed.delete(scopes, {"improvement_id": item.id, "kind": kind, "value": value})
            put_parts(deed, item.id, pairs, whole["scope"])
        self._write(deed, item, **different)
