"""Slow, obvious versions of what the library does fast. Nothing here is imported by the package."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

RANK = ("running", "idle", "blocked", "starved", "setup", "planned_stop", "unplanned_stop", "off", "unknown")


@dataclass
class World:
    """One machine's tables with times in whole seconds."""

    states: list[tuple[int, str]] = field(default_factory=list)
    shifts: list[tuple[int, int, str]] = field(default_factory=list)  # start, end, "work" | "break" | "holiday"
    gaps: list[tuple[int, int]] = field(default_factory=list)
    reasons: list[tuple[int, int, str, int]] = field(default_factory=list)  # start, end, category, recorded at
    counts: list[tuple[int, int, int]] = field(default_factory=list)  # second, good, scrap
    micro_stop: int = 5

    HORIZON = 400

    def state_at(self, second: int) -> str:
        told = [(ts, RANK.index(state)) for ts, state in self.states if ts <= second]
        if not told:
            return "unknown"
        ts, rank = max(told)
        if any(start <= second and ts < end for start, end in self.gaps):
            return "unknown"
        return RANK[rank]

    def explained_at(self, second: int) -> tuple[str, bool]:
        """Category with a person's reason applied, and whether there is a reason."""
        state = self.state_at(second)
        told = [(recorded, start, end, category) for start, end, category, recorded in self.reasons if start <= second < end]
        if state == "running" or not told:
            return state, False
        return max(told)[3], True

    def calendar_at(self, second: int) -> str:
        kinds = {kind for start, end, kind in self.shifts if start <= second < end}
        for kind in ("holiday", "break", "work"):
            if kind in kinds:
                return kind
        return "none"

    def losses(self) -> list[str]:
        """The bucket of each second."""
        what = [self.explained_at(second) for second in range(self.HORIZON)]
        short = [False] * self.HORIZON
        second = 0
        while second < self.HORIZON:
            last = second
            while last + 1 < self.HORIZON and what[last + 1][0] == what[second][0] == "unplanned_stop":
                last += 1
            if what[second][0] == "unplanned_stop" and last + 1 < self.HORIZON:
                short[second : last + 1] = [last + 1 - second <= self.micro_stop] * (last + 1 - second)
            second = last + 1
        return [self._loss(second, *what[second], short[second]) for second in range(self.HORIZON)]

    def _loss(self, second: int, category: str, named: bool, short: bool) -> str:
        calendar = self.calendar_at(second)
        if calendar in {"none", "holiday"}:
            return "no_shift"
        if calendar == "break":
            return "planned_stop"
        if category == "unplanned_stop":
            return "minor_stop" if short and not named else "breakdown"
        return {"running": "run", "off": "idle", "blocked": "blocked_starved", "starved": "blocked_starved"}.get(
            category, category
        )

    def pieces(self, start: int, end: int) -> dict[str, Fraction]:
        """Exact pieces of the window by where they were made."""
        losses = self.losses()
        result = dict.fromkeys(
            ("good", "scrap", "total_unknown", "total_planned_stop", "total_no_shift", "total_in_stop"), Fraction(0)
        )
        rows = sorted(self.counts)
        stamps = sorted({row[0] for row in rows})
        for second, good, scrap in rows:
            before = [stamp for stamp in stamps if stamp < second]
            span = range(before[-1], second) if before else range(0)
            dark = [s for s in span if losses[s] == "unknown"]
            share = Fraction(len(dark), len(span)) if span else Fraction(losses[second] == "unknown")
            if share:
                # booked at the last unknown second up to the stamp
                at = max(s for s in range(second + 1) if losses[s] == "unknown")
                at = second if losses[second] == "unknown" else at
                if start <= at < end:
                    result["total_unknown"] += share * (good + scrap)
            if share < 1:
                lit = [s for s in range(second + 1) if losses[s] != "unknown"]
                at = lit[-1]
                if start <= at < end:
                    self._book(result, losses[at], (1 - share) * good, (1 - share) * scrap)
        return result

    @staticmethod
    def _book(result: dict[str, Fraction], loss: str, good: Fraction, scrap: Fraction) -> None:
        if loss in {"planned_stop", "no_shift"}:
            result[f"total_{loss}"] += good + scrap
            return
        result["good"] += good
        result["scrap"] += scrap
        if loss != "run":
            result["total_in_stop"] += good + scrap
