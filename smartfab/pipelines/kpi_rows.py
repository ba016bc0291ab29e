"""The rows a plan or a measurement reads from a store: OEE by line, shift and production date."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from smartfab import clock, oee
from smartfab.data import PlantData
from smartfab.plant import Plant
from smartfab.store import Store

KEYS = ["line_id", "shift_id", "production_date"]


def kpi_history(store: Store, plant: Plant, change: str, days: int, *, now: dt.datetime) -> pd.DataFrame:
    """Return the rows from so many days before a change to the last production date that is over.

    Parameters
    ----------
    store : Store
        With the samples.
    plant : Plant
        What they mean.
    change : str
        ISO text of the change; its day counts.
    days : int
        Days before it [d].
    now : datetime
        The present; a shift that still runs would count as one that made little.

    Returns
    -------
    DataFrame
        One row a line, shift and production date, as `oee.evaluate` gives it.
    """
    first = (dt.date.fromisoformat(change[:10]) - dt.timedelta(days=days)).isoformat()
    running = clock.production_date(np.array([clock.instant(now, what="now")]), plant.timezone, plant.day_start)[0]
    last = str(running.astype("datetime64[D]"))
    return oee.evaluate(PlantData.from_store(store, plant, first, last), first, last, by=KEYS)
