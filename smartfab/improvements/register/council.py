"""The council: votes without conflicts of interest, and decisions with certificate numbers that have no gap."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError, TransitionRefused
from smartfab.improvements.register.council_tables import decisions, votes
from smartfab.improvements.register.dates import day
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.meetings import Meetings, meeting_of
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Decision, Improvement
from smartfab.improvements.register.states import check_step
from smartfab.improvements.register.texts import LONG, NAME, clean_text, name_text
from smartfab.improvements.remuneration.rule_pack import RulePack, read_rules

VOTES = ("for", "against", "abstain", "conflict")
"""What a member can say; a conflict of interest takes him out of the count."""


class Council(Meetings):
    """Vote, decide."""

    def vote(
        self, improvement_id: str, meeting_id: int, *, member: str, vote: str, reason: str | None = None, by: str | None = None
    ) -> None:
        """Write down the vote of a member who was at the meeting; an author has none.

        Parameters
        ----------
        improvement_id : str
            On which one.
        meeting_id : int
            At which meeting.
        member : str
            Who votes.
        vote : {"for", "against", "abstain", "conflict"}
            A conflict of interest takes the member out of the count.
        reason : str, optional
            Why.
        by : str, optional
            Who types it in; the member if left out.

        Raises
        ------
        RegisterError
            If the member was not there, is an author, or voted already.
        """
        with self._deed("vote", by=member, entered_by=by, subject=improvement_id) as deed:
            item = self._read(deed.connection, improvement_id)
            met = meeting_of(deed.connection, meeting_id)
            if deed.by not in met.members:
                raise RegisterError(
                    f"{member} was not there", where=f"meeting {meeting_id}", expected=f"one of {', '.join(met.members)}"
                )
            if deed.by in item.author_ids and vote != "conflict":
                raise RegisterError(
                    f"{member} is an author", where=item.id, expected="vote='conflict'", remedy="Authors do not vote."
                )
            held = sa.select(votes).where(
                votes.c.meeting_id == meeting_id, votes.c.improvement_id == item.id, votes.c.person_id == deed.by
            )
            if deed.connection.execute(held).first() is not None:
                raise RegisterError(f"{member} voted already", where=item.id, expected="one vote a member")
            deed.insert(
                votes, meeting_id=meeting_id, improvement_id=item.id, person_id=deed.by, vote=one_of(vote, "vote", VOTES),
                at=deed.at, by=deed.entered_by or deed.by, reason=clean_text(reason, "reason", most=LONG, optional=True),
            )  # fmt: skip

    def decide(
        self, improvement_id: str, *, decision_no: str, decision_date: object, signer: str, by: str,
        meeting_id: int | None = None, level: str | None = None, rules: str | Path | RulePack = "VN-2012-13",
        version: int | None = None, accept_unreviewed: bool = False, entered_by: str | None = None,
        idempotency_key: str | None = None,
    ) -> Decision:  # fmt: skip
        """Recognise an improvement; its certificate gets the next number of the year, without a gap.

        Parameters
        ----------
        improvement_id : str
            Which one; it must be verified.
        decision_no : str
            Number of the decision.
        decision_date : date or str
            Date of the decision, not in the future; its year is that of the certificate.
        signer : str
            Who signs; not an author.
        by : str
            Who enters it.
        meeting_id : int, optional
            The meeting that voted; without one the head of the plant decides alone.
        level : str, optional
            Level of recognition, such as "cơ sở".
        rules : str, Path or RulePack
            The pack with quorum and majority.
        version : int, optional
            The version that was read.
        accept_unreviewed : bool
            Take a pack that is unreviewed or not in force.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again decide nothing more.

        Returns
        -------
        Decision
            With its certificate number.

        Raises
        ------
        TransitionRefused
            If it is not verified, the quorum is not met, or the votes do not carry it.
        RegisterError
            If the date lies in the future.
        """
        pack = read_rules(rules, on=self._today(), accept_unreviewed=accept_unreviewed)
        with self._deed(
            "decide", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, decision_no, str(decision_date), signer, meeting_id, level],
        ) as deed:  # fmt: skip
            if not deed.repeated:
                item = self._read(deed.connection, improvement_id, version=version)
                check_step(item.state, "recognised", track=item.track, lane=item.lane, where=item.id)
                if meeting_id is not None:
                    self._check_votes(deed.connection, item, meeting_id, pack)
                if signer in item.author_ids:
                    raise TransitionRefused(f"{signer} is an author", where=item.id, expected="a signer who is none")
                self._recognise(
                    deed, item, decision_no=name_text(decision_no, "decision_no"), signer=name_text(signer, "signer"),
                    decision_date=day(decision_date, "decision_date", today=self._today()), meeting_id=meeting_id, pack=pack.id,
                    level=clean_text(level, "level", most=NAME, optional=True),
                )  # fmt: skip
            made = decision_of(deed.connection, improvement_id)
            assert made is not None  # noqa: S101  it was just written
            return made

    def _recognise(self, deed: Deed, item: Improvement, **values: object) -> None:
        year = int(str(values["decision_date"])[:4])
        last = sa.select(sa.func.coalesce(sa.func.max(decisions.c.certificate_number), 0)).where(
            decisions.c.certificate_year == year
        )
        number = int(deed.connection.execute(last).scalar_one()) + 1
        deed.insert(
            decisions,
            improvement_id=item.id,
            certificate_year=year,
            certificate_number=number,
            at=deed.at,
            by=deed.by,
            **values,
        )
        self._step(deed, item, "recognised", reason=f"quyết định {values['decision_no']}")

    def _check_votes(self, connection: sa.Connection, item: Improvement, meeting_id: int, pack: RulePack) -> None:
        met = meeting_of(connection, meeting_id)
        cast_at = sa.select(votes.c.person_id, votes.c.vote).where(
            votes.c.meeting_id == meeting_id, votes.c.improvement_id == item.id
        )
        said = {str(member): str(vote) for member, vote in connection.execute(cast_at)}
        able = [member for member in met.members if member not in item.author_ids and said.get(member) != "conflict"]
        cast = [said[member] for member in able if member in said]
        if not able or Fraction(len(cast), len(able)) < pack.council.quorum:
            raise TransitionRefused(
                f"{len(cast)} of {len(able)} members without a conflict voted", where=item.id,
                expected=f"a quorum of {pack.council.quorum}", remedy="Enter the votes that are missing.",
            )  # fmt: skip
        if Fraction(cast.count("for"), len(cast)) <= pack.council.majority:
            raise TransitionRefused(
                f"{cast.count('for')} of {len(cast)} votes are for it",
                where=item.id,
                expected=f"more than {pack.council.majority}",
            )

    def decision(self, improvement_id: str) -> Decision | None:
        """Return the decision on an improvement.

        Parameters
        ----------
        improvement_id : str
            On which one.

        Returns
        -------
        Decision or None
            None where there is none yet.
        """
        with self._reading() as connection:
            return decision_of(connection, improvement_id)

    def votes(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return the votes on an improvement.

        Parameters
        ----------
        improvement_id : str
            On which one.

        Returns
        -------
        list of dict
            meeting_id, person_id, vote, reason.
        """
        with self._reading() as connection:
            chosen = (
                sa.select(votes).where(votes.c.improvement_id == improvement_id).order_by(votes.c.meeting_id, votes.c.person_id)
            )
            return [dict(row) for row in connection.execute(chosen).mappings()]


def decision_of(connection: sa.Connection, improvement_id: str) -> Decision | None:
    """Return the decision on an improvement, or None."""
    row = connection.execute(sa.select(decisions).where(decisions.c.improvement_id == improvement_id)).mappings().one_or_none()
    if row is None:
        return None
    values = {
        name: row[name] for name in ("improvement_id", "decision_no", "decision_date", "signer", "level", "meeting_id", "pack")
    }
    return Decision(**values, certificate_no=f"{row['certificate_number']:03d}/{row['certificate_year']}")
