"""Hypothesis strategies for plants and their tables."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

import smartfab as sf
from tests.oracles import RANK, World

EPOCH = pd.Timestamp("2026-03-02T00:00:00Z")
SECONDS = st.integers(0, 300)
CATEGORIES = st.sampled_from(RANK)


def at(second: float) -> pd.Timestamp:
    return EPOCH + pd.Timedelta(seconds=second)


@st.composite
def spans(draw: st.DrawFn, shortest: int = 1) -> tuple[int, int]:
    start = draw(st.integers(0, 280))
    return start, start + draw(st.integers(shortest, 120))


@st.composite
def worlds(draw: st.DrawFn, *, with_counts: bool = True) -> World:
    """A machine of some minutes: states, shifts with breaks, gaps, late reasons and counts at whole seconds."""
    shifts = [
        (*draw(spans()), kind) for kind in draw(st.lists(st.sampled_from(["work", "work", "break", "holiday"]), max_size=4))
    ]
    reasons = [
        (*draw(spans()), draw(st.sampled_from(["unplanned_stop", "planned_stop", "setup"])), n)
        for n in range(draw(st.integers(0, 3)))
    ]
    counted = st.tuples(SECONDS, st.integers(0, 9), st.integers(0, 3))
    return World(
        states=draw(st.lists(st.tuples(SECONDS, CATEGORIES), max_size=12)),
        shifts=shifts,
        gaps=draw(st.lists(spans(), max_size=2)),
        reasons=reasons,
        counts=draw(st.lists(counted, min_size=1, max_size=8, unique_by=lambda row: row[0])) if with_counts else [],
        micro_stop=draw(st.integers(0, 30)),
    )


def plant_data(world: World, machine_id: str = "M1") -> sf.PlantData:
    """The tables of a world."""
    shifts = pd.DataFrame(
        [("A", at(start), at(end), kind == "work", kind) for start, end, kind in world.shifts],
        columns=["shift_id", "start", "end", "planned", "kind"],
    )
    reasons = pd.DataFrame(
        [(machine_id, at(start), at(end), f"why-{category}", at(recorded)) for start, end, category, recorded in world.reasons],
        columns=["machine_id", "start", "end", "reason_id", "recorded_at"],
    )
    book = pd.DataFrame({"reason_id": [f"why-{name}" for name in RANK], "category": RANK})
    gaps = pd.DataFrame(
        [(f"{machine_id}/state", at(a), at(b), False) for a, b in world.gaps],
        columns=["signal_id", "start", "end", "recovered"],
    )
    counts = pd.DataFrame(
        [(machine_id, at(s), good, scrap) for s, good, scrap in world.counts], columns=["machine_id", "ts", "good", "scrap"]
    )
    return sf.PlantData(
        states=pd.DataFrame([(machine_id, at(s), state) for s, state in world.states], columns=["machine_id", "ts", "state"]),
        shifts=shifts.astype({"start": sf.clock.UTC_DTYPE, "end": sf.clock.UTC_DTYPE, "planned": bool}),
        stop_reasons=reasons.astype(dict.fromkeys(("start", "end", "recorded_at"), sf.clock.UTC_DTYPE)),
        reasons=book,
        coverage=gaps.astype({"start": sf.clock.UTC_DTYPE, "end": sf.clock.UTC_DTYPE, "recovered": bool}),
        counts=counts if world.counts else None,
        products=pd.DataFrame({"product_id": ["P"], "ideal_cycle_s": [1.5]}),
        machines=pd.DataFrame({"machine_id": [machine_id], "line_id": ["L1"]}),
        tz="UTC",
    )
