"""One line on one production date: what the stages read, and what they made so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import pandas as pd

from smartfab.data import PlantData
from smartfab.findings import Finding
from smartfab.pipelines.pinned_model import PinnedModel
from smartfab.pipelines.pinned_store import PinnedStore
from smartfab.pipelines.production_days import window
from smartfab.plant import Plant

_ENTERED = ("stop_reasons", "orders", "reasons")


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


def _of_machines(entered: pd.DataFrame, plant: Plant) -> pd.DataFrame:
    if "machine_id" not in entered.columns:
        return entered
    mine = {machine.id for _, machine in plant.machines}
    return entered[entered["machine_id"].isin(mine) | entered["machine_id"].isna()].reset_index(drop=True)
