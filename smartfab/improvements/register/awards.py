"""Rewards as they are awarded and paid, and the clocks that run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from smartfab.errors import RegisterError, TransitionRefused
from smartfab.findings import attach, finding
from smartfab.improvements.register.council_tables import decisions, rewards
from smartfab.improvements.register.dates import day, local_day
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.desk import Desk
from smartfab.improvements.register.interventions import first_change
from smartfab.improvements.register.proof_tables import benefits, declarations
from smartfab.improvements.register.proposals import one_of
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.register.states import RECOGNISED, check_step
from smartfab.improvements.register.texts import name_text
from smartfab.improvements.remuneration.entitlements import reward
from smartfab.improvements.remuneration.rule_pack import RulePack

STAGES = ("advance", "final")
"""An advance rests on the first estimate; the final sum on the year's realised days, less what was advanced."""

Rules = str | Path | RulePack


class Awards(Desk):
    """Award, pay, rewards."""

    def award(
        self, improvement_id: str, *, by: str, rules: Rules | Sequence[Rules] = "VN-2012-13", year: int = 1,
        stage: str = "final", accept_unreviewed: bool = False, entered_by: str | None = None,
        idempotency_key: str | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Award what is due for one year, and bring the improvement into state rewarded.

        The benefit is the one last written down for that year and signed by finance; else the declared one; else it cannot be
        computed, and the pack says what then. In the small lane the leader awards from the company's table, without a benefit.

        Parameters
        ----------
        improvement_id : str
            Which one.
        by : str
            Who awards; not an author.
        rules : str, Path, RulePack or a sequence of them
            As `reward` takes them.
        year : int
            Year of application, from 1 [1].
        stage : {"advance", "final"}
            A final sum is less what was advanced for that year.
        accept_unreviewed : bool
            Take a pack that is unreviewed or not in force.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again award nothing more.

        Returns
        -------
        DataFrame
            The rows awarded now, as `reward` gives them; gross is what is still to be paid.

        Raises
        ------
        TransitionRefused
            If it is neither recognised nor in the small lane, the benefit is not signed, or the year is awarded already.
        """
        one_of(stage, "stage", STAGES)
        with self._deed(
            "award", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, str(rules), year, stage],
        ) as deed:  # fmt: skip
            item = self._read(deed.connection, improvement_id)
            benefit, benefit_id = _benefit(deed.connection, item, year, stage)
            table = reward(
                benefit, rules=rules, year=year, authors=item.authors, applied_on=self._applied_on(deed.connection, item),
                on=self._today(), accept_unreviewed=accept_unreviewed,
            )  # fmt: skip
            table = table[table["applies"]].reset_index(drop=True)
            if deed.repeated:
                return table
            self._check_award(deed, item, table, year, stage)
            if stage == "final":
                table = _less_advances(deed.connection, item, table, year)
            self._keep_award(deed, item, table, stage, benefit_id)
            return table

    def _check_award(self, deed: Deed, item: Improvement, table: pd.DataFrame, year: int, stage: str) -> None:
        if {deed.by, deed.entered_by} & set(item.author_ids):
            raise TransitionRefused(f"{deed.by} is an author", where=item.id, expected="somebody who is none")
        decided = deed.connection.execute(sa.select(decisions).where(decisions.c.improvement_id == item.id)).first() is not None
        if not decided:
            check_step(item.state, "rewarded", track=item.track, lane=item.lane, where=item.id)
            if set(table["kind"]) != {"company"}:
                raise TransitionRefused(
                    "it is not recognised", where=item.id, expected="the company's own table", remedy="Give rules=."
                )
        held = sa.select(rewards).where(rewards.c.improvement_id == item.id, rewards.c.year == year)
        done = deed.connection.execute(
            held.where(rewards.c.stage.in_({stage, "final"}), rewards.c.kind == table["kind"].iloc[0])
        ).first()
        if done is not None:
            raise TransitionRefused(f"year {year} has its {done.stage} award", where=item.id, expected="a year not yet awarded")

    def _keep_award(self, deed: Deed, item: Improvement, table: pd.DataFrame, stage: str, benefit_id: int | None) -> None:
        number = deed.next_id(rewards)
        for n, row in enumerate(table.to_dict("records")):
            deed.insert(
                rewards, reward_id=number + n, improvement_id=item.id, kind=row["kind"], stage=stage, pack=row["pack"],
                at=deed.at, by=deed.by, person_id=row["author"], share=format(row["share"], "f"), year=int(row["year"]),
                benefit_id=benefit_id, due=None if row["due"] is None else row["due"].isoformat(), paid_on=None,
                document=None, gross=int(row["gross"]), tax=int(row["tax"]), net=int(row["net"]),
            )  # fmt: skip
        if item.state in RECOGNISED - {"recognised"} or item.state == "closed":
            self._write(deed, item)
        else:
            self._step(deed, item, "rewarded")

    def _applied_on(self, connection: sa.Connection, item: Improvement) -> dt.date | None:
        made = item.applied_on or first_change(connection, item.id)
        return None if made is None else dt.date.fromisoformat(local_day(made, self._tz))

    def pay(self, reward_id: int, *, paid_on: object, document: str, by: str) -> None:
        """Write down that a reward was paid.

        Parameters
        ----------
        reward_id : int
            Which one.
        paid_on : date or str
            When; not in the future.
        document : str
            Number of the payment document.
        by : str
            Who says so.

        Raises
        ------
        RegisterError
            If there is no such reward, or it was paid already.
        """
        with self._deed("pay", by=by) as deed:
            row = deed.connection.execute(sa.select(rewards).where(rewards.c.reward_id == reward_id)).one_or_none()
            if row is None or row.paid_on is not None:
                raise RegisterError(
                    "none" if row is None else f"paid on {row.paid_on}", where=f"reward {reward_id}", expected="one to be paid"
                )
            deed.subject = row.improvement_id
            deed.update(
                rewards, {"reward_id": reward_id}, paid_on=day(paid_on, "paid_on", today=self._today()),
                document=name_text(document, "document"),
            )  # fmt: skip

    def rewards(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return what was awarded, the first one first.

        Parameters
        ----------
        improvement_id : str
            For which one.

        Returns
        -------
        list of dict
            reward_id, year, person_id, share [%], gross, tax, net [VND], due, paid_on, document, kind, stage, pack.
        """
        with self._reading() as connection:
            chosen = sa.select(rewards).where(rewards.c.improvement_id == improvement_id).order_by(rewards.c.reward_id)
            return [dict(row) for row in connection.execute(chosen).mappings()]


def _benefit(connection: sa.Connection, item: Improvement, year: int, stage: str) -> tuple[Decimal | None, int | None]:
    """Return the benefit of a year and its number: computed and signed, else declared, else none."""
    chosen = sa.select(benefits).where(benefits.c.improvement_id == item.id, benefits.c.year == year)
    row = connection.execute(chosen.order_by(benefits.c.benefit_id.desc()).limit(1)).one_or_none()
    if row is not None:
        if row.signed_by is None and stage == "final":
            raise TransitionRefused(
                f"benefit {row.benefit_id} is not signed",
                where=item.id,
                expected="the signature of finance",
                remedy="Call sign first.",
            )
        return Decimal(row.amount), row.benefit_id
    said = sa.select(declarations.c.benefit).where(
        declarations.c.improvement_id == item.id, declarations.c.benefit.is_not(None)
    )
    declared = connection.execute(said.order_by(declarations.c.declaration_id.desc()).limit(1)).scalar_one_or_none()
    return (None if declared is None else Decimal(declared)), None


def _less_advances(connection: sa.Connection, item: Improvement, table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return what is left after the advances of that year; what was advanced beyond is told, not asked back."""
    chosen = sa.select(rewards.c.person_id, sa.func.sum(rewards.c.gross), sa.func.sum(rewards.c.tax)).where(
        rewards.c.improvement_id == item.id,
        rewards.c.year == year,
        rewards.c.stage == "advance",
        rewards.c.kind == table["kind"].iloc[0],
    )
    advanced = {
        person: (Decimal(gross), Decimal(tax))
        for person, gross, tax in connection.execute(chosen.group_by(rewards.c.person_id))
    }
    if not advanced:
        return table
    findings, rows = [], []
    for row in table.to_dict("records"):
        gross, tax = advanced.get(row["author"], (Decimal(0), Decimal(0)))
        left = max(row["gross"] - gross, Decimal(0))
        withheld = max(min(row["tax"] - tax, left), Decimal(0))
        if row["gross"] < gross:
            findings.append(finding("advance_above_the_final_sum", str(row["author"]), beyond=str(gross - row["gross"])))
        rows.append({**row, "gross": left, "tax": withheld, "net": left - withheld})
    kept = pd.DataFrame(rows, columns=list(table.columns))
    kept.attrs = dict(table.attrs)
    return attach(kept, findings)
