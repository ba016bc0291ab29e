"""Corrections and changeovers: added, never edited, with who and when."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError

T = pd.Timestamp("2026-03-02T00:00Z")


@pytest.fixture
def store(tmp_path):
    return sf.open_store(tmp_path)


def counts(*minutes, machine="M1", product=None):
    return pd.DataFrame(
        {"machine_id": machine, "ts": [T + pd.Timedelta(minutes=m) for m in minutes], "product_id": product, "good": 1.0}
    )


def changeovers(*rows):
    frame = pd.DataFrame(rows, columns=["minute", "product_id", "recorded"])
    times = {name: T + pd.to_timedelta(frame[key], unit="min") for name, key in (("ts", "minute"), ("recorded_at", "recorded"))}
    return frame.assign(machine_id="M1", by="An", **times)[["machine_id", "ts", "product_id", "by", "recorded_at"]]


def test_a_correction_is_a_row_that_is_added(store):
    before = pd.Timestamp.now(tz="UTC").floor("us")
    sf.counts.correct(store, "M1", "2026-03-02", "Ca1", "P", scrap=25, good=-25, reason="KCS kiểm lại", by="Bình")
    sf.counts.correct(store, "M1", "2026-03-02", "Ca1", "P", scrap=25, good=-25, reason="KCS kiểm lại", by="Bình")
    rows = store.read("entered_counts")
    assert len(rows) == 2
    assert rows[["good", "scrap", "total", "by", "reason"]].iloc[0].tolist() == [-25, 25, 0, "Bình", "KCS kiểm lại"]
    assert (rows["recorded_at"] >= before).all()
    assert rows["production_date"].iloc[0] == pd.Timestamp("2026-03-02")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"by": ""}, "by"), ({"reason": " "}, "reason"), ({"scrap": 0, "good": 0}, "nothing is added"),
        ({"good": float("nan")}, "finite"),
        ({"production_date": "02/03/2026"}, "production_date"),
    ],
)  # fmt: skip
def test_a_correction_without_its_parts_is_refused(store, change, said):
    given = {"production_date": "2026-03-02", "scrap": 1, "reason": "x", "by": "An", **change}
    day = given.pop("production_date")
    with pytest.raises(TableError, match=said):
        sf.counts.correct(store, "M1", day, "Ca1", "P", **given)
    assert store.tables() == []


def test_a_product_holds_from_its_changeover_to_the_next():
    table = sf.counts.with_products(counts(0, 5, 10, 15, 20), changeovers((5, "A", 0), (15, "B", 0)))
    assert table["product_id"].fillna("").tolist() == ["", "A", "A", "B", "B"]


def test_of_two_entries_for_one_instant_the_one_recorded_last_counts_in_any_order():
    rows = changeovers((5, "A", 0), (5, "C", 60), (15, "B", 0))
    for order in (rows, rows.iloc[::-1]):
        assert sf.counts.with_products(counts(5, 15), order)["product_id"].tolist() == ["C", "B"]


def test_before_the_first_changeover_the_product_is_what_it_was():
    assert sf.counts.with_products(counts(0, 5, product="P"), changeovers((5, "A", 0)))["product_id"].tolist() == ["P", "A"]
    other = sf.counts.with_products(counts(0, 5, machine="M2", product="P"), changeovers((0, "A", 0)))
    assert other["product_id"].tolist() == ["P", "P"]


def test_a_changeover_is_entered_with_who_and_when(store):
    sf.counts.assign_product(store, "M1", "P-200", "2026-03-02T08:00", by="An", tz="Asia/Ho_Chi_Minh")
    row = store.read("changeovers").iloc[0]
    assert (row["product_id"], row["by"], row["ts"].isoformat()) == ("P-200", "An", "2026-03-02T01:00:00+00:00")
    with pytest.raises(TableError, match="naive"):
        sf.counts.assign_product(store, "M1", "P-200", "2026-03-02T08:00", by="An")


def test_entered_counts_join_what_was_counted(store):
    sf.counts.correct(store, "M1", "2026-03-02", "Ca1", "P", good=-1, scrap=1, reason="x", by="An")
    joined = sf.counts.with_entered(counts(0), store.read("entered_counts"))
    assert joined["good"].tolist() == [1, -1]
    assert joined["ts"].isna().tolist() == [False, True]
    assert sf.counts.with_entered(None, store.read("stops")) is None
