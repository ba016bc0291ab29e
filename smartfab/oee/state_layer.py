"""What one machine did: its states as a step function, gaps unknown, short flickers smoothed, reasons applied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab._fast.state_steps import explain, stops
from smartfab.clock import Micros
from smartfab.oee.buckets import PLANNED_STOP, RUNNING, UNKNOWN, UNPLANNED_STOP
from smartfab.oee.layers import Codes, Index, Steps, laid_over, runs

FOREVER = np.iinfo(np.int64).max


@dataclass(slots=True)
class States:
    """Pieces of one machine's time: category, reason code and source code (-1: none) from `start` on.

    There is at least one piece, and the last holds for ever.
    """

    start: Micros
    category: Codes
    reason: Index
    source: Codes


@dataclass(frozen=True, slots=True)
class ReasonBook:
    """What the reasons table says of each reason code: its category (-1: none) and its limit [us] (0: none).

    One entry more than there are reasons: code -1, no reason, finds the last, which says nothing.
    """

    category: Codes
    limit: Micros


def held(states: States, max_gap: int, gap_start: Micros, gap_end: Micros) -> States:
    """Return the states with what is not known marked: after `max_gap`, in coverage gaps, and until the next sample.

    Parameters
    ----------
    states : States
        One piece a sample.
    max_gap : int
        A state holds no longer than this without a new sample [us]; 0 is for ever.
    gap_start, gap_end : ndarray of int64
        Coverage gaps [us], in order, not overlapping.

    Returns
    -------
    States
        Possibly with more pieces.
    """
    if not max_gap and not len(gap_start):
        return states
    start, origin = states.start, np.arange(len(states.start), dtype=np.int32)
    if max_gap:
        until = start + max_gap
        silent = np.append(until[:-1] < start[1:], True)
        start = np.concatenate([start, until[silent]])
        origin = np.concatenate([origin, np.full(int(silent.sum()), -1, np.int32)])
        order = np.argsort(start, kind="stable")
        start, origin = start[order], origin[order]
    if len(gap_start):
        points, piece, _ = laid_over(start, np.unique(np.concatenate([gap_start, gap_end])))
        since = np.where(piece >= 0, start[piece], np.iinfo(np.int64).min)
        last_gap = np.searchsorted(gap_start, points, side="right") - 1
        lost = (last_gap >= 0) & (since < gap_end[last_gap])
        start, origin = points, np.where(lost | (piece < 0), -1, origin[piece]).astype(np.int32)
    known = origin >= 0
    return States(
        start,
        np.where(known, states.category[origin], UNKNOWN).astype(np.int8),
        np.where(known, states.reason[origin], -1).astype(np.int32),
        np.where(known, states.source[origin], -1).astype(np.int8),
    )


def collapsed(states: States) -> States:
    """Return the states with equal neighbours made one piece.

    Parameters
    ----------
    states : States
        Any.

    Returns
    -------
    States
        The same function of time in the fewest pieces.
    """
    same = np.zeros(len(states.start), dtype=bool)
    same[1:] = (
        (states.category[1:] == states.category[:-1])
        & (states.reason[1:] == states.reason[:-1])
        & (states.source[1:] == states.source[:-1])
    )
    first, _ = runs(same)
    return States(states.start[first], states.category[first], states.reason[first], states.source[first])


def debounced(states: States, min_run: int, min_stop: int) -> States:
    """Return the states without flicker: time is given to the neighbour before, never taken away.

    First a run shorter than `min_run` between stops becomes part of the stop before it, then an unplanned stop shorter
    than `min_stop` between runs becomes part of the run.

    Parameters
    ----------
    states : States
        Collapsed.
    min_run, min_stop : int
        Lengths [us]; 0 leaves all as it is.

    Returns
    -------
    States
        Collapsed.
    """
    for shortest, of_kind in ((min_run, RUNNING), (min_stop, UNPLANNED_STOP)):
        if not shortest or len(states.start) < 3:
            continue
        is_kind = states.category == of_kind
        same = np.append(False, is_kind[1:] == is_kind[:-1])
        first, run = runs(same)
        length = np.diff(np.append(states.start[first], FOREVER))
        between = np.zeros(len(first), dtype=bool)
        between[1:-1] = True
        before = np.maximum(first - 1, 0)
        after = np.append(first[1:], len(states.start) - 1)
        if of_kind == RUNNING:
            mend = between & (states.category[before] != UNKNOWN) & (states.category[after] != UNKNOWN)
        else:
            mend = between & (states.category[before] == RUNNING) & (states.category[after] == RUNNING)
        mend &= is_kind[first] & (length < shortest)
        taken = np.where(mend[run], before[run], np.arange(len(states.start)))
        states = collapsed(States(states.start, states.category[taken], states.reason[taken], states.source[taken]))
    return states


def explained(states: States, entered: Steps, entered_reason: Index, entered_code: int, book: ReasonBook) -> tuple[States, int]:
    """Return the states with reasons applied: one entered by a person wins over the machine's, on stops only.

    Parameters
    ----------
    states : States
        Beginning no later than what was entered.
    entered : Steps
        Rows of the machine's stop_reasons.
    entered_reason : ndarray of int32
        Reason code of each of those rows.
    entered_code : int
        Source code of a state explained by a person.
    book : ReasonBook
        What each reason stands for.

    Returns
    -------
    tuple
        States, collapsed; and how much running time an entered reason covers in vain [us].
    """
    room = len(states.start) + len(entered.start)
    out = States(np.empty(room, np.int64), np.empty(room, np.int8), np.empty(room, np.int32), np.empty(room, np.int8))
    n, in_vain = explain(
        states.start, states.category, states.reason, states.source, entered.start,
        np.append(entered_reason, np.int32(-1))[entered.row], entered_code, book.category,
        out.start, out.category, out.reason, out.source,
    )  # fmt: skip
    return States(out.start[:n], out.category[:n], out.reason[:n], out.source[:n]), in_vain


def limited(states: States, book: ReasonBook) -> States:
    """Return the states with planned stops beyond their reason's limit turned into unplanned ones.

    Parameters
    ----------
    states : States
        Collapsed, reasons applied.
    book : ReasonBook
        Limits [us].

    Returns
    -------
    States
        Possibly with more pieces.
    """
    if not book.limit.any():
        return states
    limit = np.where((states.reason >= 0) & (states.category == PLANNED_STOP), book.limit[states.reason], 0)
    end = np.append(states.start[1:], FOREVER)
    over = (limit > 0) & (end - states.start > limit)
    if not over.any():
        return states
    extra = (states.start + limit)[over]
    start = np.concatenate([states.start, extra])
    order = np.argsort(start, kind="stable")
    taken = np.concatenate([np.arange(len(states.start)), np.flatnonzero(over)])[order]
    beyond = np.concatenate([np.zeros(len(states.start), bool), np.ones(len(extra), bool)])[order]
    category = np.where(beyond, UNPLANNED_STOP, states.category[taken]).astype(np.int8)
    return States(start[order], category, states.reason[taken], states.source[taken])


def whole_stops(states: States, micro_stop: Micros) -> tuple[Index, npt.NDArray[np.bool_]]:
    """Return which unplanned stop each piece belongs to, and which pieces are short stops without a reason.

    A stop is a stretch of unplanned stop without a break, whatever its reasons; it is short if the whole of it lasts
    no longer than the threshold where it begins. A stop whose end is not known is not short.

    Parameters
    ----------
    states : States
        Reasons applied.
    micro_stop : ndarray of int64
        Threshold, closed: one for all, or one a piece [us].

    Returns
    -------
    tuple
        Number of the stop, or -1; short and without reason.
    """
    number, short = np.empty(len(states.start), np.int32), np.empty(len(states.start), np.int8)
    stops(states.start, states.category, states.reason, micro_stop, number, short)
    return number, short.view(np.bool_)
