"""The remaining life of turbofans."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import public_sets
from intervals import over_groups

import smartfab as sf

WINDOWS = (5, 15, 30)
CLIP = 125


def features(flights: pd.DataFrame, sensors: list[str]) -> pd.DataFrame:
    """Mean, spread and slope of each sensor over the last flights of the unit, and its age."""
    told = [
        sf.rolling(flights[[*sensors, "unit"]], window, by="unit", min_periods=1).agg(["mean", "std", "slope"])
        .filter(regex=r"^s\d+_").add_suffix(f"_{window}")
        for window in WINDOWS
    ]  # fmt: skip
    return pd.concat([*told, flights["cycle"]], axis=1)


def cmapss(_full: bool) -> Iterator[tuple[str, float, float, float]]:
    train, test, life = public_sets.cmapss()
    sensors = [name for name in train if name.startswith("s") and name[1:].isdigit() and train[name].nunique() > 2]
    left = train.groupby("unit")["cycle"].transform("max") - train["cycle"]
    model = sf.defects.RULRegressor(clip=CLIP).fit(features(train, sensors), left)
    last = features(test, sensors).groupby(test["unit"]).tail(1)
    told, true = model.predict(last), life.to_numpy(float)

    def error(truth: np.ndarray, at: np.ndarray) -> float:
        return float(np.sqrt(np.mean((told[at] - truth[at]) ** 2)))

    yield f"C-MAPSS FD001: RMSE, life up to {CLIP}", *over_groups(lambda at: error(np.minimum(true, CLIP), at), len(true))
    yield "C-MAPSS FD001: RMSE, raw life", *over_groups(lambda at: error(true, at), len(true))
