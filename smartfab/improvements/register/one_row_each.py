"""Every improvement on one row, with what became of it: what exports and reports are made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import sqlalchemy as sa

from smartfab.improvements.register.council import decision_of
from smartfab.improvements.register.council_tables import rewards
from smartfab.improvements.register.dates import local_day
from smartfab.improvements.register.desk import improvements_of
from smartfab.improvements.register.idea_tables import improvements, steps
from smartfab.improvements.register.proof_tables import benefits, declarations, interventions, measurements
from smartfab.improvements.register.records import Improvement

COLUMNS = (
    "improvement_id", "paper_no", "state", "track", "lane", "title_vi", "title_en", "problem", "solution", "authors",
    "line_id", "unit_id", "kpi", "expected", "drive", "parent_id", "proposed_on", "answered_on", "applied_on",
    "recognised_on", "status", "estimate", "low", "high", "grade", "benefit", "declared", "decision_no", "level",
    "certificate_no", "by", "entered_by", "late",
)  # fmt: skip
"""Columns of the overview; `declared` says that the benefit was declared, not measured."""


def overview(connection: sa.Connection, tz: str, ids: Iterable[str] | None = None) -> pd.DataFrame:
    """Return one row an improvement, the first one first."""
    chosen = sa.select(improvements.c.improvement_id).order_by(improvements.c.registered_at, improvements.c.improvement_id)
    names = connection.execute(chosen).scalars().all() if ids is None else list(ids)
    taken, applied = first_days(connection, tz), first_applications(connection, tz)
    last = {
        row.improvement_id: row for row in connection.execute(sa.select(measurements).order_by(measurements.c.measurement_id))
    }
    money = _benefits(connection)
    rows = [
        _row(connection, item, taken.get(item.id, {}), applied.get(item.id), last.get(item.id), money.get(item.id))
        for item in improvements_of(connection, names, tz)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def first_days(connection: sa.Connection, tz: str) -> dict[str, dict[str, str]]:
    """Return the day each improvement first came into each state."""
    first: dict[str, dict[str, str]] = {}
    chosen = sa.select(steps.c.improvement_id, steps.c.to_state, sa.func.min(steps.c.at)).group_by(
        steps.c.improvement_id, steps.c.to_state
    )
    for name, state, at in connection.execute(chosen):
        first.setdefault(name, {})[state] = local_day(at, tz)
    return first


def first_applications(connection: sa.Connection, tz: str) -> dict[str, str]:
    """Return the day each improvement was first tried or installed, which may be long before that was written down."""
    chosen = (
        sa.select(interventions.c.improvement_id, sa.func.min(interventions.c.happened_at))
        .where(interventions.c.kind != "revert")
        .group_by(interventions.c.improvement_id)
    )
    found = {name: local_day(at, tz) for name, at in connection.execute(chosen)}
    on_paper = sa.select(improvements.c.improvement_id, improvements.c.applied_on).where(improvements.c.applied_on.is_not(None))
    for name, day in connection.execute(on_paper):
        found[name] = min(day, found.get(name, day))
    return found


def reward_rows(connection: sa.Connection) -> pd.DataFrame:
    """Return every reward that was awarded."""
    rows = connection.execute(sa.select(rewards).order_by(rewards.c.reward_id)).mappings()
    return pd.DataFrame([dict(row) for row in rows], columns=[column.name for column in rewards.columns], dtype=object)


def _benefits(connection: sa.Connection) -> dict[str, tuple[int, bool]]:
    """Return the benefit of each improvement, the last figure of each year added up; declared where none was computed."""
    found: dict[str, tuple[int, bool]] = {}
    said = sa.select(declarations).where(declarations.c.benefit.is_not(None)).order_by(declarations.c.declaration_id)
    for row in connection.execute(said):
        found[row.improvement_id] = (int(row.benefit), True)
    by_year: dict[str, dict[int, int]] = {}
    for row in connection.execute(sa.select(benefits).order_by(benefits.c.benefit_id)):
        by_year.setdefault(row.improvement_id, {})[row.year] = int(row.amount)
    return found | {name: (sum(years.values()), False) for name, years in by_year.items()}


def _row(
    connection: sa.Connection, item: Improvement, taken: dict[str, str], applied: str | None,
    measured: Any, money: tuple[int, bool] | None,  # noqa: ANN401  a row
) -> dict[str, Any]:  # fmt: skip
    decided = decision_of(connection, item.id)
    answers = [day for state, day in taken.items() if state not in {"draft", "submitted"}]
    plain = {name: getattr(item, name) for name in COLUMNS if name in item.__dataclass_fields__}
    return {
        **plain, "improvement_id": item.id, "authors": "; ".join(f"{person}: {share}" for person, share in item.authors),
        "expected": None if item.expected is None else item.expected[1], "answered_on": min(answers, default=None),
        "applied_on": applied, "recognised_on": None if decided is None else decided.decision_date,
        **{name: None if measured is None else getattr(measured, name) for name in ("status", "estimate", "low", "high")},
        "grade": "D" if measured is None and money is not None and money[1] else (None if measured is None else measured.grade),
        "benefit": None if money is None else money[0], "declared": money is not None and money[1],
        **{name: None if decided is None else getattr(decided, name) for name in ("decision_no", "level", "certificate_no")},
    }  # fmt: skip
