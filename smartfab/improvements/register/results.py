"""Measurements as they are stored: read back, and what the register adds to what the engine found."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from smartfab.improvements.register.desk import from_json
from smartfab.improvements.register.planning import FrozenPlan, plan_day
from smartfab.improvements.register.proof_tables import measurements

if TYPE_CHECKING:
    from smartfab.improvements.measurement import Measurement

__all__ = ["StoredMeasurement"]


@dataclass(frozen=True)
class StoredMeasurement:
    """A measurement as the register keeps it.

    Attributes
    ----------
    id : int
        Number; `supersedes` is the one it takes the place of.
    improvement_id, at, by : str
        Whose, when, and at whose request.
    status, grade : str
        The word it earned and how much the design proves.
    estimate, low, high : float or None
        Effect and its interval [y].
    result : dict
        `Measurement.to_dict()`.
    arguments, remarks : dict
        What the engine was given, and what the register added: findings, and by how much it lowered the grade.
    rows_sha256 : str
        The input rows, by their content.
    plan_id : int or None
        The plan it follows.
    """

    id: int
    improvement_id: str
    at: str
    by: str
    status: str
    grade: str
    estimate: float | None
    low: float | None
    high: float | None
    result: dict[str, Any]
    arguments: dict[str, Any]
    remarks: dict[str, Any]
    rows_sha256: str
    plan_id: int | None
    supersedes: int | None


def read_out(plan: FrozenPlan, begin: dt.date, tz: str) -> dt.date:
    """Return the first day on which a plan can be read: as long after the change as the plan says."""
    until = plan.plan.arguments.get("until")
    if until is None:
        return begin + dt.timedelta(days=plan.plan.report_days)
    return begin + (dt.date.fromisoformat(str(until)[:10]) - dt.date.fromisoformat(plan_day(plan.plan.arguments, tz)))


def lowered(measured: Measurement, remarks: Mapping[str, Any]) -> Measurement:
    """Return a measurement with the register's findings, and the grade the register leaves it.

    That it was planned after the change is told where it costs a grade; elsewhere the engine's own grade says as much.
    """
    grade = max(measured.grade, remarks["most"])  # A goes before D
    found = [item for item in remarks["findings"] if item["code"] != "planned_after_the_change" or grade != measured.grade]
    if grade == measured.grade and not found:
        return measured
    return dataclasses.replace(measured, grade=grade, findings=(*measured.findings, *found))


def stored_measurements(connection: sa.Connection, improvement_id: str) -> list[StoredMeasurement]:
    """Return the measurements of an improvement, the first one first."""
    chosen = (
        sa.select(measurements).where(measurements.c.improvement_id == improvement_id).order_by(measurements.c.measurement_id)
    )
    return [
        StoredMeasurement(
            id=row.pop("measurement_id"),
            **{**row, **{name: from_json(row[name]) for name in ("result", "arguments", "remarks")}},
        )
        for row in map(dict, connection.execute(chosen).mappings())
    ]


def latest(connection: sa.Connection, improvement_id: str) -> StoredMeasurement | None:
    """Return the measurement that holds, or None."""
    found = stored_measurements(connection, improvement_id)
    return found[-1] if found else None
