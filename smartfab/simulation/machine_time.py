"""What each machine was doing when: slots of working time → intervals of wall time with a state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab.clock import SECOND, Micros
from smartfab.simulation.flow import MachineLog
from smartfab.simulation.layout import CARRIED_OVER, NO_REASON, STATE_CODES
from smartfab.simulation.working_time import WORK, Cells, WorkAxis

SHORT_WAIT = 10 * SECOND  # a machine that waits less than this still shows "running"
OFF, IDLE, SETUP, RUNNING = (STATE_CODES[name] for name in ("off", "idle", "setup", "running"))
STARVED, STOPPED, BLOCKED, CLEANING = (STATE_CODES[name] for name in ("starved", "unplanned_stop", "blocked", "planned_stop"))


@dataclass(frozen=True, slots=True)
class Timeline:
    """One machine's time, cut at the bounds of its states and of the calendar [us].

    `run` numbers the stretches of one state and reason; `whole` is the length of the stretch an interval belongs to [us].
    """

    lo: Micros
    hi: Micros
    state: Micros
    reason: Micros
    cell: Micros
    run: Micros
    whole: Micros

    def changes(self) -> npt.NDArray[np.int64]:
        """Return the places of the intervals that begin a stretch."""
        return np.flatnonzero(np.diff(self.run, prepend=-1))


def machine_timeline(log: MachineLog, axis: WorkAxis, cells: Cells) -> Timeline:
    """Return the time of one machine; in breaks and outside shifts it is off.

    Parameters
    ----------
    log : MachineLog
        What it did, on the axis of working time.
    axis : WorkAxis
        That axis.
    cells : Cells
        The calendar.

    Returns
    -------
    Timeline
        From the window's start to its end without a hole [us].
    """
    lo, hi, state, reason = _worked(log, axis.length)
    open_at_break = (state == STOPPED) & (reason == NO_REASON)
    open_at_break[open_at_break] = axis.interrupted(lo[open_at_break], hi[open_at_break])
    reason = np.where(open_at_break, CARRIED_OVER, reason)
    number, place, start, end = axis.split(lo, hi)
    rest = np.flatnonzero(cells.kind != WORK)
    idle = np.full(len(rest), NO_REASON)
    columns = (
        np.concatenate([start, cells.lo[rest]]),
        np.concatenate([end, cells.hi[rest]]),
        np.concatenate([state[number], np.full(len(rest), OFF)]),
        np.concatenate([reason[number], idle]),
        np.concatenate([axis.cell[place], rest]),
    )
    begin, until, what, why, cell = (column[np.argsort(columns[0], kind="stable")] for column in columns)
    fresh = np.ones(len(begin), bool)
    fresh[1:] = (what[1:] != what[:-1]) | (why[1:] != why[:-1])
    run = np.cumsum(fresh) - 1
    whole = np.zeros(int(run[-1]) + 1, np.int64)
    np.add.at(whole, run, until - begin)
    return Timeline(begin, until, what, why, cell, run, whole[run])


def _worked(log: MachineLog, length: int) -> tuple[Micros, Micros, Micros, Micros]:
    """Intervals of working time with state and reason, none empty, neighbours different, from 0 to `length`."""
    after_setup = log.begin + log.setup
    after_idle = after_setup + log.idle
    after_cleaning = after_idle + log.cleaning
    after_stop = after_cleaning + log.stop
    bounds = np.column_stack([log.free, log.begin, after_setup, after_idle, after_cleaning, after_stop, log.done])
    states = np.tile(np.array([STARVED, SETUP, IDLE, CLEANING, STOPPED, RUNNING, BLOCKED]), (len(log.piece), 1))
    states[log.begin - log.free < SHORT_WAIT, 0] = RUNNING
    states[log.leave - log.done < SHORT_WAIT, 6] = RUNNING
    reasons = np.full(states.shape, NO_REASON)
    reasons[:, 4] = log.reason
    last = int(log.leave[-1]) if len(log.leave) else 0
    lo = np.minimum(np.append(bounds.ravel(), last), length)
    state, reason = np.append(states.ravel(), STARVED), np.append(reasons.ravel(), NO_REASON)
    hi = np.append(lo[1:], length)
    real = hi > lo
    lo, state, reason = lo[real], state[real], reason[real]
    fresh = np.ones(len(lo), bool)
    fresh[1:] = (state[1:] != state[:-1]) | (reason[1:] != reason[:-1])
    lo, state, reason = lo[fresh], state[fresh], reason[fresh]
    return lo, np.append(lo[1:], length)[: len(lo)], state, reason
