"""What is made of a day: one function a step, each from the tables before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import pandas as pd

from smartfab import oee
from smartfab.data import PlantData
from smartfab.errors import InsufficientDataError
from smartfab.findings import Finding
from smartfab.pipelines.judged_parts import predictions
from smartfab.pipelines.pinned_model import PinnedModel
from smartfab.pipelines.pinned_store import PinnedStore
from smartfab.pipelines.production_days import window
from smartfab.plant import Plant

_ENTERED = ("stop_reasons", "orders", "reasons")
_HALF_HOUR_S = 1800.0
_NEAR_S = 120.0
_ENOUGH = 100


@dataclass
class Day:
    """One line on one production date, and what was made of it so far.

    Attributes
    ----------
    plant : Plant
        With this line only.
    date : date
        The production date.
    store : PinnedStore
        To read from.
    tables : dict of str to DataFrame
        What the stages before made.
    findings : list
        Remarks on the data.
    model : PinnedModel, optional
        What says which parts to hold.
    told : dict of str to dict
        What the log is to keep of a table besides the versions it was made from.
    every_line : Plant, optional
        The plant with all its lines.
    """

    plant: Plant
    date: dt.date
    store: PinnedStore
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    model: PinnedModel | None = None
    told: dict[str, dict[str, object]] = field(default_factory=dict)
    every_line: Plant | None = None

    @property
    def whole(self) -> Plant:
        """The plant with all its lines, where a part may come from."""
        return self.every_line or self.plant

    @cached_property
    def window(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """When the date begins and ends, half-open, in UTC."""
        return window(self.plant, self.date)

    @cached_property
    def data(self) -> PlantData:
        """States, counts and shifts from the samples, with what people entered."""
        start, end = self.window
        data = PlantData.from_store(cast("Any", self.store), self.plant, start, end)
        for name in _ENTERED:
            if getattr(data, name) is None:
                entered = self.store.read(name)
                if len(entered):
                    setattr(data, name, _of_machines(entered, self.plant))
        whole = PlantData(**{name: getattr(data, name) for name in data.TABLES}, tz=data.tz, day_start=data.day_start)
        whole.findings += data.findings
        return whole.validate()


def settled_clock(day: Day) -> dict[str, pd.DataFrame]:
    """Refuse a day whose machines' clocks are a whole number of half hours off, as a controller set to local time is.

    Parameters
    ----------
    day : Day
        The day.

    Returns
    -------
    dict
        Empty: this stage makes no table.

    Raises
    ------
    InsufficientDataError
        If the source's and the server's time differ by that much.
    """
    start, end = day.window
    names = [f"{machine.id}/{name}" for _, machine in day.plant.machines for name, s in machine.signals.items() if s.on_server]
    told = day.store.read("samples", start, end, signals=names, columns=["signal_id", "ts", "server_ts"])
    skew = (told["server_ts"] - told["ts"]).dt.total_seconds()
    for machine_id, seconds in skew.groupby(told["signal_id"].str.split("/").str[0]):
        typical = seconds.median()
        halves = round(typical / _HALF_HOUR_S) if seconds.notna().sum() >= _ENOUGH else 0
        if halves and abs(typical - halves * _HALF_HOUR_S) <= _NEAR_S:
            raise InsufficientDataError(
                f"the clock is {halves / 2:+g} h off the server's",
                where=f"machine {machine_id}, {day.date}",
                expected="times in UTC",
                remedy='Set the controller\'s clock to UTC, or write clock = "server" or clock_offset at its endpoint.',
            )
    return {}


def figures(day: Day) -> dict[str, pd.DataFrame]:
    """Make states, counts, account and oee of a day.

    Parameters
    ----------
    day : Day
        The day.

    Returns
    -------
    dict of str to DataFrame
        Rows of this line and this production date.
    """
    start, end = day.window
    data = day.data
    account = oee.time_account(data, start, end)
    rows = oee.evaluate(
        data, start, end, by=("machine_id", "shift_id", "production_date"), min_coverage=day.plant.plant.min_coverage
    )
    day.findings += rows.attrs.get("findings", [])
    made = {"account": account, "oee": rows}
    for name in ("states", "counts"):
        table: pd.DataFrame = getattr(data, name)
        made[name] = table[(table["ts"] >= start) & (table["ts"] < end)].assign(production_date=pd.Timestamp(day.date))
    return made


def _of_machines(entered: pd.DataFrame, plant: Plant) -> pd.DataFrame:
    if "machine_id" not in entered.columns:
        return entered
    mine = {machine.id for _, machine in plant.machines}
    return entered[entered["machine_id"].isin(mine) | entered["machine_id"].isna()].reset_index(drop=True)


Stage = Callable[[Day], dict[str, pd.DataFrame]]

STAGES: tuple[Stage, ...] = (settled_clock, figures)
"""In their order: one that fails stops its line."""

BESIDE: dict[str, Stage] = {"predictions": predictions}
"""Made after all of them, by the table each makes: one that fails is told by line, date and table, and the others are kept."""
