"""Proof: the plan before the change, the change, what was measured, and what was declared where nothing can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from smartfab.errors import TransitionRefused
from smartfab.improvements import Measurement, Plan, plan
from smartfab.improvements.register import FrozenPlan, Improvement, Register, StoredMeasurement
from smartfab.service.office.ideas import IdeaOffice
from smartfab.service.pictures import drawn
from smartfab.service.plant_side import connected


class ProofOffice(IdeaOffice):
    """Plan, freeze, intervene, measure, declare."""

    def draft_plan(self, improvement_id: str, asked: Mapping[str, Any]) -> Plan:
        """Return what a measurement would be able to find; nothing is entered."""
        item = self.read(improvement_id)
        self.demand("plan", item)
        rows = connected(self.hall.plant).kpi_rows(str(asked["at"]))
        given = {name: value for name, value in asked.items() if value is not None}
        chosen = {"y": item.kpi, "treated": item.line_id, "controls": "auto", **given}
        chosen["controls"] = None if chosen["controls"] in ("none", []) else chosen["controls"]
        if item.expected is not None:
            chosen.setdefault("expected", item.expected[1])
        if chosen["y"] is None or chosen["treated"] is None:
            raise TransitionRefused(
                "no KPI or no line", where=item.id, expected="a proposal that names both", remedy="Say them in the proposal."
            )
        return plan(rows, **chosen)

    def freeze(
        self, improvement_id: str, asked: Mapping[str, Any], *, digest: str | None = None, override: str | None = None,
        hindsight: str | None = None, version: int | None = None, key: str | None = None,
    ) -> tuple[Improvement, Plan]:  # fmt: skip
        """Freeze a plan; with a digest, only the one that was shown under it."""
        made = self.draft_plan(improvement_id, asked)
        if digest is not None and digest != made.digest:
            raise TransitionRefused(
                "the data changed since the plan was shown", where=improvement_id, expected="the plan that was shown",
                remedy="Look at the new plan, and freeze that.",
            )  # fmt: skip
        item = self.register.freeze(
            improvement_id, made, by=self.person_id, override=override, hindsight=hindsight, version=version,
            idempotency_key=key,
        )  # fmt: skip
        return item, made

    def frozen(self, improvement_id: str) -> FrozenPlan | None:
        """Return the plan that was frozen last."""
        self.read(improvement_id)
        return self.register.plan(improvement_id)

    def interventions(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return what was done to the line."""
        self.read(improvement_id)
        return self.register.interventions(improvement_id)

    def intervene(
        self, improvement_id: str, *, at: str, kind: str, note: str | None = None, version: int | None = None,
        key: str | None = None,
    ) -> Improvement:  # fmt: skip
        """Say when the change was tried, installed or taken back."""
        item = self.read(improvement_id)
        self.demand("apply", item)
        return self.register.intervened(
            improvement_id, at=at, kind=kind, by=self.person_id, note=note, version=version, idempotency_key=key
        )

    def measurements(self, improvement_id: str) -> list[StoredMeasurement]:
        """Return its measurements; the last one holds."""
        self.read(improvement_id)
        return self.register.measurements(improvement_id)

    def measure(self, improvement_id: str) -> StoredMeasurement:
        """Let the engine measure after the frozen plan."""
        item = self.read(improvement_id)
        self.demand("measure", item)
        changes = self.register.interventions(improvement_id)
        if not changes:
            raise TransitionRefused("no change yet", where=item.id, expected="a change", remedy="Say when it was made.")
        rows = connected(self.hall.plant).kpi_rows(str(changes[0]["happened_at"]))
        self.register.measure(improvement_id, rows, by=self.person_id)
        return self.register.measurements(improvement_id)[-1]

    def measured(self, improvement_id: str) -> Measurement | None:
        """Return the measurement that holds, computed anew from its own stored rows."""
        found = self.measurements(improvement_id)
        return None if not found else _reproduced(self.register, found[-1].id)

    def report(self, improvement_id: str, lang: str) -> str:
        """Return the printed page of what it was worth, as HTML."""
        item = self.read(improvement_id)
        plant = connected(self.hall.plant)
        made = drawn(lambda: plant.report(self.register, item.id, item.registered_at[:10], lang=lang, by=self.person_id))
        return made.html

    def declarations(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return what was declared; amounts only for those who may see money."""
        item = self.read(improvement_id)
        rows = self.register.declarations(improvement_id)
        return rows if self.may("see_money", item) else [{**row, "benefit": None} for row in rows]

    def declare(
        self, improvement_id: str, *, basis: str, benefit: int | None, documents: list[str], key: str | None = None
    ) -> int:
        """Declare a benefit without machine data."""
        self.demand("declare", self.read(improvement_id))
        return self.register.declare(
            improvement_id, basis=basis, benefit=benefit, documents=documents, by=self.person_id, idempotency_key=key
        )


@lru_cache(maxsize=64)
def _reproduced(register: Register, measurement_id: int) -> Measurement:
    """Reproduce a measurement, which is never edited, once for all who look at it."""
    return register.reproduce(measurement_id)
