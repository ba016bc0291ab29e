"""Stops nobody has explained yet, as an operator or a sheet is asked about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from smartfab.plant import Plant

if TYPE_CHECKING:
    from smartfab.store import Store

STOP = ["machine_id", "start", "end"]
_SHOWN = [*STOP, "duration_s", "shift_id", "production_date"]


def open_stops(store: Store, plant: Plant, window: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """Return the unplanned stops of a window that have no reason and are longer than a minor stop, the longest first.

    Parameters
    ----------
    store : Store
        With samples, stop logs and entered reasons.
    plant : Plant
        What the signals mean.
    window : tuple of Timestamp
        Half-open.

    Returns
    -------
    DataFrame
        machine_id, start, end, duration_s [s], shift_id, production_date.
    """
    from smartfab import oee
    from smartfab.data import PlantData

    account = oee.time_account(PlantData.from_store(store, plant, *window), *window)
    bare = account[(account["loss"] == "breakdown") & account["reason_id"].isna()]
    begins = (bare["machine_id"] != bare["machine_id"].shift()) | (bare["start"] != bare["end"].shift())
    one = bare.groupby(begins.cumsum().to_numpy())
    stops = one[["machine_id", "start", "shift_id", "production_date"]].first()
    stops = stops.assign(end=one["end"].last(), duration_s=one["duration_s"].sum())[_SHOWN]
    return stops.sort_values(["duration_s", "start"], ascending=[False, True], ignore_index=True)
