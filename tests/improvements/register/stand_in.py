"""An engine that measures what it is told, a plan for it, and proposals: the register is tested, not the statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd

from smartfab.improvements.input_rows import rows_from
from smartfab.improvements.measurement import Measurement
from smartfab.improvements.plan_document import Plan

IDEA = {
    "title_vi": "Gá nhanh khuôn máy dập", "problem": "Thay khuôn mất 40 phút", "solution": "Gá côn thay bu lông",
    "authors": [("E0123", 60), ("E0456", 40)], "line_id": "L3", "kpi": "oee", "expected": (0.01, 0.02, 0.03), "by": "E0123",
}  # fmt: skip
FIVE_S = {
    "title_vi": "Kẻ vạch lối đi", "problem": "Xe nâng đi lẫn người", "solution": "Kẻ vạch vàng", "authors": [("E0123", 100)],
    "track": "no_measurement", "by": "E0123",
}  # fmt: skip


def plan(at="2026-04-01", **more):
    arguments = {
        "y": "oee", "time": "production_date", "unit": "line_id", "treated": "L3", "at": at, "controls": ["L1", "L2", "L4"],
        "level": 0.95, "expected": 0.02,
    }  # fmt: skip
    described = {"status": "adequate", "report_days": 45, "scale": 0.005, "dof": 80, "is_ratio": True}
    return Plan(arguments={**arguments, **more.pop("arguments", {})}, **{**described, **more})


def data(first="2026-01-01", days=150, lines=("L1", "L2", "L3", "L4")):
    dates = pd.date_range(first, periods=days, unit="us")
    frame = pd.MultiIndex.from_product([dates, lines], names=["production_date", "line_id"]).to_frame(index=False)
    return frame.assign(line_id=frame["line_id"].astype("str"), oee=np.linspace(0.6, 0.7, len(frame)))


class Engine:
    """Finds `status` with `grade`; remembers what it was asked."""

    def __init__(self):
        self.status, self.grade, self.asked = "gain_confirmed", "B", []

    def effect(self, frame, **arguments):
        self.asked.append(arguments)
        rows = frame.loc[frame["line_id"] == arguments["treated"]].reset_index(drop=True)
        return self._found(rows, arguments)

    def from_rows(self, stored, arguments):
        return self._found(rows_from(stored), arguments)

    def _found(self, rows, arguments):
        effects = pd.DataFrame({"date": rows["production_date"], "gap": rows["oee"] - rows["oee"].mean()})
        estimate = float(rows["oee"].std()) if self.status == "gain_confirmed" else 0.0
        return Measurement(
            status=self.status, estimate=estimate, interval=(estimate - 0.01, estimate + 0.01), grade=self.grade,
            method="controls", findings=(), effects=effects, rows=rows, arguments=arguments, is_ratio=True, scale=0.005, dof=80,
        )  # fmt: skip


def accepted(register, **more):
    imp = register.submit(**{**IDEA, **more})
    return register.transition(imp.id, "accepted", by="L001")


def measured(register, clock, **more):
    """An improvement that was planned, changed and measured in its order."""
    imp = accepted(register, **more)
    register.freeze(imp.id, plan(), by="E0123")
    clock.set("2026-04-01")
    register.intervened(imp.id, at="2026-04-01", kind="install", by="E0123")
    clock.set("2026-06-01")
    register.measure(imp.id, data())
    return register.get(imp.id)
