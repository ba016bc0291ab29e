"""California's Proposition 99: cigarette packs per head, one state treated from 1989, 38 controls, one figure a year.

Published on the same data: −19.5 packs a year by synthetic control (Abadie, Diamond, Hainmueller, JASA 105(490), 2010,
doi:10.1198/jasa.2009.ap08746). The data are not part of this project: put california_prop99.csv under effects/ of a folder
named by SMARTFAB_DATA.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

import smartfab as sf

PUBLISHED = -19.5


def path() -> Path:
    """Where the data lie, if they do."""
    folder = os.environ.get("SMARTFAB_DATA", Path(__file__).parents[2] / "../shared/data")
    return Path(folder) / "effects/california_prop99.csv"


def long_table() -> pd.DataFrame:
    """One row a state and year."""
    wide = pd.read_csv(path())
    return wide.melt("Year", var_name="state", value_name="packs").rename(columns={"Year": "year"})


def plain_difference(table: pd.DataFrame) -> float:
    """Mean change of California less mean change of the others."""
    after = table["year"] >= 1989
    treated = table["state"] == "California"
    mean = table.groupby([treated, after])["packs"].mean()
    return float((mean[True, True] - mean[True, False]) - (mean[False, True] - mean[False, False]))


def printed() -> dict[str, float] | None:
    """Print what each finds, and return it; nothing where the data are absent."""
    if not path().exists():
        print(f"\nProposition 99: no data at {path()}")
        return None
    table = long_table()
    found = sf.improvements.effect(
        table, y="packs", time="year", unit="state", treated="California", at=1989, grain="YE", better="lower"
    )
    told = {"difference_in_differences": plain_difference(table), "published": PUBLISHED, "estimate": found.estimate,
            "low": found.interval[0], "high": found.interval[1]}  # fmt: skip
    gaps = found.effects[found.effects["exposure"] > 0].set_index("date")["gap"]
    print("\nProposition 99, packs a head and year: "
          + ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in told.items()))  # fmt: skip
    print(f"  method {found.method}, grade {found.grade}, gap in 2000 {gaps.iloc[-1]:.1f}, mean gap {np.mean(gaps):.1f}")
    return told


if __name__ == "__main__":
    printed()
