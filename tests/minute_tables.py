"""Tables of one machine in minutes, short enough to write in a test."""

from __future__ import annotations

import pandas as pd

import smartfab as sf
from tests.strategies import at


def data(states=(), counts=None, *, shifts=None, products=(("P", 60.0),), **more) -> sf.PlantData:
    """Tables in minutes since the epoch of the tests; counts are (minute, product, good, scrap)."""
    tables = {
        "states": pd.DataFrame([("M1", at(m * 60), s) for m, s in states], columns=["machine_id", "ts", "state"]),
        "products": pd.DataFrame(list(products), columns=["product_id", "ideal_cycle_s"]) if products is not None else None,
        "shifts": pd.DataFrame([("A", at(a * 60), at(b * 60), k == "work", k) for a, b, k in shifts],
                               columns=["shift_id", "start", "end", "planned", "kind"]) if shifts is not None else None,
        "counts": pd.DataFrame([("M1", at(m * 60), p, g, s) for m, p, g, s in counts],
                               columns=["machine_id", "ts", "product_id", "good", "scrap"]) if counts is not None else None,
    }  # fmt: skip
    return sf.PlantData(**{**tables, "tz": "UTC", **more})


def row(tables: sf.PlantData, start: float, end: float, **options) -> pd.Series:
    return sf.oee.evaluate(tables, at(start * 60), at(end * 60), **{"by": ["machine_id"], **options}).iloc[0]
