"""The bundle made of raw samples, in memory or from a store."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError, TimeError

PLANT = sf.Plant.model_validate(
    {
        "plant": {"id": "p", "timezone": "Asia/Ho_Chi_Minh", "day_start": "06:00"},
        "shift": [{"id": "Ca1", "start": "06:00", "end": "14:00"}],
        "product": [{"id": "P", "ideal_cycle_s": 1.0}],
        "line": [
            {
                "id": "l",
                "namespaces": {"plc": "urn:plc"},
                "machine": [
                    {
                        "id": "M1",
                        "signals": {
                            "state": {"node": "plc;s=State", "role": "state", "map": {"3": "running", "5": "unplanned_stop"}},
                            "good": {"node": "plc;s=Good", "role": "good_count"},
                        },
                    }
                ],
            }
        ],
    }
)
SIX = pd.Timestamp("2026-03-02T06:00", tz="Asia/Ho_Chi_Minh")


def samples(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Signal, time of day at the plant, value."""
    return pd.DataFrame(
        [(f"M1/{signal}", pd.Timestamp(f"2026-03-02T{time}", tz="Asia/Ho_Chi_Minh"), value, 0) for signal, time, value in rows],
        columns=["signal_id", "ts", "value", "status"],
    )


ROWS = samples(
    ("state", "05:50", 3), ("good", "05:50", 100), ("good", "06:10", 110), ("state", "06:30", 5), ("good", "06:30", 125),
    ("state", "06:40", 3), ("good", "07:00", 150), ("state", "07:00", 5), ("good", "07:30", 400),
)  # fmt: skip


def bundle(frame: pd.DataFrame) -> sf.PlantData:
    return sf.PlantData.from_samples(frame, PLANT, SIX, SIX + pd.Timedelta("1h"))


def test_the_state_and_count_before_the_window_are_used():
    data = bundle(ROWS)
    assert data.states["state"].tolist() == ["running", "unplanned_stop", "running", "unplanned_stop"]
    kpis = sf.oee.evaluate(data, SIX, SIX + pd.Timedelta("1h"))
    assert kpis[["good", "run_s"]].to_numpy().tolist() == [[25, 3000]]
    assert (data.tz, data.day_start) == ("Asia/Ho_Chi_Minh", "06:00")
    assert data.shifts["shift_id"].unique().tolist() == ["Ca1"]
    assert data.products["ideal_cycle_s"].tolist() == [1.0]
    assert data.machines["machine_id"].tolist() == ["M1"]


def test_bare_dates_are_production_dates():
    whole = sf.PlantData.from_samples(ROWS, PLANT, "2026-03-02", "2026-03-03")
    assert whole.shifts[["start", "end"]].iloc[0].tolist() == [SIX, SIX + pd.Timedelta("8h")]


def test_a_stop_over_the_edge_of_two_windows_is_short_in_both():
    rows = samples(("state", "05:50", 3), ("good", "05:50", 1), ("state", "06:58", 5), ("state", "07:02", 3))
    for start in (SIX, SIX + pd.Timedelta("1h")):
        end = start + pd.Timedelta("1h")
        kpis = sf.oee.evaluate(sf.PlantData.from_samples(rows, PLANT, start, end), start, end)
        assert kpis["minor_stop_s"].tolist() == [120]


def test_a_count_over_a_gap_before_the_window_is_shared_over_all_of_it():
    rows = samples(("state", "06:00", 3), ("good", "06:00", 0), ("state", "07:30", 3), ("good", "07:31", 910))
    gap = pd.DataFrame({"signal_id": ["M1/state"], "start": [SIX], "end": [SIX + pd.Timedelta("90min")]})
    start, end = SIX + pd.Timedelta("1h"), SIX + pd.Timedelta("2h")
    late = sf.PlantData.from_samples(rows, PLANT, start, end, coverage=gap)
    kpis = sf.oee.evaluate(late, start, end)
    assert kpis[["total_unknown", "total"]].to_numpy().tolist() == [[900, 10]]


def test_a_gap_of_another_signal_hides_no_state():
    gap = pd.DataFrame({"signal_id": ["M1/good"], "start": [SIX], "end": [SIX + pd.Timedelta("5min")]})
    data = sf.PlantData.from_samples(ROWS, PLANT, SIX, SIX + pd.Timedelta("1h"), coverage=gap)
    assert sf.oee.evaluate(data, SIX, SIX + pd.Timedelta("1h"))["unknown_s"].tolist() == [0]


def test_a_plant_without_shifts_plans_all_time():
    plain = PLANT.model_copy(update={"shift": ()})
    assert sf.PlantData.from_samples(ROWS, plain, "2026-03-02", "2026-03-03").shifts is None


def test_each_finding_is_told_once():
    twice = pd.concat([ROWS, ROWS.iloc[[0]]], ignore_index=True)
    told = [(item["code"], item["where"]) for item in bundle(twice).findings]
    assert told
    assert len(told) == len(set(told))


def test_wrong_samples_and_windows_are_refused():
    with pytest.raises(TableError, match="signal_id"):
        bundle(ROWS.drop(columns="signal_id"))
    with pytest.raises(TimeError, match="end > start"):
        sf.PlantData.from_samples(ROWS, PLANT, SIX, SIX)


def test_a_store_gives_the_same_bundle(tmp_path):
    store = sf.open_store(tmp_path / "kho")
    store.append("samples", ROWS)
    stored = sf.PlantData.from_store(store, PLANT, SIX, SIX + pd.Timedelta("1h"))
    for name in ("states", "counts", "shifts", "products", "machines"):
        pd.testing.assert_frame_equal(getattr(stored, name), getattr(bundle(ROWS), name))


def test_a_store_is_read_no_further_back_than_asked(tmp_path):
    store = sf.open_store(tmp_path / "kho")
    store.append("samples", ROWS)
    far = sf.PlantData.from_store(store, PLANT, SIX, SIX + pd.Timedelta("1h"), before="1min")
    assert far.states["ts"].min() == SIX - pd.Timedelta("10min")  # silent signals are looked for 32 times as far
    near = sf.PlantData.from_store(store, PLANT, SIX, SIX + pd.Timedelta("1h"), before="10s")
    assert near.states["ts"].min() == SIX + pd.Timedelta("30min")


def test_a_gap_that_history_filled_later_is_none(tmp_path):
    store = sf.open_store(tmp_path / "kho")
    store.append("samples", ROWS)
    gap = {"signal_id": ["Press01/state"], "start": [SIX], "end": [SIX + pd.Timedelta("1min")], "cause": ["cut"]}
    for recovered, at in ((False, SIX), (True, SIX + pd.Timedelta("2min"))):
        store.append("coverage", pd.DataFrame({**gap, "recovered": [recovered], "recorded_at": [at]}))
    stored = sf.PlantData.from_store(store, PLANT, SIX, SIX + pd.Timedelta("1h"))
    assert stored.coverage is None or stored.coverage["recovered"].all()
