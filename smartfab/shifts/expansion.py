"""`ShiftCalendar` and `expand`: wall-clock rules → the shifts table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.findings import attach, finding
from smartfab.plant import Plant
from smartfab.plant_grammar import CalendarException, Rotation, ShiftRule
from smartfab.shifts.rule_book import read_rules
from smartfab.shifts.teams import team_on
from smartfab.shifts.working_days import Dates, Span, days_after, spans
from smartfab.tables import empty

__all__ = ["ShiftCalendar", "expand"]

_COLUMNS = list(empty("shifts").columns)


class ShiftCalendar:
    """Shifts as wall-clock rules of a plant, with rotations and exceptions.

    Both ends are localised, so a night on which the clocks change is an hour shorter or longer.

    Parameters
    ----------
    rules : iterable of dict or ShiftRule
        As [[shift]] in plant.toml: id, start, end, days (of the week the shift starts on), breaks, line, machine,
        valid_from, valid_to. Validity is by production date, valid_to excluded; a later valid_from of the same shift
        ends the one before.
    tz : str
        IANA zone of the plant.
    rotations : iterable of dict or Rotation, optional
        As [[rotation]]: each team is ``len(pattern) / len(teams)`` days behind the one before.
    exceptions : iterable of dict or CalendarException, optional
        As [[exception]], by production date, last date included. A holiday takes usual shifts away, all or those named;
        overtime and make_up stand on a holiday too. They add the time from start to end, or else make the shifts run,
        all or those named, on dates on which they would not.
    day_start : str
        Wall-clock time a production date begins; a shift that starts before it belongs to the date before.
    lines : mapping, optional
        The machines of each line; needed when an exception is of one line while a rule is of all.

    Raises
    ------
    PlantError
        One error that lists every fault of the rules.
    TimeError
        If there is no such zone.

    Examples
    --------
    >>> import smartfab as sf
    >>> night = {"id": "N", "start": "22:00", "end": "06:00", "breaks": [["02:00", "02:30"]]}
    >>> shifts = sf.shifts.ShiftCalendar([night], tz="Europe/Rome").expand("2026-03-28", "2026-03-29")
    >>> nights = shifts[shifts["planned"]]
    >>> ((nights["end"] - nights["start"]).dt.total_seconds() / 3600).tolist()
    [8.0, 7.0]
    """

    def __init__(
        self,
        rules: Iterable[Mapping[str, Any] | ShiftRule],
        tz: str = "Asia/Ho_Chi_Minh",
        rotations: Iterable[Mapping[str, Any] | Rotation] | None = None,
        exceptions: Iterable[Mapping[str, Any] | CalendarException] | None = None,
        *,
        day_start: str = "00:00",
        lines: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self._tz = clock.zone(tz)
        self._zone = tz
        self._day_start = clock.clock_time(day_start).isoformat()
        self._lines = lines
        self._book = read_rules(rules, rotations or (), exceptions or (), lines)

    def expand(self, start: object, end: object) -> pd.DataFrame:
        """Return every shift that overlaps a window, whole, with its breaks.

        A break is a row of its own, over the work row, which spans the whole shift. A shift or break that the change of
        clocks leaves no time for is left out.

        Parameters
        ----------
        start, end : str, date or Timestamp
            Half-open window; bare dates are production dates, naive times are of the plant's zone.

        Returns
        -------
        DataFrame
            Table `shifts` in order of time. Finding ``no_shifts`` when there are no rules at all.

        Raises
        ------
        TimeError
            If the window is empty or no time.
        """
        first, last = clock.interval(start, end, tz=self._zone, day_start=self._day_start)
        around = clock.production_date(np.array([first, last]), self._zone, self._day_start).astype("datetime64[D]")
        dates = np.arange(around[0] - 2, around[1] + 2)  # a shift begins and ends within two days of its date
        parts = [self._rows(span, first, last) for span in spans(self._book, dates, self._day_start, self._lines)]
        table = pd.concat([empty("shifts"), *parts], ignore_index=True)
        order = ["start", "planned", "end", "shift_id", "line_id", "machine_id"]
        table = table.sort_values(order, ascending=[True, False, True, True, True, True], ignore_index=True)
        return attach(table, [] if self._book.shift else [finding("no_shifts")])

    def _rows(self, span: Span, first: int, last: int) -> pd.DataFrame:
        """The shifts of a span that overlap the window, and their breaks."""
        opens = days_after(span.start, self._day_start)
        begin, finish = self._interval(span.dates, opens, span.start, span.end)
        dates = span.dates[(finish > first) & (begin < last)]
        work = self._table(span, dates, opens, (span.start, span.end), span.kind)
        pauses = [self._table(span, dates, opens + days_after(pause[0], span.start), pause, "break") for pause in span.breaks]
        return pd.concat([work, *pauses])

    def _table(self, span: Span, dates: Dates, day: int, times: tuple[str, str], kind: str) -> pd.DataFrame:
        begin, finish = self._interval(dates, day, *times)
        real = finish > begin
        table = pd.DataFrame(
            {
                "start": clock.from_micros(begin),
                "end": clock.from_micros(finish),
                "production_date": dates.astype("datetime64[us]"),
                "planned": kind != "break",
            }
        )
        told = {"shift_id": span.shift_id, "line_id": span.line_id, "machine_id": span.machine_id, "kind": kind}
        for name, value in told.items():
            table[name] = pd.Series(value, index=table.index, dtype="str")
        table["team_id"] = pd.Series(team_on(self._book.rotation, span.shift_id, dates), index=table.index, dtype="str")
        return table.loc[real, _COLUMNS]

    def _interval(self, dates: Dates, day: int, start: str, end: str) -> tuple[clock.Micros, clock.Micros]:
        over_midnight = clock.clock_time(end) <= clock.clock_time(start)
        return self._instants(dates + day, start), self._instants(dates + day + int(over_midnight), end)

    def _instants(self, days: Dates, time: str) -> clock.Micros:
        """What `clock.wall` says, for many days at once."""
        at = clock.clock_time(time)
        since_midnight = np.timedelta64((at.hour * 3600 + at.minute * 60 + at.second) * clock.SECOND, "us")
        local = pd.DatetimeIndex(days.astype("datetime64[us]") + since_midnight)
        return clock.first_shown(local.to_numpy(), self._tz)


def expand(plant: Plant, start: object, end: object) -> pd.DataFrame:
    """Return every shift of a plant that overlaps a window, whole, with its breaks.

    Parameters
    ----------
    plant : Plant
        With its shift rules, rotations and exceptions.
    start, end : str, date or Timestamp
        Half-open window; bare dates are production dates, naive times are of the plant's zone.

    Returns
    -------
    DataFrame
        Table `shifts`, as `ShiftCalendar.expand` gives it.

    Raises
    ------
    PlantError
        One error that lists every fault of the rules.
    TimeError
        If the window is empty or no time.
    """
    lines = {line.id: [machine.id for machine in line.machine] for line in plant.lines}
    calendar = ShiftCalendar(
        plant.shift, plant.timezone, plant.rotation, plant.exception, day_start=plant.day_start, lines=lines
    )
    return calendar.expand(start, end)
