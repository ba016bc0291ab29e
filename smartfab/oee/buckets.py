"""From what a machine does to the bucket its time is booked in.

Codes are positions in `vocabulary.CATEGORIES` and `vocabulary.LOSSES`; arrays of them are int8.

References
----------
ISO 22400-2:2014, clause 9; S. Nakajima, *Introduction to TPM* (1988): the six big losses.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from smartfab._fast.account import bucket
from smartfab.oee.layers import Codes, Index
from smartfab.vocabulary import CATEGORIES, LOSSES

(RUNNING, IDLE, BLOCKED, STARVED, SETUP, PLANNED_STOP, UNPLANNED_STOP, OFF, UNKNOWN) = range(len(CATEGORIES))
(
    LOSS_NO_SHIFT, LOSS_PLANNED_STOP, LOSS_UNKNOWN, LOSS_BREAKDOWN, LOSS_SETUP, LOSS_IDLE, LOSS_BLOCKED_STARVED,
    LOSS_MINOR_STOP, LOSS_RUN,
) = range(len(LOSSES))  # fmt: skip

OF_CATEGORY = np.array(
    [LOSS_RUN, LOSS_IDLE, LOSS_BLOCKED_STARVED, LOSS_BLOCKED_STARVED, LOSS_SETUP, LOSS_PLANNED_STOP, LOSS_BREAKDOWN, LOSS_IDLE,
     LOSS_UNKNOWN], dtype=np.int8,
)  # fmt: skip
"""Bucket of each category in planned time; a short unplanned stop without a reason is a minor stop instead."""

# What the calendar says of a time, as codes of the shift layer.
OPEN_TIME, BREAK, CALENDAR_STOP, CLOSED = range(4)

# How `_fast.booking` sees a bucket: running, stopped, planned stop, no shift, unknown.
PLACE_OF_LOSS = np.array([3, 2, 4, 1, 1, 1, 1, 1, 0], dtype=np.int8)


def losses(
    category: Codes,
    short_stop: npt.NDArray[np.bool_],
    calendar: Codes,
    at_state: Index,
    at_fixed: Index,
    *,
    break_stops_clock: bool,
) -> Codes:
    """Return the bucket of each segment.

    Parameters
    ----------
    category : ndarray of int8
        What the machine does in each piece of its states, reasons applied.
    short_stop : ndarray of bool
        The piece belongs to an unplanned stop that is short as a whole and bears no reason.
    calendar : ndarray of int8
        `OPEN_TIME`, `BREAK`, `CALENDAR_STOP` or `CLOSED`, for each fixed piece.
    at_state, at_fixed : ndarray of int32
        The piece of the states and the fixed piece of each segment.
    break_stops_clock : bool
        Breaks are planned stops whatever the machine does; else its state counts there too.

    Returns
    -------
    ndarray of int8
        Codes of `vocabulary.LOSSES`.
    """
    loss = np.empty(len(at_state), np.int8)
    bucket(at_state, at_fixed, category, short_stop.view(np.int8), calendar, OF_CATEGORY, break_stops_clock, loss)
    return loss
