"""The public data sets, read from a folder beside the project; absent ones are said and left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[3] / "shared" / "data"


def skab() -> Iterator[tuple[str, pd.DataFrame]]:
    """Labelled files of the rig, with columns anomaly and changepoint."""
    for path in sorted((ROOT / "skab" / "other").glob("*.csv"), key=lambda path: int(path.stem)):
        yield path.stem, pd.read_csv(path, sep=";", index_col="datetime", parse_dates=True)


def skab_normal() -> pd.DataFrame:
    """The file without anomalies."""
    (path,) = (ROOT / "skab" / "anomaly-free").glob("*.csv")
    return pd.read_csv(path, sep=";", index_col="datetime", parse_dates=True)


def tep() -> pd.DataFrame:
    """Runs of the Tennessee Eastman process, one row a sample of three minutes."""
    return pd.read_parquet(ROOT / "tep" / "tep_d00_d10.parquet")


def injection() -> tuple[pd.DataFrame, pd.Series]:
    """Cycles of an injection moulding machine, and the quality class of each part."""
    table = pd.read_csv(ROOT / "injection" / "data.csv", sep=";")
    return table.drop(columns="quality"), table["quality"].astype(int)


def steel() -> tuple[pd.DataFrame, pd.Series]:
    """Surface defects of steel plates, and the kind of each."""
    table = pd.read_csv(ROOT / "steel" / "faults.csv")
    return table.drop(columns=["failure.type", "target"]), table["failure.type"].astype(int)


def ai4i() -> tuple[pd.DataFrame, pd.Series]:
    """Synthetic machining in order of time, with three features of physics: power, temperature difference, torque × wear."""
    table = pd.read_csv(ROOT / "ai4i" / "ai4i2020.csv", encoding="utf-8-sig")
    x = pd.DataFrame({
        "type": table["Type"].map({"L": 0, "M": 1, "H": 2}), "air": table["Air temperature [K]"],
        "process": table["Process temperature [K]"], "speed": table["Rotational speed [rpm]"], "torque": table["Torque [Nm]"],
        "wear": table["Tool wear [min]"],
    })  # fmt: skip
    x["power"] = x["torque"] * x["speed"] * 2 * 3.141592653589793 / 60
    x["heat"] = x["process"] - x["air"]
    x["strain"] = x["torque"] * x["wear"]
    return x, table["Machine failure"]


def cnc() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Milling runs at 100 ms: features, whether the tool is worn, and the run of each row."""
    runs = pd.read_csv(ROOT / "cnc" / "runs.csv").set_index("No")
    tables = []
    for path in sorted((ROOT / "cnc").glob("experiment_*.csv")):
        number = int(path.stem.rsplit("_", 1)[1])
        tables.append(pd.read_csv(path).assign(run=number, worn=int(runs.loc[number, "tool_condition"] == "worn")))
    table = pd.concat(tables, ignore_index=True)
    x = table.drop(columns=["run", "worn"]).select_dtypes("number")
    return x, table["worn"], table["run"]


def cmapss() -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Turbofans run to failure, turbofans cut off before it, and the true remaining life of these [cycles]."""
    names = ["unit", "cycle", *(f"setting_{k}" for k in range(1, 4)), *(f"s{k}" for k in range(1, 22))]
    train, test = (
        pd.read_csv(ROOT / "cmapss" / f"{part}_FD001.txt.gz", sep=r"\s+", header=None, names=names)
        for part in ("train", "test")
    )
    life = pd.read_csv(ROOT / "cmapss" / "RUL_FD001.txt.gz", header=None)[0]
    return train, test, life
