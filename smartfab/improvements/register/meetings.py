"""The meetings of the council: who was there, and what was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import canonical_json
from smartfab.improvements.register.council_tables import meetings
from smartfab.improvements.register.dates import day
from smartfab.improvements.register.desk import Desk, from_json
from smartfab.improvements.register.people_records import check_known
from smartfab.improvements.register.proposals import comparable
from smartfab.improvements.register.records import Meeting
from smartfab.improvements.register.texts import full_text, name_text


class Meetings(Desk):
    """Meeting, meetings."""

    def meeting(
        self, date: object, members: Iterable[str], minutes: str, *, by: str | None = None, idempotency_key: str | None = None
    ) -> Meeting:
        """Write down a meeting of the council.

        Parameters
        ----------
        date : date or str
            When it met; not in the future.
        members : iterable of str
            Who was there; the first one presides.
        minutes : str
            What was said.
        by : str, optional
            Who keeps the minutes; the first member if left out.
        idempotency_key : str, optional
            The same key and request again write nothing more.

        Returns
        -------
        Meeting
            With its number.

        Raises
        ------
        RegisterError
            If nobody was there, somebody twice, or somebody the register does not know.
        """
        there = [name_text(member, "members") for member in members]
        if not there or len(set(there)) != len(there):
            raise RegisterError("nobody" if not there else "somebody twice", where="members", expected="each member once")
        with self._deed(
            "meeting", by=by or there[0], key=idempotency_key, request=[comparable(date), there, minutes]
        ) as deed:  # fmt: skip
            if deed.repeated:
                return meeting_of(deed.connection, deed.made(meetings))
            check_known(deed.connection, there, "members")
            number = deed.next_id(meetings)
            deed.subject = f"meeting {number}"
            met = Meeting(number, day(date, "date", today=self._today()), tuple(there), full_text(minutes, "minutes"))
            deed.insert(
                meetings,
                meeting_id=number,
                date=met.date,
                members=canonical_json(there).decode(),
                minutes=met.minutes,
                at=deed.at,
                by=deed.by,
            )
            return met

    def meetings(self, *, since: dt.date | None = None) -> list[Meeting]:
        """Return the meetings, the first one first.

        Parameters
        ----------
        since : date, optional
            From this day on.

        Returns
        -------
        list of Meeting
            With members and minutes.
        """
        with self._reading() as connection:
            numbers = connection.execute(sa.select(meetings.c.meeting_id).order_by(meetings.c.meeting_id)).scalars().all()
            found = [meeting_of(connection, number) for number in numbers]
        return [met for met in found if since is None or met.date >= since.isoformat()]


def meeting_of(connection: sa.Connection, meeting_id: int) -> Meeting:
    """Return a meeting by its number."""
    row = connection.execute(sa.select(meetings).where(meetings.c.meeting_id == meeting_id)).one_or_none()
    if row is None:
        raise RegisterError(f"no meeting {meeting_id}", where="meeting_id", expected="a number `meeting` gave")
    return Meeting(row.meeting_id, row.date, tuple(from_json(row.members)), row.minutes)
