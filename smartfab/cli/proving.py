"""The demo's improvement: proposed, planned, made and measured in a register of its own, against a gain that is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
import pandas as pd

_DAYS, _REPORT_DAYS = 75, 33
_AT = dt.date(2026, 4, 13)
_EXPECTED = 0.03
_KEYS = ["line_id", "shift_id", "production_date"]
_PEOPLE = {"author": "E0123", "leader": "L001"}


class Gain(TypedDict):
    """What was measured, with its interval, beside the truth [1]; and the word it earned."""

    estimate: float | None
    low: float | None
    high: float | None
    truth: float
    status: str


@dataclass(frozen=True)
class Proof:
    """The figures, and the sentence they are told in."""

    improvement_id: str
    gain: Gain
    sentence: str


class _Calendar:
    """Shows the day the story has come to."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def __call__(self) -> dt.datetime:
        return dt.datetime.combine(self.day, dt.time(5), dt.UTC)


def prove(db: Path, lang: str) -> Proof:
    """Simulate a line that is improved on a day, and let the register find out what that was worth.

    Parameters
    ----------
    db : Path
        File of the new register.
    lang : {"en", "vi"}
        Language of the sentence.

    Returns
    -------
    Proof
        The plan was made and frozen before the change, from rows before it.
    """
    from smartfab import oee
    from smartfab.improvements import Register, plan
    from smartfab.simulation import line

    sim = line(days=_DAYS, seed=7, machines=1, improvement={"at": _AT.isoformat(), "kind": "stops", "size": 0.5})
    rows = oee.evaluate(sim.data, sim.start, sim.end, by=_KEYS)
    before = rows[rows["production_date"] < pd.Timestamp(_AT)]
    name = sim.plant.lines[0].id
    calendar = _Calendar(_AT - dt.timedelta(days=7))
    with Register(f"sqlite:///{db}", clock=calendar) as register:
        imp = register.submit(
            title_vi="Thay cảm biến kẹt phôi", title_en="New jam sensor", problem="Máy dừng ngắn nhiều lần mỗi ca",
            solution="Thay cảm biến quang và chỉnh lại góc cấp phôi", authors=[(_PEOPLE["author"], 100)], line_id=name,
            kpi="oee", expected=_EXPECTED, by=_PEOPLE["author"],
        )  # fmt: skip
        register.transition(imp.id, "accepted", by=_PEOPLE["leader"])
        frozen = plan(
            before, report_days=_REPORT_DAYS, y="oee", treated=name, at=_AT.isoformat(), expected=_EXPECTED, controls=None
        )
        register.freeze(imp.id, frozen, by=_PEOPLE["leader"], override="demo" if frozen.status != "adequate" else None)
        calendar.day = _AT
        register.intervened(imp.id, at=_AT, kind="install", by=_PEOPLE["author"])
        calendar.day = sim.end.date()
        found = register.measure(imp.id, rows)
    truth = sim.truth.gain
    assert truth is not None  # noqa: S101  the line was improved
    low, high = found.interval
    gain = Gain(
        estimate=_known(found.estimate), low=_known(low), high=_known(high), truth=float(truth["gain"]), status=found.status
    )
    return Proof(imp.id, gain, found.sentence(lang))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
