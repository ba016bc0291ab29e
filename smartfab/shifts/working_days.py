"""On which production dates a shift runs, on which lines, and as what kind of work."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab import clock
from smartfab.plant_grammar import EVERY_DAY, CalendarException, ShiftRule
from smartfab.shifts.rule_book import RuleBook

__all__ = ["Dates", "Span", "days_after", "spans"]

Dates = npt.NDArray[np.datetime64]
Lines = Mapping[str, Collection[str]]
_Kinds = npt.NDArray[np.int64]
_KINDS = ("", "work", "overtime", "make_up")


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of wall clock on some production dates.

    Parameters
    ----------
    shift_id, kind : str
        Which shift, and as what it runs.
    line_id, machine_id : str or None
        For whom; None for all.
    start, end : str
        Wall-clock times.
    breaks : tuple of pairs of str
        Wall-clock times inside.
    dates : ndarray of datetime64[D]
        Production dates.
    """

    shift_id: str
    kind: str
    line_id: str | None
    machine_id: str | None
    start: str
    end: str
    breaks: tuple[tuple[str, str], ...]
    dates: Dates


def spans(book: RuleBook, dates: Dates, day_start: str, lines: Lines | None) -> list[Span]:
    """Return what the rules put on some production dates.

    Parameters
    ----------
    book : RuleBook
        The rules.
    dates : ndarray of datetime64[D]
        Production dates, rising.
    day_start : str
        Wall-clock time a production date begins.
    lines : mapping, optional
        The machines of each line.

    Returns
    -------
    list of Span
        Only those with a date.
    """
    found = [span for rule in book.shift for span in _of_rule(rule, book, dates, day_start, lines or {})]
    for item in book.exception:
        if item.start is not None and item.end is not None:
            named = item.shifts[0] if item.shifts else item.name or item.kind
            found.append(Span(named, item.kind, item.line, None, item.start, item.end, (), dates[_on(item, dates)]))
    return [span for span in found if len(span.dates)]


def days_after(time: str, start: str) -> int:
    """Return on which day after that of `start` the wall clock first shows `time` at or after `start`.

    Parameters
    ----------
    time, start : str
        Wall-clock times.

    Returns
    -------
    int
        0, or 1 for a time that is earlier on the clock [1].
    """
    return int(clock.clock_time(time) < clock.clock_time(start))


def _of_rule(rule: ShiftRule, book: RuleBook, dates: Dates, day_start: str, lines: Lines) -> Iterator[Span]:
    weekday = ((dates + days_after(rule.start, day_start)).astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    valid = _valid(rule, book.shift, dates)
    usual = valid & np.isin(weekday, [EVERY_DAY.index(day) for day in rule.days])
    exceptions = [item for item in book.exception if item.start is None and (not item.shifts or rule.id in item.shifts)]

    def kinds(*homes: str | None) -> _Kinds:
        return _kinds(usual, valid, dates, [item for item in exceptions if item.line in {None, *homes}])

    if rule.line is not None or rule.machine is not None:
        homes = [rule.line] if rule.line is not None else [name for name, has in lines.items() if rule.machine in has]
        by_line: dict[str | None, _Kinds] = {rule.line: kinds(*homes)}
    else:
        named = {item.line for item in exceptions} - {None}
        by_line = _split(kinds(), {line: kinds(line if line in named else None) for line in lines})
    for line, kind in by_line.items():
        for code, name in enumerate(_KINDS[1:], 1):
            yield Span(rule.id, name, line, rule.machine, rule.start, rule.end, rule.breaks, dates[kind == code])


def _valid(rule: ShiftRule, rules: tuple[ShiftRule, ...], dates: Dates) -> npt.NDArray[np.bool_]:
    """From valid_from until valid_to, or until the next version of the same shift begins."""
    later = [
        other.valid_from
        for other in rules
        if (other.id, other.line, other.machine) == (rule.id, rule.line, rule.machine)
        and other.valid_from is not None
        and other.valid_from > (rule.valid_from or "")
    ]
    ends = [date for date in (*later, rule.valid_to) if date is not None]
    valid = np.ones(len(dates), dtype=np.bool_)
    if rule.valid_from is not None:
        valid &= dates >= np.datetime64(rule.valid_from, "D")
    if ends:
        valid &= dates < np.datetime64(min(ends), "D")
    return valid


def _kinds(
    usual: npt.NDArray[np.bool_], valid: npt.NDArray[np.bool_], dates: Dates, exceptions: list[CalendarException]
) -> _Kinds:
    """Holidays take usual days away; overtime and make-up days then stand where the shift does not run, first come first."""
    kinds = usual.astype(np.int64)
    for item in exceptions:
        if item.kind == "holiday":
            kinds[_on(item, dates)] = 0
    for item in exceptions:
        if item.kind != "holiday":
            kinds[_on(item, dates) & valid & (kinds == 0)] = _KINDS.index(item.kind)
    return kinds


def _on(item: CalendarException, dates: Dates) -> npt.NDArray[np.bool_]:
    first, last = np.datetime64(str(item.first), "D"), np.datetime64(str(item.last or item.first), "D")
    return np.asarray((dates >= first) & (dates <= last))


def _split(shared: _Kinds, by_line: dict[str, _Kinds]) -> dict[str | None, _Kinds]:
    """One row for all lines on dates that are the same for all, a row a line on the others."""
    same = np.ones(len(shared), dtype=np.bool_)
    for kinds in by_line.values():
        same &= kinds == shared
    return {None: np.where(same, shared, 0), **{line: np.where(same, 0, kinds) for line, kinds in by_line.items()}}
