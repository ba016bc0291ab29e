"""How far the change, and any other one, was in force in each row of the treated unit; and which rows cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab import clock
from smartfab.errors import TableError
from smartfab.findings import Finding, finding
from smartfab.improvements.moments import Axis, Moment, first_day, read_moment
from smartfab.improvements.request import Request
from smartfab.improvements.selection import Selected

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Exposed:
    """Per row: exposure to the change and to each other one (0…1); whether it is usable, and lies before the change."""

    change: Floats
    others: tuple[tuple[str, Floats], ...]
    usable: Flags
    baseline: Flags
    findings: tuple[Finding, ...]


def exposed(chosen: Selected) -> Exposed:
    """Return the exposure of every row; that of other units is 0.

    A row is exposed if it begins at or after the change; a week, month or year that the change cuts is exposed by its share.

    Parameters
    ----------
    chosen : Selected
        Rows.

    Returns
    -------
    Exposed
        Arrays in the order of the rows.

    Raises
    ------
    TableError
        If rows that know only their date cannot be told apart as finely as `washout` asks.
    """
    request, axis = chosen.request, chosen.times.axis
    treated = chosen.unit == chosen.units.index(request.treated)
    usable = np.ones(len(chosen.rows), dtype=bool)
    findings: list[Finding] = []

    def leave_out(which: Flags, code: str) -> None:
        out = which & treated & usable
        if out.any():
            usable[out] = False
            findings.append(finding(code, request.treated, int(out.sum())))

    begin = request.at.on(axis, request.tz)
    change = _since(chosen, request.at, None)
    if request.exposure is not None:
        change = chosen.column(request.exposure)
    if request.blocks is not None:
        change, off = _scheduled(chosen, request.blocks)
        leave_out(off, "off_schedule")
    change = np.where(treated, change, 0.0)
    end = begin + request.blackout
    leave_out((chosen.place >= begin) & (chosen.place < end), "blackout")
    if axis == "date" and request.grain == "D":
        leave_out(np.isin(chosen.place, request.at.doubtful_days(request.tz)), "change_day_left_out")
    if request.washout:
        leave_out(_washed(chosen, change, treated, request), "washout")
    others = tuple(
        (other.id, np.where(treated, _since(chosen, other.at, other.until), 0.0))
        for other in request.others
        if other.unit in {None, request.treated}
    )
    before = chosen.place < begin
    baseline = before & (change == 0) if request.method != "switchback" else change == 0
    return Exposed(change, others, usable, baseline, tuple(findings))


def _since(chosen: Selected, at: Moment, until: Moment | None) -> Floats:
    request, axis = chosen.request, chosen.times.axis
    begin = at.on(axis, request.tz)
    end = np.iinfo(np.int64).max if until is None else until.on(axis, request.tz)
    if request.grain == "D":
        return ((chosen.place >= begin) & (chosen.place < end)).astype(np.float64)
    last = first_day(chosen.times.period(request.grain) + 1, request.grain) * clock.DAY
    inside = np.minimum(last, end).astype(np.float64) - np.maximum(chosen.place, begin)
    return np.clip(inside / (last - chosen.place), 0.0, 1.0)


def _scheduled(chosen: Selected, blocks: tuple[tuple[str, bool], ...]) -> tuple[Floats, Flags]:
    """Exposure by the schedule; rows from its first day on that it does not name are off."""
    days = np.array([read_moment(day, "blocks", None).micros // clock.DAY for day, _ in blocks], dtype=np.int64)
    states = np.array([state for _, state in blocks], dtype=np.float64)
    slot = np.minimum(np.searchsorted(days, chosen.times.day), len(days) - 1)
    named = days[slot] == chosen.times.day
    return np.where(named, states[slot], 0.0), (chosen.times.day >= days[0]) & ~named


def _washed(chosen: Selected, change: Floats, treated: Flags, request: Request) -> Flags:
    axis: Axis = chosen.times.axis
    if axis == "date" and request.washout % clock.DAY:
        raise TableError(
            "rows that know only their production date", where="washout", expected="whole days",
            remedy="Give time= a column of starts, or washout='1d' and blocks of more days.",
        )  # fmt: skip
    place, state = chosen.place[treated], change[treated]  # the rows of a unit are in order of time
    switched = place[1:][(state[1:] != state[:-1]) & (place[1:] > place[:-1])]
    if not len(switched):
        return np.zeros(len(change), dtype=bool)
    last = np.searchsorted(switched, chosen.place, side="right") - 1
    washed: Flags = (last >= 0) & (chosen.place - switched[np.maximum(last, 0)] < request.washout)
    return washed
