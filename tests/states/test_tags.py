import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError
from smartfab.vocabulary import TABLES
from tests.small_plants import BAD, UNCERTAIN, at, codes, plant, samples, seconds

MAP = {"3": "running", "5": "unplanned_stop", "Rüsten": "setup"}
TAGGED = plant({"state": {"role": "state", "map": MAP}, "why": {"role": "reason"}})


def detect(*rows, plant=TAGGED):
    return sf.states.detect_states(samples(*rows), plant)


def told(table, *columns):
    plain = table[list(columns)].astype(object)
    return list(zip(seconds(table), *plain.where(pd.notna(plain), None).values.T.tolist(), strict=True))


def test_raw_values_become_categories_and_repeated_rows_stay():
    table = detect(("state", 0, 3), ("state", 10, 3), ("state", 20, 5), ("state", 30, "Rüsten"), ("state", 40, "idle"))
    assert told(table, "state") == [(0, "running"), (10, "running"), (20, "unplanned_stop"), (30, "setup"), (40, "idle")]
    assert set(table["source"]) == {"signal"}
    assert set(table["machine_id"]) == {"M"}


def test_columns_and_types_are_those_of_the_table():
    table = detect(("state", 0, 3, 0, 1))
    assert list(table) == [column.name for column in TABLES["states"].columns]
    assert table["server_ts"].tolist() == [at(1)]
    kinds = ["str", "datetime64[us, UTC]", "str", "str", "int64", "str", "datetime64[us, UTC]"]
    assert table.dtypes.astype(str).tolist() == kinds
    assert sf.states.detect_states(samples(), TAGGED).dtypes.equals(table.dtypes)


def test_a_bad_status_is_unknown_from_its_source_time_and_uncertain_is_kept():
    table = detect(("state", 0, 3), ("state", 10, 3, BAD), ("state", 20, 99, BAD), ("state", 30, 5, UNCERTAIN))
    assert told(table, "state", "status") == [
        (0, "running", 0), (10, "unknown", BAD), (20, "unknown", BAD), (30, "unplanned_stop", UNCERTAIN),
    ]  # fmt: skip
    assert codes(table) == {"state_bad": 2, "state_uncertain": 1, "no_samples": 1}


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_missing_value_is_unknown(nothing):
    table = detect(("state", 0, 3), ("state", 10, nothing), ("why", 0, ""))
    assert told(table, "state") == [(0, "running"), (10, "unknown")]
    assert codes(table) == {"state_null": 1}


def test_raw_values_that_are_not_mapped_are_all_listed():
    two = plant({"state": {"role": "state", "map": MAP}}).model_dump(by_alias=True)
    other = {**two["line"][0]["machine"][0], "id": "N"}
    both = sf.Plant.model_validate({**two, "line": [{**two["line"][0], "machine": [two["line"][0]["machine"][0], other]}]})
    table = samples(
        ("state", 0, 7), ("state", 1, 8), ("state", 2, 7), ("state", 3, 3), ("state", 4, "Fault"), ("state", 5, 9, BAD)
    )
    also = table.assign(signal_id="N/state").iloc[[1]]
    with pytest.raises(TableError) as error:
        sf.states.detect_states(pd.concat([table, also]), both)
    first, second = error.value.faults
    assert first.where == "signal M/state"
    assert first.found == "3 raw values that are not mapped: '7' (2 rows), '8' (1 rows), 'Fault' (1 rows)"
    assert "map = { 7 =" in first.remedy
    assert second.where == "signal N/state"
    assert "'8' (1 rows)" in second.found


def test_a_state_not_read_again_in_time_ends():
    slow = plant({"state": {"role": "state", "map": MAP, "max_gap": "1min"}})
    table = detect(("state", 0, 3), ("state", 60, 3), ("state", 150, 5, BAD), ("state", 300, 5), plant=slow)
    assert told(table, "state", "source") == [
        (0, "running", "signal"), (60, "running", "signal"), (120, "unknown", "derived"), (150, "unknown", "signal"),
        (300, "unplanned_stop", "signal"), (360, "unknown", "derived"),
    ]  # fmt: skip


def test_the_reason_in_effect_stands_at_each_state():
    table = detect(("why", -5, "R1"), ("state", 0, 5), ("state", 10, 3), ("why", 20, ""), ("state", 20, 3), ("state", 30, 5))
    assert told(table, "state", "reason_id") == [
        (0, "unplanned_stop", "R1"), (10, "running", "R1"), (20, "running", None), (30, "unplanned_stop", None),
    ]  # fmt: skip


def test_a_reason_that_changes_between_states_adds_a_row():
    table = detect(
        ("why", -9, "R0"), ("state", 0, 5, 0, 1), ("why", 3, "R0"), ("why", 5, "R1", 0, 6), ("why", 7, "R1"), ("why", 8, 0),
        ("state", 10, 3),
    )  # fmt: skip
    assert told(table, "state", "reason_id", "source") == [
        (0, "unplanned_stop", "R0", "signal"), (5, "unplanned_stop", "R1", "signal"), (8, "unplanned_stop", None, "signal"),
        (10, "running", None, "signal"),
    ]  # fmt: skip
    assert table["server_ts"].tolist()[:2] == [at(1), at(6)]


def test_numbers_are_reasons_too_but_zero_and_bad_ones_are_none():
    table = detect(("state", 0, 5), ("why", 1, 17), ("why", 2, 0), ("why", 3, "0"), ("why", 4, 18, BAD), ("why", 5, None))
    assert told(table, "reason_id") == [(0, None), (1, "17"), (2, None), (3, "0"), (4, None)]


def test_a_reason_before_any_state_adds_nothing():
    assert told(detect(("why", 0, "R1"), ("state", 5, 5)), "reason_id") == [(5, "R1")]


def test_machines_that_say_nothing_are_findings():
    table = detect(("why", 0, "R1"))
    assert len(table) == 0
    assert codes(table) == {"no_samples": 1}
    assert codes(detect(("good", 0, 1), plant=plant({"good": {"role": "good_count"}}))) == {"no_state_signal": 1}
