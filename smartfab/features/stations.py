"""When each part was at each station: its own rows, and those of what it was made from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock

NEVER = np.iinfo(np.int64).min
"""Marks a station a part was not at."""

_MOST_GENERATIONS = 200
Places = npt.NDArray[np.int64]


def read_lags(lag: str | float | Mapping[str, str | float] | None) -> dict[str, int] | int | None:
    """Return how much earlier the signals of stations end [us].

    Parameters
    ----------
    lag : str, number, mapping or None
        A length of time for all, or by station.

    Returns
    -------
    dict of str to int, int, or None
        None: by genealogy.

    Raises
    ------
    TimeError
        If one is no length of time.
    """
    if isinstance(lag, Mapping):
        return {str(name): clock.duration(value, what="lag") for name, value in lag.items()}
    return None if lag is None else clock.duration(lag, what="lag")


def station_times(parts: pd.DataFrame, anchor: clock.Micros, lags: Mapping[str, int] | int | None) -> dict[str, clock.Micros]:
    """Return, by station, the instant up to which each part's signals there may be used [us].

    At the part's own station it is its anchor; at an earlier one the anchor of the row it descends from, by ``parent_id`` or
    by the same ``part_id``; where a lag is given, the part's own anchor less the lag. Never later than the part's own
    anchor, whatever the clocks say.

    Parameters
    ----------
    parts : DataFrame
        Table `parts`.
    anchor : ndarray of int64
        Each row's own instant [us].
    lags : mapping of str to int, int, or None
        How much earlier a station is [us]: of some stations, or of all.

    Returns
    -------
    dict of str to ndarray of int64
        `NEVER` where a part was not at the station.
    """
    machine, names = pd.factorize(parts["machine_id"], sort=True)
    times = {str(name): np.full(len(parts), NEVER) for name in names}
    own = anchor - lags if isinstance(lags, int) else anchor
    for place, name in enumerate(names):
        here = machine == place
        times[str(name)][here] = own[here]
    for above in _generations(parts, anchor):
        there = above >= 0
        for place, name in enumerate(names):
            here = there & (machine[above] == place)
            known = times[str(name)]
            at = anchor[above] - (lags if isinstance(lags, int) else 0)
            known[here] = np.maximum(known[here], np.minimum(at, own)[here])
    if isinstance(lags, Mapping):
        for name, lag in lags.items():
            times[name] = anchor - lag
    return times


def _generations(parts: pd.DataFrame, anchor: clock.Micros) -> list[Places]:
    """For each generation back, the row each part descends from, -1 where there is none."""
    rows = np.arange(len(parts))
    steps = [_earlier_station(parts, anchor), _parents(parts)]
    found: list[Places] = []
    level = [rows]
    for _ in range(_MOST_GENERATIONS):
        following = [np.where(now >= 0, step[now], -1) for now in level for step in steps]
        following = [step for step in following if (step >= 0).any()]
        if not following:
            break
        merged = following[0]
        for other in following[1:]:
            merged = np.where(merged >= 0, merged, other)
        found += following
        level = [merged]
    return found


def _parents(parts: pd.DataFrame) -> Places:
    """The row of each part's parent: of several rows of that part the last one."""
    none = np.full(len(parts), -1)
    if "parent_id" not in parts or parts["parent_id"].isna().all():
        return none
    last = pd.Series(np.arange(len(parts)), index=parts["part_id"].to_numpy())
    last = last[~last.index.duplicated(keep="last")]
    out = last.reindex(parts["parent_id"].to_numpy()).fillna(-1).to_numpy(dtype=np.int64)
    return np.where(out == np.arange(len(parts)), -1, out)


def _earlier_station(parts: pd.DataFrame, anchor: clock.Micros) -> Places:
    """The row of the same part at the station before, by time."""
    if not parts["part_id"].duplicated().any():
        return np.full(len(parts), -1)
    codes, _ = pd.factorize(parts["part_id"])
    order = np.lexsort((np.arange(len(parts)), anchor, codes))
    before = np.full(len(parts), -1)
    same = codes[order[1:]] == codes[order[:-1]]
    before[order[1:][same]] = order[:-1][same]
    return before
