"""What a wall clock shows, as instants: nights of 23 and 25 hours, times shown twice and times never shown.

A time the clock shows twice means the first; a time it skips means the first instant after the skip, so that shifts
given by wall-clock rules always join without a hole. (pandas' own ``shift_forward`` misses that instant by up to hours
in zones west of Greenwich.)
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def wall(date: dt.date, time: dt.time, tz: ZoneInfo) -> int:
    """Return the instant a wall clock shows `time` on `date`.

    A time the clock shows twice means the first; a time it skips means the first instant after the skip.

    Parameters
    ----------
    date : date
        Calendar date at the plant.
    time : time
        Wall-clock time.
    tz : ZoneInfo
        Zone of the plant.

    Returns
    -------
    int
        Microseconds since the epoch [us].
    """
    shown = dt.datetime.combine(date, time.replace(fold=0, tzinfo=None), tzinfo=tz)
    at = shown.astimezone(dt.UTC)
    if at.astimezone(tz).replace(tzinfo=None, fold=0) != shown.replace(tzinfo=None):
        at = _after_skip(shown, tz)
    return (at - _EPOCH) // _MICROSECOND


def _after_skip(shown: dt.datetime, tz: ZoneInfo) -> dt.datetime:
    before, after = shown.replace(fold=1).astimezone(dt.UTC), shown.astimezone(dt.UTC)
    offset = after.astimezone(tz).utcoffset()
    while after - before > _MICROSECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(tz).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def first_shown(local: npt.NDArray[np.datetime64], tz: ZoneInfo) -> npt.NDArray[np.int64]:
    """Return the instants a wall clock shows these times, as `wall` does.

    Parameters
    ----------
    local : ndarray of datetime64
        Wall-clock times.
    tz : ZoneInfo
        Zone of the plant.

    Returns
    -------
    ndarray of int64
        Microseconds since the epoch [us]; NaT is the smallest int64.
    """
    twice_means_first = np.ones(len(local), dtype=bool)
    zoned = pd.DatetimeIndex(local).tz_localize(tz, ambiguous=twice_means_first, nonexistent="NaT")
    found = zoned.tz_convert("UTC").tz_localize(None).to_numpy(dtype="datetime64[us]").view(np.int64).copy()
    for n in np.flatnonzero(zoned.isna() & ~np.isnat(local)):
        skipped = local[n].astype("datetime64[us]").item()
        found[n] = wall(skipped.date(), skipped.time(), tz)
    return found
