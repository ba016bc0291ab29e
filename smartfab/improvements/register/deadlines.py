"""The clocks that run: the first answer, the request, the decision, the payment; and what is overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from smartfab.improvements.register.council_tables import rewards
from smartfab.improvements.register.desk import Desk, improvements_of
from smartfab.improvements.register.idea_tables import improvements
from smartfab.improvements.register.one_row_each import first_applications, first_days
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.remuneration.rule_pack import Clocks, RulePack, read_rules

CLOCKS = ("first_answer", "request", "decision", "payment")
"""Answer to a proposal; request for recognition; decision on it; payment of a reward."""


class Deadline(NamedTuple):
    """A day something must be done by, and when it was done."""

    improvement_id: str
    clock: str
    due: dt.date
    done: dt.date | None


class Deadlines(Desk):
    """Deadlines."""

    def deadlines(
        self, *, on: dt.date | None = None, overdue: bool = False, rules: str | Path | RulePack = "VN-2012-13",
        accept_unreviewed: bool = False,
    ) -> pd.DataFrame:  # fmt: skip
        """Return the clocks that run, or ran.

        A request within a year of the first application, a decision within months of acceptance, as the rule pack says; the
        first answer within the days promised; payments by their due date. Where the first application comes after acceptance,
        the decree counts from its end: the day of decision shown here is then early, never late.

        Parameters
        ----------
        on : date, optional
            The day to look from; today if left out.
        overdue : bool
            Only those that are past and not done.
        rules : str, Path or RulePack
            The pack with the clocks.
        accept_unreviewed : bool
            Take a pack that is unreviewed or not in force.

        Returns
        -------
        DataFrame
            improvement_id, clock, due, done, overdue; the nearest first.
        """
        day = on or self._today()
        clocks = read_rules(rules, on=day, accept_unreviewed=accept_unreviewed).clocks
        with self._reading() as connection:
            ids = connection.execute(sa.select(improvements.c.improvement_id)).scalars().all()
            taken, applied = first_days(connection, self._tz), first_applications(connection, self._tz)
            found = [
                line
                for item in improvements_of(connection, ids, self._tz)
                for line in _of_idea(item, taken.get(item.id, {}), applied.get(item.id), clocks)
            ]
            found += _payments(connection)
        found.sort(key=lambda line: (line.due, line.improvement_id, line.clock))
        table = pd.DataFrame(found, columns=list(Deadline._fields)).astype(object)
        table["overdue"] = [line.done is None and line.due < day for line in found]
        return table[table["overdue"]].reset_index(drop=True) if overdue else table


def _of_idea(item: Improvement, taken_on: dict[str, str], applied: str | None, clocks: Clocks) -> Iterator[Deadline]:
    taken = {state: dt.date.fromisoformat(on) for state, on in taken_on.items()}
    answers = [on for state, on in taken.items() if state not in {"draft", "submitted"}]
    if "submitted" in taken:
        due = taken["submitted"] + dt.timedelta(days=clocks.first_answer_days)
        yield Deadline(item.id, "first_answer", due, min(answers, default=None))
    if item.lane == "small":
        return
    if applied is not None:
        due = _later(dt.date.fromisoformat(applied), years=clocks.request_within_years)
        yield Deadline(item.id, "request", due, taken.get("submitted"))
    if "accepted" in taken:
        ended = [taken[state] for state in ("recognised", "refused", "closed") if state in taken]
        yield Deadline(
            item.id, "decision", _later(taken["accepted"], months=clocks.decide_within_months), min(ended, default=None)
        )


def _payments(connection: sa.Connection) -> Iterator[Deadline]:
    for row in connection.execute(sa.select(rewards).where(rewards.c.due.is_not(None), rewards.c.gross > 0)):
        paid = None if row.paid_on is None else dt.date.fromisoformat(row.paid_on)
        yield Deadline(row.improvement_id, "payment", dt.date.fromisoformat(row.due), paid)


def _later(day: dt.date, *, years: int = 0, months: int = 0) -> dt.date:
    moved: dt.date = (pd.Timestamp(day) + pd.DateOffset(years=years, months=months)).date()
    return moved
