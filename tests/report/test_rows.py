"""Result rows as text: figures, bars, notes and order."""

from __future__ import annotations

import numpy as np
import pandas as pd

import smartfab as sf
from smartfab.remarks import REASONS, SENTENCES, because, sentence
from smartfab.report.evidence_lines import evidence
from smartfab.report.rows import in_order, shown


def kpi(**more):
    row = {
        "machine_id": "M1", "production_date": pd.Timestamp("2026-03-02"), "shift_id": "Ca1", "oee": 0.5, "availability": 1.0,
        "performance": 1.25, "quality": 0.4, "coverage": 1.0, "planned_s": 5400.0, "n_stops": 3, "total": 1500.5, "good": 12.5,
        "scrap": 0.0, "reason": None, "oee_low": 0.25, "oee_high": 0.75, "total_unknown": 0.0, "total_planned_stop": 0.0,
        "total_no_shift": 0.0,
    }  # fmt: skip
    return pd.DataFrame([{**row, **more}])


def test_figures_and_keys():
    (row,) = shown(kpi(), ["production_date", "shift_id", "machine_id"], "vi")
    assert row["keys"] == ["02/03/2026", "Ca1", "M1"]
    assert row["figures"]["performance"] == "125,0\xa0%"
    assert row["figures"]["planned_s"] == "1,5\xa0h"
    assert (row["figures"]["total"], row["figures"]["good"], row["figures"]["scrap"]) == ("1.500", "12,5", "0")
    assert (row["share"], row["notes"]) == ("50.0", [])


def test_bars_stay_in_their_cell():
    assert [row["share"] for row in shown(pd.concat([kpi(oee=1.7), kpi(oee=-0.1), kpi(oee=np.nan)]), [], "en")] == [
        "100.0", "0.0", "0",
    ]  # fmt: skip


def test_little_data_shows_its_bounds():
    (row,) = shown(kpi(reason="not enough data"), [], "vi")
    assert row["notes"] == ["chưa đủ dữ liệu; OEE nằm từ 25,0\xa0% đến 75,0\xa0%"]


def test_pieces_left_out_are_told():
    (row,) = shown(kpi(total_unknown=7.0, total_no_shift=1200.0), [], "en")
    assert row["notes"] == ["not in the figures: Pieces in unknown time: 7, Pieces outside shifts: 1,200"]


def test_no_key_is_a_dash():
    (row,) = shown(kpi(shift_id=None, production_date=pd.NaT), ["production_date", "shift_id"], "en")
    assert row["keys"] == ["–", "–"]


def test_order_is_the_plants(plant):
    rows = pd.concat([
        kpi(machine_id="Kiln01", shift_id="Ca1"), kpi(machine_id="stranger", shift_id="Ca1"),
        kpi(machine_id="<img src=x onerror=alert(1)>", shift_id="Ca1"), kpi(machine_id="Kiln01", shift_id="Ca 2 & 3"),
    ])  # fmt: skip
    ordered = in_order(rows, ["production_date", "shift_id", "machine_id"], plant)
    assert list(ordered["machine_id"]) == ["Kiln01", "<img src=x onerror=alert(1)>", "Kiln01", "stranger"]


def test_every_reason_of_the_engine_is_translated():
    states = pd.DataFrame({"machine_id": "M", "ts": pd.to_datetime(["2026-03-02T00:00Z"]), "state": ["setup"]})
    window = ("2026-03-02T00:00Z", "2026-03-02T01:00Z")
    data = sf.PlantData(states=states)
    reasons = set("; ".join(sf.oee.evaluate(data, *window)["reason"].dropna()).split("; "))
    assert reasons <= set(REASONS)
    assert because("no planned time; not enough data", "vi") == "không có thời gian kế hoạch; chưa đủ dữ liệu"
    assert because("no planned time", "en") == "no planned time"


def test_remarks_have_a_sentence_in_both_languages():
    assert all(en and vi and en != vi for en, vi in SENTENCES.values())
    assert sentence("counter_reset", "vi") == "bộ đếm bị đặt lại rồi đếm tiếp"
    assert sentence("something_new", "vi") == "something_new"


def test_evidence_is_in_local_time():
    found = {"code": "x", "where": "", "count": 1, "evidence": {
        "first": "2026-03-01T23:00:00+00:00", "was": 1371.0, "machines": ["A", "B"]}}  # fmt: skip
    assert evidence(found, "Asia/Ho_Chi_Minh", "vi") == "first=02/03/2026 06:00:00, was=1371, machines=A, B"
