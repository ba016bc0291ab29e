"""What one machine did: its states as a step function, gaps unknown, short flickers smoothed, reasons applied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
        Collapsed.
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
        States; and how much running time an entered reason covers in vain [us].
    """
    points, piece, over = laid_over(states.start, entered.start)
    row = entered.at(over)
    known = piece >= 0
    category = np.where(known, states.category[piece], UNKNOWN).astype(np.int8)
    reason = np.where(known, states.reason[piece], -1).astype(np.int32)
    source = np.where(known, states.source[piece], -1).astype(np.int8)
    told = (row >= 0) & (category != RUNNING)
    reason[told] = entered_reason[row[told]]
    source[told] = entered_code
    length = np.diff(points, append=points[-1])
    in_vain = int(length[(row >= 0) & (category == RUNNING)].sum())
    given = np.where((category != RUNNING) & ((category != UNKNOWN) | told), book.category[reason], -1)
    category = np.where(given >= 0, given, category).astype(np.int8)
    category[told & (category == UNKNOWN)] = UNPLANNED_STOP  # somebody saw it stand, and said why
    return collapsed(States(points, category, reason, source)), in_vain


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


def whole_stops(states: States, micro_stop: int) -> tuple[Index, npt.NDArray[np.bool_]]:
    """Return which unplanned stop each piece belongs to, and which pieces are short stops without a reason.

    A stop is a stretch of unplanned stop without a break, whatever its reasons; it is short if the whole of it lasts
    no longer than `micro_stop`. A stop whose end is not known is not short.

    Parameters
    ----------
    states : States
        Reasons applied.
    micro_stop : int
        Threshold, closed [us].

    Returns
    -------
    tuple
        Number of the stop, or -1; short and without reason.
    """
    stopped = states.category == UNPLANNED_STOP
    first, run = runs(np.append(False, stopped[1:] == stopped[:-1]))
    begin = states.start[first]
    end = np.append(begin[1:], FOREVER)
    short = (end != FOREVER) & (end - begin <= micro_stop)
    number = np.where(stopped, run, -1).astype(np.int32)
    return number, stopped & short[run] & (states.reason < 0)
