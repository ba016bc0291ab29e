"""The shop floor, and what all improvements together come to."""

from __future__ import annotations

import pandas as pd

from smartfab.improvements.register import AuditReport
from smartfab.plant_catalogue import Reason
from smartfab.service.office.caller import Caller
from smartfab.service.plant_side import connected
from smartfab.service.refusals import NotAllowed
from smartfab.service.rights import Place


class FloorOffice(Caller):
    """OEE, stops, reasons, statistics, audit."""

    def oee(self, start: str, end: str, by: str) -> pd.DataFrame:
        """Return the OEE of the lines the caller's roles reach."""
        self.demand("see_oee")
        rows = connected(self.hall.plant).oee(start, end, by)
        return self._reached(rows, "see_oee")

    def open_stops(self, hours: int) -> pd.DataFrame:
        """Return the stops nobody explained, of the lines the caller's roles reach."""
        self.demand("see_stops")
        return self._reached(connected(self.hall.plant).open_stops(hours), "see_stops")

    def reasons(self) -> tuple[Reason, ...]:
        """Return the reasons of the plant."""
        self.demand("see_stops")
        return connected(self.hall.plant).plant.reason

    def give_reason(self, machine_id: str, start: str, end: str, reason_id: str) -> None:
        """Say why a machine stood."""
        side = connected(self.hall.plant)
        if not self._reaches("give_reason", side.line_of(machine_id)):
            raise NotAllowed(f"{self.person_id}: give_reason", where=machine_id, expected="a role for its line")
        side.give_reason(machine_id, start, end, reason_id, by=self.person_id)

    def overview(self) -> pd.DataFrame:
        """Return one row an improvement, without money and text."""
        self.demand("see_statistics")
        return self.register.overview()

    def emulation(self, start: str, end: str, by: str, *, money: bool = False) -> pd.DataFrame:
        """Return what units, people, months or drives proposed and proved; money is for those who export."""
        self.demand("export" if money else "see_statistics")
        return self.register.emulation(start, end, by=by, money=money)

    def audit(self, head: str | None) -> AuditReport:
        """Verify the chain and every table and file it covers."""
        self.demand("audit")
        return self.register.audit.verify(head=head)

    def _reached(self, rows: pd.DataFrame, action: str) -> pd.DataFrame:
        lines = {line: self._reaches(action, str(line)) for line in rows["line_id"].dropna().unique()}
        kept = rows[rows["line_id"].map(lines).fillna(value=False).astype(bool)]
        return kept.reset_index(drop=True)

    def _reaches(self, action: str, line_id: str) -> bool:
        """A role for a unit reaches every line: the plant does not say whose line is whose."""
        units = tuple(grant.unit_id for grant in self.rights.grants if grant.unit_id is not None)
        return self.rights.may(action, Place(units, line_id))
