"""Alarms of a detector as the same table a control chart gives."""

from __future__ import annotations

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.errors import TimeError
from smartfab.spc.rules import stretches
from smartfab.tables import conform, empty


def alarm_table(scored: pd.DataFrame, *, source: str, statistic: str, rule: str) -> pd.DataFrame:
    """Return table `alarms`: one row for each unbroken stretch of judged rows that alarm.

    Parameters
    ----------
    scored : DataFrame
        Columns statistic, limit, alarm, by times with a zone; rows without a statistic are passed over.
    source, statistic, rule : str
        What the alarms are of, what was watched, and which rule was broken.

    Returns
    -------
    DataFrame
        ``value`` and ``limit`` are those of the first row of a stretch; ``end`` is the next row that does not alarm, missing
        while there is none.

    Raises
    ------
    TimeError
        If the rows have no times with a zone.
    """
    index = scored.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None:
        raise TimeError(
            "rows without zoned times", where="frame.index", expected="times with a zone: an alarm has a start and an end",
            remedy='Localise them: frame.tz_localize("Asia/Ho_Chi_Minh").',
        )  # fmt: skip
    there = scored[scored["statistic"].notna()]
    first, after = stretches(there["alarm"].to_numpy(dtype=bool))
    if not len(first):
        return empty("alarms")
    times = clock.micros(index[scored["statistic"].notna().to_numpy()])
    known = after < len(there)
    columns = {
        "source": source, "start": clock.from_micros(times[first]),
        "end": clock.from_micros(times[np.where(known, after, 0)]).where(known), "statistic": statistic,
        "value": there["statistic"].to_numpy()[first], "limit": there["limit"].to_numpy()[first], "rule": rule,
        "acknowledged_by": None,
    }  # fmt: skip
    return conform(pd.DataFrame(columns, index=range(len(first))), "alarms")
