"""The measurement plan inside the improvement: frozen before the change, with its digest and what it can find."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from smartfab.errors import RegisterError, TransitionRefused
from smartfab.improvements.canonical import canonical_json
from smartfab.improvements.register.dates import happened, local_day
from smartfab.improvements.register.desk import Desk, from_json
from smartfab.improvements.register.interventions import first_change
from smartfab.improvements.register.proof_tables import plans
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.register.states import check_step
from smartfab.improvements.register.texts import LONG, clean_text

if TYPE_CHECKING:
    from smartfab.improvements.plan_document import Plan

__all__ = ["FrozenPlan"]


@dataclass(frozen=True)
class FrozenPlan:
    """A plan as it was frozen.

    Attributes
    ----------
    id : int
        Number.
    improvement_id, at, by, digest : str
        Whose, when, by whom, and the SHA-256 of the plan's canonical JSON.
    plan : Plan
        The plan itself.
    mde : float or None
        Smallest effect found at 80 % power, in the unit of y.
    override : str or None
        Why an underpowered plan was frozen all the same.
    hindsight : str or None
        Why it was frozen only after the change: no more than grade C can follow.
    """

    id: int
    improvement_id: str
    at: str
    by: str
    digest: str
    plan: Plan
    mde: float | None
    override: str | None
    hindsight: str | None


class Planning(Desk):
    """Freeze, plan."""

    def freeze(
        self, improvement_id: str, plan: Plan, *, by: str, override: str | None = None, hindsight: str | None = None,
        version: int | None = None, entered_by: str | None = None, idempotency_key: str | None = None,
    ) -> Improvement:  # fmt: skip
        """Put a measurement plan into the improvement, before the change is made; it is never changed after.

        Until the change is made, a new plan may take its place. Registered late, an improvement may be planned after its
        change; what is measured then has grade C at most.

        Parameters
        ----------
        improvement_id : str
            Which one.
        plan : Plan
            From `smartfab.improvements.plan`.
        by : str
            Who freezes it.
        override : str, optional
            Why an underpowered plan is to be frozen all the same.
        hindsight : str, optional
            Why it is frozen only after the change.
        version : int, optional
            The version that was read.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again do nothing more.

        Returns
        -------
        Improvement
            In state planned, or in its own where the change is made already.

        Raises
        ------
        TransitionRefused
            If the change is made already, the plan is underpowered, or there is no such step.
        RegisterError
            If the plan is for another line or KPI.
        """
        with self._deed(
            "freeze", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, plan.digest, override, hindsight, version],
        ) as deed:  # fmt: skip
            if not deed.repeated:
                item = self._read(deed.connection, improvement_id, version=version)
                _check_fits(item, plan)
                said = clean_text(override, "override", most=LONG, optional=True)
                _check_power(item, plan, said)
                late = self._hindsight(
                    deed.connection, item, plan, clean_text(hindsight, "hindsight", most=LONG, optional=True)
                )
                check_step(item.state, "planned", track=item.track, lane=item.lane, where=item.id)
                mde = float(plan.mde(0.8))
                deed.insert(
                    plans, plan_id=deed.next_id(plans), improvement_id=item.id, at=deed.at, by=deed.by, digest=plan.digest,
                    status=plan.status, plan=canonical_json(plan.to_dict()).decode(), mde=mde if mde == mde else None,  # noqa: PLR0124  NaN
                    override=said, hindsight=late,
                )  # fmt: skip
                if item.state in {"trial", "applied", "reverted"}:
                    self._write(deed, item)
                else:
                    self._step(deed, item, "planned")
            return self._read(deed.connection, improvement_id)

    def _hindsight(self, connection: sa.Connection, item: Improvement, plan: Plan, said: str | None) -> str | None:
        """Return why this plan comes after its change, or None when it does not."""
        made = first_change(connection, item.id)
        planned = plan_day(plan.arguments, self._tz)
        days = [planned] if made is None else [local_day(made, self._tz), planned]
        began = min(days)
        if began > self._today().isoformat() or (made is None and began == self._today().isoformat()):
            return None
        if item.late or began < local_day(item.registered_at, self._tz):
            return said or "registered late"
        if said is None:
            raise TransitionRefused(
                f"the change was made on {began}, before this plan", where=item.id, expected="a plan frozen before the change",
                remedy="Say hindsight='why' to plan it after the change, for grade C at most.",
            )  # fmt: skip
        return said

    def plan(self, improvement_id: str) -> FrozenPlan | None:
        """Return the plan of an improvement.

        Parameters
        ----------
        improvement_id : str
            Whose.

        Returns
        -------
        FrozenPlan or None
            The last one frozen.

        Raises
        ------
        RegisterError
            If there is no such improvement, or the stored plan no longer has its digest.
        """
        with self._reading() as connection:
            self._read(connection, improvement_id)
            return plan_of(connection, improvement_id)


def plan_of(connection: sa.Connection, improvement_id: str) -> FrozenPlan | None:
    """Return the plan that holds, checked against its digest."""
    from smartfab.improvements.plan_document import Plan

    chosen = sa.select(plans).where(plans.c.improvement_id == improvement_id).order_by(plans.c.plan_id.desc()).limit(1)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        return None
    plan = Plan.from_dict(from_json(row.plan))
    if plan.digest != row.digest:
        raise RegisterError(
            f"plan {row.plan_id} was changed after it was frozen", where=improvement_id, expected=f"digest {row.digest[:12]}…",
            remedy="Verify the audit; restore the row from a copy.",
        )  # fmt: skip
    return FrozenPlan(
        id=row.plan_id, improvement_id=row.improvement_id, at=row.at, by=row.by, digest=row.digest, plan=plan, mde=row.mde,
        override=row.override, hindsight=row.hindsight,
    )  # fmt: skip


def plan_day(arguments: dict[str, Any], tz: str) -> str:
    """Return the day a plan expects its change on."""
    return local_day(
        happened(arguments["at"], tz, dt.datetime.max.replace(tzinfo=dt.UTC) - dt.timedelta(days=2), "plan.at"), tz
    )


def _check_fits(item: Improvement, plan: Plan) -> None:
    faults = []
    lines = {item.line_id, *item.scope.get("line_id", ())} - {None}
    if lines and str(plan.arguments.get("treated")) not in lines:
        faults.append(
            RegisterError(
                f"a plan for {plan.arguments.get('treated')}",
                where=item.id,
                expected=f"line {', '.join(sorted(map(str, lines)))}",
            )
        )
    if item.kpi is not None and plan.arguments.get("y") != item.kpi:
        faults.append(RegisterError(f"a plan for {plan.arguments.get('y')}", where=item.id, expected=f"KPI {item.kpi}"))
    if faults:
        raise RegisterError.of(faults, where=item.id)


def _check_power(item: Improvement, plan: Plan, override: str | None) -> None:
    if plan.status not in {"underpowered", "not_feasible"} or override is not None:
        return
    advice = "; ".join(plan.suggest())
    raise TransitionRefused(
        f"the plan is {plan.status}: the smallest effect it finds is {plan.mde(0.8):.3g}", where=item.id,
        expected=advice or "a plan that can find what is expected", remedy="Choose another design, or say override='why'.",
    )  # fmt: skip
