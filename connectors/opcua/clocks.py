"""Clocks that differ: whether one shows local time, and by how much an endpoint's times are corrected at a moment."""

from __future__ import annotations

from typing import Literal

from smartfab import clock
from smartfab.plant import Endpoint

_HALF_HOUR_S = 1800.0
_NEAR_S = 120.0


def is_local_time(skew: float) -> bool:
    """Return whether a clock differs by whole half hours, as one does that was set to local time.

    Parameters
    ----------
    skew : float
        How far it is ahead [s].

    Returns
    -------
    bool
        True within 2 min of a multiple of 30 min, but for none.
    """
    halves = round(skew / _HALF_HOUR_S)
    return halves != 0 and abs(skew - halves * _HALF_HOUR_S) <= _NEAR_S


def history_clock(endpoint: Endpoint) -> Literal["source", "server"]:
    """Return whose time counts in history, where the time of receiving means nothing.

    Parameters
    ----------
    endpoint : Endpoint
        As the plant describes it.

    Returns
    -------
    {"source", "server"}
        The source's where the collector's counts for live values.
    """
    return "server" if endpoint.clock == "server" else "source"


def offset_at(endpoint: Endpoint, at: int) -> int:
    """Return how far the clocks of an endpoint are ahead, as the plant says.

    Parameters
    ----------
    endpoint : Endpoint
        With or without `clock_offset`.
    at : int
        The moment, by our clock [us].

    Returns
    -------
    int
        To be taken off its times [us].
    """
    valid = [(clock.instant(since, tz="UTC", what="clock_offset"), offset) for since, offset in endpoint.clock_offset.items()]
    begun = [(since, offset) for since, offset in valid if since <= at]
    return signed_duration(max(begun)[1]) if begun else 0


def signed_duration(length: str) -> int:
    """Return a length that may be negative.

    Parameters
    ----------
    length : str
        Such as "7h" or "-30min".

    Returns
    -------
    int
        Its length [us].

    Raises
    ------
    TimeError
        If it is none.
    """
    size = clock.duration(length.removeprefix("-").removeprefix("+"), what="clock_offset")
    return -size if length.startswith("-") else size
