"""PlantData: the tables of a plant held against their declarations and each other, every fault at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import MissingColumnError, TableError, TimeError
from smartfab.findings import attach, finding
from smartfab.vocabulary import CATEGORIES

AT = pd.Timestamp("2026-03-02T06:00", tz="UTC")
HOUR = pd.Timedelta("1h")


def states(*raw: object) -> pd.DataFrame:
    return pd.DataFrame({"machine_id": "M1", "ts": [AT + n * HOUR for n in range(len(raw))], "state": list(raw)})


def counts(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"machine_id": ["M1", "M1"], "ts": [AT, AT + HOUR], "total": [3, 4]} | columns)


def test_every_fault_of_every_table_is_told_at_once():
    data = sf.PlantData(
        states=states("running").drop(columns="machine_id"),
        counts=counts(ts=["02/03/2026", "x"]),
        shifts=pd.DataFrame({"start": [AT.tz_localize(None)], "end": [AT]}),
        reasons=pd.DataFrame({"reason_id": ["R1"]}),
    )
    with pytest.raises(TableError) as told:
        data.validate()
    assert [(fault.table, fault.column) for fault in told.value.faults] == [
        ("states", "machine_id"),
        ("counts", "ts"),
        ("shifts", "start"),
        ("reasons", "category"),
    ]
    assert str(told.value).startswith("4 faults in PlantData:")


def test_every_contradiction_is_told_at_once_with_row_counts():
    intervals = pd.DataFrame({"start": [AT, AT, AT], "end": [AT + HOUR, AT, AT - HOUR]})
    data = sf.PlantData(
        states=states("running", "Chạy", "Dừng", "Chạy"),
        counts=counts(total=[1.0, np.inf]),
        shifts=intervals.assign(kind=["work", "party", None]),
        products=pd.DataFrame({"product_id": ["P", "Q", "R"], "ideal_cycle_s": [1.0, 0.0, None]}),
        reasons=pd.DataFrame({"reason_id": ["R1"], "category": ["lunch"]}),
    )
    with pytest.raises(TableError) as told:
        data.validate()
    assert [str(fault).split(";")[0] for fault in told.value.faults] == [
        "states.state: 3 of 4 rows hold what is none of ours: Chạy, Dừng",
        "reasons.category: 1 of 1 rows hold what is none of ours: lunch",
        "shifts.kind: 1 of 3 rows hold what is none of ours: party",
        "shifts.end: 2 of 3 rows end no later than they start, first at row 1",
        "counts.total: 1 of 2 rows not finite, or beyond 1e12, first at row 1",
        "products.ideal_cycle_s: 1 of 3 rows not positive, such as 0.0, first at row 1",
    ]
    assert type(told.value.faults[3]) is TimeError


def test_a_wrong_column_hides_no_contradiction_of_another_table():
    data = sf.PlantData(
        states=states("running").drop(columns="machine_id"),
        counts=counts(total=[1.0, np.inf]),
        products=pd.DataFrame({"product_id": ["P"], "ideal_cycle_s": [-1.0]}),
    )
    with pytest.raises(TableError) as told:
        data.validate()
    assert [(fault.table, fault.column) for fault in told.value.faults] == [
        ("states", "machine_id"), ("counts", "total"), ("products", "ideal_cycle_s"),
    ]  # fmt: skip


def test_an_error_leaves_the_bundle_as_it_was():
    given_counts, given_states = counts(ts=["2026-03-02T06:00:00Z", "2026-03-02T07:00:00.5Z"]), states("Chạy")
    data = sf.PlantData(states=given_states, counts=given_counts)
    for _ in range(2):
        with pytest.raises(TableError):
            data.validate()
    assert data.states is given_states
    assert data.counts is given_counts
    assert data.findings == []
    data.state_map = {"Chạy": "running"}
    assert data.validate().states["state"].tolist() == ["running"]


@pytest.mark.parametrize(
    ("raw", "state_map"),
    [
        ([3, 5], {3: "running", 5: "off"}),
        ([3, 5], {"3": "running", "5": "off"}),
        ([3.0, 5.0], {3: "running", 5: "off"}),
        (["3", "5"], {3.0: "running", 5.0: "off"}),
        ([True, False], {True: "running", False: "off"}),
        (["Chạy", "off"], {"Chạy": "running"}),
        (pd.Series(["Chạy", "Tắt"], dtype="category"), {"Chạy": "running", "Tắt": "off"}),
        ([np.int64(3), "5"], {np.int64(3): "running", "5": "off"}),
    ],
    ids=str,
)
def test_raw_states_are_mapped_as_number_or_text(raw, state_map):
    data = sf.PlantData(states=states(*raw), state_map=state_map).validate()
    assert data.states["state"].tolist() == ["running", "off"]


@given(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=20))
def test_a_map_that_renames_is_undone_by_its_inverse(told):
    renamed = {f"raw {n}": category for n, category in enumerate(CATEGORIES)}
    inverse = {category: raw for raw, category in renamed.items()}
    data = sf.PlantData(states=states(*(inverse[category] for category in told)), state_map=renamed)
    assert data.validate().states["state"].tolist() == told


@pytest.mark.parametrize(
    ("table", "kind", "said"),
    [
        (counts().drop(columns="total"), MissingColumnError, "neither total nor good"),
        (counts().drop(columns="ts"), MissingColumnError, "neither ts nor production_date with shift_id"),
        (counts().drop(columns="ts").assign(production_date="2026-03-02"), MissingColumnError, "neither ts nor"),
        (counts(ts=[AT, None]), TableError, "1 of 2 rows say no time, first at row 1"),
        (
            counts(ts=[AT, None], production_date=[None, "2026-03-02"], shift_id=["A", None]),
            TableError,
            "1 of 2 rows say no time",
        ),
    ],
)
def test_counts_must_say_how_many_and_when(table, kind, said):
    with pytest.raises(kind, match=said):
        sf.PlantData(counts=table).validate()


@pytest.mark.parametrize(
    "table",
    [
        counts(),
        counts().rename(columns={"total": "good"}),
        counts().drop(columns="ts").assign(production_date="2026-03-02", shift_id="A"),
        counts(ts=[AT, None], production_date=[None, "2026-03-02"], shift_id=[None, "A"]),
        counts(total=[3, -1]),
        counts(total=[3, None]),
        counts().iloc[:0],
    ],
)
def test_counts_as_plants_have_them(table):
    assert len(sf.PlantData(counts=table).validate().counts) == len(table)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "neither ideal_cycle_s nor rate_per_h"),
        ({"ideal_cycle_s": [-1.0]}, r"such as -1\.0"),
        ({"rate_per_h": [np.inf]}, "such as inf"),
        ({"ideal_cycle_s": [1.0], "parts_per_cycle": [0]}, "products.parts_per_cycle: 1 of 1 rows not positive"),
    ],
)
def test_speeds_must_be_possible(columns, said):
    with pytest.raises(TableError, match=said):
        sf.PlantData(products=pd.DataFrame({"product_id": ["P"]} | columns)).validate()


def test_unknown_speeds_are_null():
    table = pd.DataFrame({"product_id": ["P", "Q"], "ideal_cycle_s": [None, 2.0], "rate_per_h": [3600.0, None]})
    assert sf.PlantData(products=table).validate().products["ideal_cycle_s"].isna().tolist() == [True, False]


def test_naive_times_are_read_in_the_zone_of_the_plant():
    naive = states("running").assign(ts=pd.to_datetime(["2026-03-02 13:00"]))
    with pytest.raises(TimeError, match="give tz="):
        sf.PlantData(states=naive).validate()
    assert sf.PlantData(states=naive, tz="Asia/Ho_Chi_Minh").validate().states["ts"].tolist() == [AT]


def test_validating_twice_is_validating_once():
    data = sf.PlantData(states=attach(states("running"), [finding("gap", "M1", 2)]), counts=counts())
    once = data.validate()
    ready = once.states
    assert once is data
    assert data.validate().findings == [finding("gap", "M1", 2)]
    assert data.states is ready


def test_findings_of_the_tables_and_of_their_reading_are_kept():
    sharp = states("running").assign(ts=pd.Timestamp("2026-03-02T06:00:00.0000001", tz="UTC"))
    data = sf.PlantData(states=attach(sharp, [finding("gap", "M1")])).validate()
    data.note("odd", "M1", 3, why="seen")
    assert [(item["code"], item["where"], item["count"]) for item in data.findings] == [
        ("gap", "M1", 1),
        ("time_cut_to_microseconds", "states.ts", 1),
        ("odd", "M1", 3),
    ]


def test_a_bundle_says_what_it_holds():
    assert repr(sf.PlantData()) == "PlantData(empty)"
    assert repr(sf.PlantData(states=states("off"), counts=counts())) == "PlantData(states: 1 rows, counts: 2 rows)"


def test_what_is_given_is_not_changed():
    raw = states("Chạy")
    before = raw.copy(deep=True)
    sf.PlantData(states=raw, state_map={"Chạy": "running"}).validate()
    pd.testing.assert_frame_equal(raw, before)
