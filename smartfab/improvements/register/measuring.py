"""Measurements: made by the engine after the frozen plan, stored with their input rows, only superseded, never edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import sqlalchemy as sa

from smartfab.errors import RegisterError, StaleVersionError, TransitionRefused
from smartfab.findings import Finding, finding
from smartfab.improvements.canonical import canonical_json, plain, sha256
from smartfab.improvements.register.dates import local_day
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.desk import from_json, improvements_of
from smartfab.improvements.register.idea_tables import improvements
from smartfab.improvements.register.interventions import changes_of, changes_on, first_change
from smartfab.improvements.register.planning import FrozenPlan, Planning, plan_day, plan_of
from smartfab.improvements.register.proof_tables import contents, measurements
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.register.results import StoredMeasurement, latest, lowered, read_out, stored_measurements
from smartfab.improvements.register.states import FIELDED, MEASURED

if TYPE_CHECKING:
    from smartfab.improvements.measurement import Measurement

ENGINE = "engine"
"""Who writes measurements, and nobody else."""


class Measuring(Planning):
    """Measure, reproduce, due."""

    def measure(self, improvement_id: str, data: pd.DataFrame, *, by: str = ENGINE) -> Measurement:
        """Measure an improvement after its frozen plan, and store the result with its input rows.

        The register adds what the plan cannot know: when the change was really made, other changes on the line, controls that
        were themselves changed. A later measurement supersedes an earlier one; both stay.

        Parameters
        ----------
        improvement_id : str
            Which one.
        data : DataFrame
            As `effect` takes it.
        by : str
            At whose request; the engine itself if left out.

        Returns
        -------
        Measurement
            Its status is the improvement's state, unless that is verified or beyond.

        Raises
        ------
        TransitionRefused
            If there is no plan, no change yet, or the track asks for no measurement.
        StaleVersionError
            If the plan or a change on the line was changed while the engine worked.
        """
        from smartfab.improvements.measuring import effect

        with self._reading() as connection:
            item = self._read(connection, improvement_id)
            plan, arguments, remarks = self._order(connection, item, data)
        measured = lowered(effect(data, **arguments), remarks)
        with self._deed("measure", by=by, subject=improvement_id) as deed:
            now = self._read(deed.connection, improvement_id)
            again = self._order(deed.connection, now, data)
            if (again[0].id, *again[1:]) != (plan.id, arguments, remarks):
                raise StaleVersionError(
                    "a plan or a change was entered while it was measured", where=item.id, remedy="Measure again."
                )
            self._keep(deed, now, plan, measured, remarks)
        return measured

    def _order(
        self, connection: sa.Connection, item: Improvement, data: pd.DataFrame
    ) -> tuple[FrozenPlan, dict[str, Any], dict[str, Any]]:
        """Return the plan, what the engine is given, and what the register remarks."""
        plan = plan_of(connection, item.id)
        made = first_change(connection, item.id)
        if item.track == "no_measurement" or item.state in {"draft", "returned", "refused", "duplicate", "closed"}:
            raise TransitionRefused(
                f"track {item.track}, state {item.state}", where=item.id, expected="a change that is to be measured"
            )
        if plan is None or made is None:
            raise TransitionRefused(
                "no frozen plan" if plan is None else "no change yet", where=item.id,
                expected="a plan, and the change after it",
                remedy="Call freeze first." if plan is None else "Call intervened first.",
            )  # fmt: skip
        arguments, found = dict(plan.plan.arguments), list[Finding]()
        day, planned = local_day(made, self._tz), plan_day(arguments, self._tz)
        if day != planned and not arguments.get("blocks"):  # a switchback has its own schedule
            arguments |= {"at": day, "until": _later(arguments.get("until"), planned, day)}
            found.append(finding("change_date_moved", item.id, planned=planned, made=day))
        others = self._others(connection, item, arguments, data)
        if others:
            arguments["others"] = [*(arguments.get("others") or ()), *others]
        remarks: dict[str, Any] = {"findings": found, "most": "A"}
        if plan.hindsight is not None:
            found.append(finding("planned_after_the_change", item.id, reason=plan.hindsight))
            remarks["most"] = "C"
        return plan, plain(arguments), plain(remarks)

    def _others(
        self, connection: sa.Connection, item: Improvement, arguments: Mapping[str, Any], data: pd.DataFrame
    ) -> list[dict[str, str | None]]:
        """Return the registered changes on the line, and those on lines it is compared with: they are no controls then."""
        treated, unit = str(arguments["treated"]), str(arguments.get("unit", "line_id"))
        found = changes_on(connection, treated, besides=item.id)
        if arguments.get("controls") is not None and unit in data:
            for line in sorted({str(name) for name in data[unit].dropna().unique()} - {treated}):
                found += [{**change, "unit": line} for change in changes_on(connection, line, besides=item.id)]
        return found

    def _keep(self, deed: Deed, item: Improvement, plan: FrozenPlan, measured: Measurement, remarks: Mapping[str, Any]) -> None:
        from smartfab.improvements import canonical_rows

        data = canonical_rows(measured.rows)
        digest = sha256(data)
        if deed.connection.execute(sa.select(contents.c.sha256).where(contents.c.sha256 == digest)).first() is None:
            deed.insert(contents, sha256=digest, size=len(data), data=data)
        result = plain(measured.to_dict())
        last = latest(deed.connection, item.id)
        low, high = result["interval"]
        deed.insert(
            measurements, measurement_id=deed.next_id(measurements), improvement_id=item.id, at=deed.at, by=deed.by,
            status=measured.status, grade=measured.grade, arguments=canonical_json(dict(measured.arguments)).decode(),
            remarks=canonical_json(remarks).decode(), result=canonical_json(result).decode(), rows_sha256=digest,
            plan_id=plan.id, supersedes=None if last is None else last.id, estimate=result["estimate"], low=low, high=high,
        )  # fmt: skip
        if item.state in {*FIELDED, *MEASURED} and item.state != measured.status:
            self._step(deed, item, measured.status)
        else:
            self._write(deed, item)

    def measurements(self, improvement_id: str) -> list[StoredMeasurement]:
        """Return the measurements of an improvement, the first one first; the last one holds.

        Parameters
        ----------
        improvement_id : str
            Of which one.

        Returns
        -------
        list of StoredMeasurement
            All of them, superseded ones too.
        """
        with self._reading() as connection:
            return stored_measurements(connection, improvement_id)

    def reproduce(self, measurement_id: int) -> Measurement:
        """Compute a stored measurement again from its stored rows alone.

        Parameters
        ----------
        measurement_id : int
            Which one.

        Returns
        -------
        Measurement
            The same to the byte of its JSON, on one machine.

        Raises
        ------
        RegisterError
            If there is no such measurement, its rows were damaged, or the result is another one.
        """
        from smartfab.improvements.measuring import measurement_from_rows

        with self._reading() as connection:
            row = connection.execute(
                sa.select(measurements).where(measurements.c.measurement_id == measurement_id)
            ).one_or_none()
            if row is None:
                raise RegisterError(f"no measurement {measurement_id}", where="register", expected="a number of `measurements`")
            data = connection.execute(
                sa.select(contents.c.data).where(contents.c.sha256 == row.rows_sha256)
            ).scalar_one_or_none()
        if data is None or sha256(bytes(data)) != row.rows_sha256:
            raise RegisterError(
                "its input rows are missing or damaged", where=f"measurement {measurement_id}",
                expected=f"SHA-256 {row.rows_sha256[:12]}…", remedy="Restore table contents from a copy.",
            )  # fmt: skip
        again = lowered(measurement_from_rows(bytes(data), from_json(row.arguments)), from_json(row.remarks))
        if canonical_json(plain(again.to_dict())).decode() != row.result:
            raise RegisterError(
                f"it comes out differently ({again.status})", where=f"measurement {measurement_id}",
                expected="the stored result",
                remedy=f"It was written by smartfab {from_json(row.result).get('smartfab')}: compute it with that version.",
            )  # fmt: skip
        return again

    def due(self, *, on: dt.date | None = None) -> list[str]:
        """Return the improvements whose next read-out day has come and that were not measured since.

        Parameters
        ----------
        on : date, optional
            The day; today if left out.

        Returns
        -------
        list of str
            Ids. The read-out is due once the days of the plan are over, counted from the day of the change.
        """
        day = on or self._today()
        with self._reading() as connection:
            chosen = sa.select(measurements.c.improvement_id, sa.func.max(measurements.c.at)).group_by(
                measurements.c.improvement_id
            )
            last = {str(name): str(at) for name, at in connection.execute(chosen)}
            waiting = [
                item.id for item in self._in_states(connection, (*FIELDED, *MEASURED)) if item.track == "measured"
            ]  # fmt: skip
            return [name for name in waiting if self._is_due(connection, name, last.get(name), day)]

    def _in_states(self, connection: sa.Connection, states: tuple[str, ...]) -> list[Improvement]:
        chosen = sa.select(improvements.c.improvement_id).where(improvements.c.state.in_(states))
        return improvements_of(
            connection, connection.execute(chosen.order_by(improvements.c.improvement_id)).scalars().all(), self._tz
        )

    def _is_due(self, connection: sa.Connection, name: str, last: str | None, day: dt.date) -> bool:
        plan, rows = plan_of(connection, name), changes_of(connection, name)
        if plan is None or not rows:
            return False
        begin = dt.date.fromisoformat(local_day(rows[0]["happened_at"], self._tz))
        end = read_out(plan, begin, self._tz)
        return end <= day and (last is None or local_day(last, self._tz) < end.isoformat())


def _later(until: object, planned: str, made: str) -> object:
    """Return the end of the report, as many days later as the change was made later than planned."""
    if until is None:
        return None
    moved = dt.date.fromisoformat(made) - dt.date.fromisoformat(planned)
    return (dt.date.fromisoformat(str(until)[:10]) + moved).isoformat()
