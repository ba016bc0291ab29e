"""One part of a job: one line on one production date. It reads pinned versions, returns small tables, and writes nothing."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from smartfab.bad_rows import BadRow, OnBad
from smartfab.errors import SmartfabError
from smartfab.findings import Finding
from smartfab.pipelines import stages
from smartfab.pipelines.line_day import Day
from smartfab.pipelines.pinned_model import PinnedModel
from smartfab.pipelines.pinned_store import PinnedStore
from smartfab.plant import Plant
from smartfab.store import Store


@dataclass(frozen=True)
class Part:
    """What a worker is asked for; small, and picklable."""

    store: Path
    plant: Plant
    line_id: str
    date: dt.date
    versions: Mapping[str, int]
    on_bad: OnBad = "raise"
    model: PinnedModel | None = None

    @property
    def key(self) -> str:
        """How a part is told of, when it fails."""
        return f"{self.line_id} {self.date}"


@dataclass
class Made:
    """What a part made, or why it could not.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Rows of this line and date.
    findings : list
        Remarks on the data.
    error : str or None
        What stopped it.
    bad : list
        Rows that were left out, since they cannot be true.
    lost : dict of str to str
        Tables beside the figures that could not be made, and why.
    told : dict of str to dict
        What the log is to keep of a table.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    error: str | None = None
    bad: list[BadRow] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    told: dict[str, dict[str, object]] = field(default_factory=dict)


def compute(part: Part, *, alone: bool = True) -> Made:
    """Compute one part.

    Parameters
    ----------
    part : Part
        Which one.
    alone : bool
        False in a worker beside others: libraries then use one thread each.

    Returns
    -------
    Made
        Its tables; or the error, which stops no other part. What is made beside the figures stops no figure.
    """
    if not alone:
        import pyarrow as pa

        pa.set_cpu_count(1)
        pa.set_io_thread_count(1)
    plant = part.plant.model_copy(update={"line_": (part.plant.line(part.line_id),)})
    store = PinnedStore(Store(part.store), part.versions, on_bad=part.on_bad)
    day = Day(plant, part.date, store, model=part.model, every_line=part.plant)
    try:
        for stage in stages.STAGES:
            day.tables |= stage(day)
    except Exception as error:  # noqa: BLE001  whatever it is, the other parts go on and this one is told by its key
        return Made(findings=day.findings, error=_why(error))
    lost = {}
    for name, stage in stages.BESIDE.items():
        try:
            day.tables |= stage(day)
        except Exception as error:  # noqa: BLE001  whatever it is, the figures are kept and this table is told by its name
            lost[name] = _why(error)
    for table in day.tables.values():
        table.attrs = {}
    return Made(day.tables, day.findings, bad=store.bad, lost=lost, told=day.told)


def _why(error: Exception) -> str:
    told = f"{type(error).__name__}: {error}"
    return told if isinstance(error, SmartfabError) else f"{told}\n{traceback.format_exc()}"
