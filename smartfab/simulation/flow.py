"""Pieces through machines in series with finite buffers, on the axis of working time [us].

A piece enters a machine when the machine is free and the piece is there; it leaves when it is done and the buffer
behind has room (else the machine is blocked). Scrap leaves the line at once; rework is mended beside the line and goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smartfab.clock import SECOND, Micros
from smartfab.simulation.improvement import Change
from smartfab.simulation.layout import MachineKind
from smartfab.simulation.process_values import CauseRisk
from smartfab.simulation.work_content import Content, Orders

BUFFER = 15  # places between two machines
REWORK_SHARE = 0.3
GOOD, SCRAP, REWORK = 0, 1, 2
COUNT_LEAD = 200_001  # a piece is counted this long before its cycle ends; odd, so never on a bound [us]
NEVER = 2**62


@dataclass(frozen=True, slots=True)
class MachineLog:
    """What one machine did, one row a piece, in order: bounds of its slot [us], the piece's number and its outcome.

    From `free` the machine waits, from `begin` it is set up, idle, cleaned and stopped in this order, then it cycles until
    `done`, and waits again until `leave`.
    """

    piece: Micros
    free: Micros
    begin: Micros
    done: Micros
    leave: Micros
    outcome: Micros
    setup: Micros
    idle: Micros
    cleaning: Micros
    stop: Micros
    reason: Micros
    cycle: Micros

    @property
    def counted(self) -> Micros:
        """When each piece was counted [us]."""
        return self.done - COUNT_LEAD


class _Station:
    """One machine while the line runs."""

    def __init__(self, kind: MachineKind, content: Content, change: Change | None, at: int) -> None:
        after = content if change is None else content.changed(change)
        self.contents = (content, after)
        self.work: tuple[list[int], list[int]] = (
            (content.before + content.cycle).tolist(),
            (after.before + after.cycle).tolist(),
        )
        self.setups: list[int] = content.setup.tolist()
        self.luck: list[float] = content.luck.tolist()
        self.at = at
        self.relief = 1 - change.size if change is not None and change.kind == "scrap" else 1.0
        self.share = kind.defect_share
        self.cause: CauseRisk | None = None
        self.order = 0
        self.free = 0
        self.piece: list[int] = []
        self.begin: list[int] = []
        self.done: list[int] = []
        self.leave: list[int] = []
        self.outcome: list[int] = []
        self.setup: list[int] = []

    def take(self, piece: int, order: int, here: int, following: _Station | None) -> int:
        """Work on the piece that is `here` since then; return when it left."""
        begin = max(self.free, here)
        late = begin >= self.at
        setup = 0
        if order != self.order:
            self.order, setup = order, self.setups[order]
        done = begin + setup + self.work[late][piece]
        risk = self.share if self.cause is None else self.cause.at(done - COUNT_LEAD)
        outcome = self._outcome(self.luck[piece], risk * self.relief if late else risk)
        leave = done
        if following is not None and outcome != SCRAP and len(following.begin) >= BUFFER:
            leave = max(done, following.begin[-BUFFER])
        self.piece.append(piece)
        self.begin.append(begin)
        self.setup.append(setup)
        self.done.append(done)
        self.leave.append(leave)
        self.outcome.append(outcome)
        self.free = leave
        return leave

    @staticmethod
    def _outcome(luck: float, risk: float) -> int:
        if luck >= risk:
            return GOOD
        return REWORK if luck < risk * REWORK_SHARE else SCRAP

    def log(self) -> MachineLog:
        """Return what was done as arrays."""
        piece, begin, leave = (np.array(x, np.int64) for x in (self.piece, self.begin, self.leave))
        before, after = self.contents
        late = begin >= self.at
        chosen = {
            name: np.where(late, getattr(after, name)[piece], getattr(before, name)[piece])
            for name in ("idle", "cleaning", "stop", "reason", "cycle")
        }
        done, outcome, setup = (np.array(x, np.int64) for x in (self.done, self.outcome, self.setup))
        free = np.concatenate([np.zeros(min(len(leave), 1), np.int64), leave[:-1]])
        return MachineLog(piece=piece, free=free, begin=begin, done=done, leave=leave, outcome=outcome, setup=setup, **chosen)


def run_line(
    kinds: tuple[MachineKind, ...],
    contents: list[Content],
    orders: Orders,
    cause: CauseRisk,
    *,
    length: int,
    change: Change | None,
    changed_from: int,
) -> list[MachineLog]:
    """Return the log of each machine, of all pieces that enter the first machine before `length` [us].

    Parameters
    ----------
    kinds : tuple of MachineKind
        Machines in the order of the flow.
    contents : list of Content
        Work of each machine.
    orders : Orders
        The plan.
    cause : CauseRisk
        Risk of a defect at the first machine.
    length : int
        Working time of the window [us].
    change : Change or None
        The improvement.
    changed_from : int
        Working time from which it holds [us].

    Returns
    -------
    list of MachineLog
        Times on the axis of working time [us].
    """
    stations = [_Station(kind, content, change, changed_from) for kind, content in zip(kinds, contents, strict=True)]
    stations[0].cause = cause
    follows = [*stations[1:], None]
    for piece, order in enumerate(orders.order.tolist()):
        if stations[0].free >= length:
            break
        here = 0
        for station, following in zip(stations, follows, strict=True):
            here = station.take(piece, order, here, following)
            if station.outcome[-1] == SCRAP:
                break
    return [station.log() for station in stations]


def pieces_needed(kinds: tuple[MachineKind, ...], length: int) -> int:
    """Return how many pieces may enter at most in `length` [us].

    Parameters
    ----------
    kinds : tuple of MachineKind
        Machines in the order of the flow.
    length : int
        Working time [us].

    Returns
    -------
    int
        Pieces [1].
    """
    return int(length // (min(kinds[0].ideal_s) * SECOND)) + 2 if length else 0
