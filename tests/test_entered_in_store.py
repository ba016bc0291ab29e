"""What people enter joins the samples of a store, and `as_of` shows what was known before."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError

TZ = "Asia/Ho_Chi_Minh"
PLANT = sf.Plant.model_validate(
    {
        "plant": {"id": "p", "timezone": TZ, "day_start": "06:00"},
        "shift": [{"id": "Ca1", "start": "06:00", "end": "14:00"}],
        "product": [{"id": "P", "ideal_cycle_s": 1.0}, {"id": "Q", "ideal_cycle_s": 2.0}],
        "reason": [{"id": "MOLD", "category": "unplanned_stop"}, {"id": "MEAL", "category": "planned_stop"}],
        "line": [
            {
                "id": "l",
                "machine": [
                    {
                        "id": "M1",
                        "signals": {"state": {"path": "s", "role": "state"}, "good": {"path": "g", "role": "good_count"}},
                    },
                    {"id": "Hand"},
                ],
            }
        ],
    }
)
DAY = ("2026-03-02", "2026-03-03")


def at(time):
    return pd.Timestamp(f"2026-03-02T{time}", tz=TZ)


@pytest.fixture
def store(tmp_path):
    store = sf.open_store(tmp_path)
    rows = [("M1/state", "06:00", None, "running"), ("M1/state", "08:00", None, "unplanned_stop"),
    ("M1/state", "08:30", None, "running"),
            ("M1/state", "14:00", None, "off"), ("M1/good", "06:00", 0.0, None), ("M1/good", "10:00", 7200.0, None),
            ("M1/good", "13:59", 12600.0, None)]  # fmt: skip
    frame = pd.DataFrame(
        [(s, at(t), v, text, 0) for s, t, v, text in rows], columns=["signal_id", "ts", "value", "text", "status"]
    )
    store.append("samples", frame.astype({"text": "str"}))
    return store


def row(store, machine="M1", **options):
    data = sf.PlantData.from_store(store, PLANT, *DAY, **options)
    kpis = sf.oee.evaluate(data, *DAY, by=["machine_id"])
    return kpis.set_index("machine_id").loc[machine]


def moment():
    return pd.Timestamp.now(tz="UTC").ceil("us")


def test_a_correction_changes_the_figure_and_as_of_shows_the_old(store):
    sf.counts.assign_product(store, "M1", "P", at("05:00"), by="An")
    old = row(store)
    before = moment()
    sf.counts.correct(store, "M1", "2026-03-02", "Ca1", "P", scrap=25, good=-25, reason="KCS", by="An")
    new = row(store)
    assert (old["good"], new["good"], new["scrap"], new["total"]) == (12600, 12575, 25, 12600)
    assert new["quality"] == pytest.approx(12575 / 12600)
    assert row(store, as_of=before)["good"] == 12600


def test_a_reason_changes_what_a_stop_counts_as_and_the_latest_wins(store):
    assert row(store)["breakdown_s"] == 1800
    sf.states.assign_reason(store, "M1", at("08:00"), at("08:30"), "MOLD", by="An")
    before = moment()
    sf.states.assign_reason(store, "M1", at("08:00"), at("08:30"), "MEAL", by="Bình")
    assert (row(store)["breakdown_s"], row(store)["planned_stop_s"]) == (0, 1800)
    assert (row(store, as_of=before)["breakdown_s"], row(store, as_of=before)["planned_stop_s"]) == (1800, 0)
    assert store.read("stop_reasons")["by"].tolist() == ["An", "Bình"]


def test_a_changeover_says_what_ran_and_as_of_shows_the_old(store):
    sf.counts.assign_product(store, "M1", "P", at("05:00"), by="An")
    before = moment()
    sf.counts.assign_product(store, "M1", "Q", at("10:01"), by="An")
    assert row(store)["ideal_s"] == 7200 + 5400 * 2
    assert row(store, as_of=before)["ideal_s"] == 12600


def test_a_stop_log_is_the_state_of_a_machine_without_signals(store):
    stops = pd.DataFrame({"machine_id": "Hand", "start": [at("09:00")], "end": [at("09:20")], "reason_id": "MOLD", "by": "An",
                          "recorded_at": moment()})  # fmt: skip
    store.append("stops", stops)
    sf.counts.correct(store, "Hand", "2026-03-02", "Ca1", "P", good=20_000, scrap=100, reason="phiếu ca", by="An")
    hand = row(store, "Hand")
    assert hand[["breakdown_s", "run_s", "unknown_s", "good", "scrap"]].tolist() == [1200, 8 * 3600 - 1200, 0, 20_000, 100]
    assert hand["coverage"] == 1
    found = sf.PlantData.from_store(store, PLANT, *DAY).findings
    assert {item["code"] for item in found if item["where"] == "Hand"} & {"no_state_signal", "no_count_signal"} == set()


def test_a_stop_log_of_a_machine_with_signals_gives_its_reasons(store):
    stops = pd.DataFrame({"machine_id": "M1", "start": [at("07:58")], "end": [at("08:31")], "reason_id": "MEAL", "by": "An",
                          "recorded_at": moment()})  # fmt: skip
    store.append("stops", stops)
    assert row(store)[["planned_stop_s", "breakdown_s", "run_s"]].tolist() == [1800, 0, 27000]


def test_a_store_nobody_entered_anything_into_is_as_before(store):
    data = sf.PlantData.from_store(store, PLANT, *DAY)
    assert data.stop_reasons is None
    assert data.reasons["reason_id"].tolist() == ["MOLD", "MEAL"]


def test_an_entry_that_does_not_fit_is_refused_whole(store):
    with pytest.raises(TableError) as error:
        sf.states.assign_reason(store, "M1", at("08:30"), at("08:00"), "MOLD", by="")
    assert len(error.value.faults) == 2
    assert "stop_reasons" not in store.tables()
