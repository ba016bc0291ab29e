"""The plant behind the register: rows to plan and measure with, OEE of lines, stops and their reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from smartfab.errors import RegisterError
from smartfab.service.refusals import NotConnected, NotFound

if TYPE_CHECKING:
    from smartfab.improvements.register import Register
    from smartfab.plant import Plant
    from smartfab.report import Report
    from smartfab.store import Store

DAYS_BEFORE = 120
"""So many days before a change are read [d]."""
MOST_DAYS, MOST_DAYS_BACK = 400, 3660
"""Most days of OEE in one answer, and how old a change may be that is planned or measured [d]."""


@dataclass(frozen=True)
class PlantSide:
    """A plant with its store; nothing of it is held open between requests.

    Attributes
    ----------
    plant : Plant
        What the signals mean.
    folder : Path
        Of the store.
    now : callable
        Gives the present as an aware time.
    """

    plant: Plant
    folder: Path
    now: Callable[[], dt.datetime]

    @classmethod
    def of(cls, plant: Path, folder: Path, now: Callable[[], dt.datetime]) -> PlantSide:
        """Return the plant of a plant.toml and its store, which must be there.

        Parameters
        ----------
        plant, folder : Path
            The plant.toml, and the folder of the store.
        now : callable
            Gives the present as an aware time.

        Returns
        -------
        PlantSide
            Checked.
        """
        from smartfab.plant_file import read_plant
        from smartfab.store.existing_store import existing

        existing(folder)
        return cls(read_plant(plant), folder, now)

    def _store(self) -> Store:
        from smartfab.store import open_store

        return open_store(self.folder)

    def kpi_rows(self, change: str) -> pd.DataFrame:
        """Return what a plan or a measurement reads, from days before a change to the last date that is over.

        Parameters
        ----------
        change : str
            ISO text of the change.

        Returns
        -------
        DataFrame
            One row a line, shift and production date.

        Raises
        ------
        RegisterError
            If the change is older than `MOST_DAYS_BACK`.
        """
        from smartfab.pipelines.kpi_rows import kpi_history

        _bounded(change, self.now().date().isoformat(), MOST_DAYS_BACK, "at")
        return kpi_history(self._store(), self.plant, change, DAYS_BEFORE, now=self.now())

    def oee(self, start: str, end: str, by: str) -> pd.DataFrame:
        """Return the OEE of production dates.

        Parameters
        ----------
        start, end : str
            Half-open production dates.
        by : {"line", "day", "shift", "machine"}
            What a row stands for.

        Returns
        -------
        DataFrame
            As `oee.evaluate` gives it.

        Raises
        ------
        RegisterError
            If they are more than `MOST_DAYS`.
        """
        from smartfab import oee
        from smartfab.data import PlantData

        _bounded(start, end, MOST_DAYS, "from, to")
        data = PlantData.from_store(self._store(), self.plant, start, end)
        return oee.evaluate(data, start, end, by=KEYS[by], min_coverage=self.plant.plant.min_coverage)

    def report(self, register: Register, improvement_id: str, start: str, *, lang: str, by: str) -> Report:
        """Return the printed page of an improvement: what it was worth by measurement, with its evidence.

        Parameters
        ----------
        register : Register
            Where it is kept.
        improvement_id : str
            Which one.
        start : str
            ISO date from which on the page speaks; it ends today.
        lang : {"vi", "en"}
            Its language.
        by : str
            Who asks for it.

        Returns
        -------
        Report
            One page that needs no network.
        """
        from smartfab import report

        end = (pd.Timestamp(self.now()).tz_convert(self.plant.timezone) + pd.Timedelta(days=1)).date()
        return report.build(
            self._store(), self.plant, start, end, kind="improvement", lang=lang, register=register,
            improvement=improvement_id, by=by,
        )  # fmt: skip

    def open_stops(self, hours: int) -> pd.DataFrame:
        """Return the stops of the last hours that nobody has explained, the longest first.

        Parameters
        ----------
        hours : int
            So far back [h].

        Returns
        -------
        DataFrame
            machine_id, start, end, duration_s, shift_id, production_date, line_id, and this_shift: whether they lie in a
            shift that runs now.
        """
        from smartfab import shifts
        from smartfab.pipelines.unexplained import open_stops

        end = pd.Timestamp(self.now()).tz_convert("UTC").floor("s")
        stops = open_stops(self._store(), self.plant, (end - pd.Timedelta(hours=hours), end))
        lines = {machine.id: line.id for line, machine in self.plant.machines}
        running = shifts.expand(self.plant, end, end + pd.Timedelta(seconds=1))
        now = set(zip(running["shift_id"], running["production_date"], strict=True))
        of = zip(stops["shift_id"], stops["production_date"], strict=True)
        return stops.assign(line_id=stops["machine_id"].map(lines), this_shift=[one in now for one in of])

    def give_reason(self, machine_id: str, start: str, end: str, reason_id: str, *, by: str) -> None:
        """Enter why a machine stood.

        Parameters
        ----------
        machine_id, reason_id : str
            Of the plant.
        start, end : str
            ISO times with their offset.
        by : str
            Who says so.

        Raises
        ------
        NotFound
            If the plant has no such machine.
        RegisterError
            If it has no such reason.
        """
        from smartfab import states

        self.line_of(machine_id)
        if reason_id not in {reason.id for reason in self.plant.reason}:
            known = ", ".join(reason.id for reason in self.plant.reason)
            raise RegisterError(f"no reason {reason_id!r}", where="reason_id", expected=f"one of {known}")
        states.assign_reason(self._store(), machine_id, start, end, reason_id, by=by)

    def line_of(self, machine_id: str) -> str:
        """Return the line of a machine.

        Parameters
        ----------
        machine_id : str
            Which one.

        Returns
        -------
        str
            Id of the line.

        Raises
        ------
        NotFound
            If there is no such machine.
        """
        for line, machine in self.plant.machines:
            if machine.id == machine_id:
                return line.id
        raise NotFound(f"no machine {machine_id!r}", where="machine_id", expected="a machine of the plant")


def _bounded(start: str, end: str, most: int, where: str) -> None:
    """Refuse a window that would keep the service busy for one client alone."""
    try:
        days = (dt.date.fromisoformat(end[:10]) - dt.date.fromisoformat(start[:10])).days
    except ValueError as error:
        raise RegisterError(f"{start}, {end}", where=where, expected="days such as 2026-03-02") from error
    if days > most:
        raise RegisterError(f"{days} days", where=where, expected=f"at most {most}", remedy="Ask for less at a time.")


KEYS = {
    "line": ["line_id"], "day": ["line_id", "production_date"], "shift": ["line_id", "production_date", "shift_id"],
    "machine": ["line_id", "machine_id"],
}  # fmt: skip
"""What a row of OEE stands for."""


def connected(side: PlantSide | None) -> PlantSide:
    """Return the plant, refused where the service was started without one.

    Parameters
    ----------
    side : PlantSide, optional
        What it was started with.

    Returns
    -------
    PlantSide
        The same.

    Raises
    ------
    NotConnected
        If there is none.
    """
    if side is None:
        raise NotConnected("no plant and no store", where="service", expected="a service that was started with both")
    return side
