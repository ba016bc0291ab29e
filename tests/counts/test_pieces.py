import pandas as pd
import pytest

import smartfab as sf
from tests.small_plants import BAD, UNCERTAIN, at, codes, plant, samples, seconds

GOOD, SCRAP, REWORK, TOTAL = ({"role": f"{name}_count"} for name in ("good", "reject", "rework", "total"))


def count(signals, *rows, **more):
    return sf.counts.count_pieces(samples(*rows), plant(signals, **more))


def told(table, *columns):
    plain = table[list(columns)].astype(object)
    return list(zip(seconds(table), *plain.where(pd.notna(plain), None).values.T.tolist(), strict=True))


def test_each_reading_is_a_row_with_the_pieces_since_the_one_before():
    table = count({"good": GOOD}, ("good", 0, 100), ("good", 5, 103), ("good", 9, 103), ("good", 12, 104))
    assert told(table, "total", "good", "scrap", "rework") == [
        (0, 0, 0, 0, 0),
        (5, 3, 3, 0, 0),
        (9, 0, 0, 0, 0),
        (12, 1, 1, 0, 0),
    ]
    assert list(table) == ["machine_id", "ts", "product_id", "total", "good", "scrap", "rework"]
    assert codes(table) == {"scrap_not_counted": 4}


def test_counters_meet_in_one_row_an_instant_and_what_was_not_read_is_null():
    table = count(
        {"good": GOOD, "scrap": SCRAP, "rework": REWORK},
        ("good", 0, 10), ("scrap", 0, 1), ("rework", 1, 0), ("good", 5, 12), ("scrap", 5, 2), ("rework", 7, 3), ("scrap", 9, 4),
    )  # fmt: skip
    assert told(table, "total", "good", "scrap", "rework") == [
        (0, 0, 0, 0, None), (1, 0, None, None, 0), (5, 3, 2, 1, None), (7, 3, None, None, 3), (9, 2, None, 2, None),
    ]  # fmt: skip
    assert codes(table) == {}


def test_two_counters_of_one_role_add_up():
    rows = [("left", 0, 0), ("right", 0, 7), ("left", 5, 2), ("right", 5, 8), ("scrap", 5, 0)]
    table = count({"left": GOOD, "right": GOOD, "scrap": SCRAP}, *rows)
    assert told(table, "good") == [(0, 0), (5, 3)]


ROWS = {"total": [0, 10, 20], "good": [0, 8, 15], "scrap": [0, 1, 3], "rework": [0, 1, 2]}


@pytest.mark.parametrize(
    ("signals", "expected", "finding"),
    [
        ("good scrap rework", [(10, 8, 1, 1), (10, 7, 2, 1)], {}),
        ("total scrap rework", [(10, 8, 1, 1), (10, 7, 2, 1)], {}),
        ("total scrap", [(10, 9, 1, 0), (10, 8, 2, 0)], {}),
        ("total good", [(10, 8, 2, 0), (10, 7, 3, 0)], {}),
        ("total good rework", [(10, 8, 1, 1), (10, 7, 2, 1)], {}),
        ("total good scrap rework", [(10, 8, 1, 1), (10, 7, 2, 1)], {}),
        ("total good scrap", [(10, 8, 1, 0), (10, 7, 2, 0)], {"counters_disagree": 3}),
        ("good rework", [(9, 8, 0, 1), (8, 7, 0, 1)], {"scrap_not_counted": 3}),
        ("total", [(10, None, None, None), (10, None, None, None)], {"quality_not_counted": 3}),
        ("total rework", [(10, None, None, 1), (10, None, None, 1)], {"quality_not_counted": 3}),
        ("scrap", [(None, None, 1, 0), (None, None, 2, 0)], {"good_not_counted": 3}),
        ("rework", [(None, None, None, 1), (None, None, None, 1)], {"good_not_counted": 3}),
    ],
)
def test_what_is_not_counted_follows_from_the_rest_or_is_unknown(signals, expected, finding):
    roles = {"total": TOTAL, "good": GOOD, "scrap": SCRAP, "rework": REWORK}
    rows = [(name, 10 * n, value) for name in signals.split() for n, value in enumerate(ROWS[name])]
    table = count({name: roles[name] for name in signals.split()}, *rows)
    assert [row[1:] for row in told(table, "total", "good", "scrap", "rework")][1:] == expected
    assert codes(table) == finding


def test_counters_read_at_different_instants_may_pass_below_zero_and_sum_right():
    table = count({"total": TOTAL, "scrap": SCRAP}, ("total", 0, 0), ("scrap", 0, 0), ("scrap", 4, 1), ("total", 5, 3))
    assert told(table, "total", "good", "scrap") == [(0, 0, 0, 0), (4, 0, -1, 1), (5, 3, 3, None)]
    assert codes(table) == {"negative_pieces": 1}


def test_bad_and_missing_readings_are_left_out():
    table = count(
        {"good": GOOD, "scrap": SCRAP},
        ("scrap", 0, 0), ("good", 0, 10), ("good", 5, 0, BAD), ("good", 6, None), ("good", 7, 12, UNCERTAIN),
        ("good", 8, 15),
    )  # fmt: skip
    assert told(table, "good") == [(0, 0), (7, 2), (8, 3)]
    assert codes(table) == {"counter_bad_status": 1, "counter_missing": 1}


def test_resets_wraps_and_jumps_are_found_by_signal():
    table = count(
        {"good": {**GOOD, "max_value": 255}, "scrap": {**SCRAP, "max_rate": 1}},
        ("good", 0, 250), ("good", 5, 4), ("good", 9, 100), ("good", 10, 3), ("scrap", 0, 0), ("scrap", 5, 5),
        ("scrap", 10, 999),
    )  # fmt: skip
    found = sf.findings_of(table)
    assert set(zip(found["code"], found["where"], found["count"], strict=True)) == {
        ("counter_wrap", "M/good", 1), ("counter_reset", "M/good", 1), ("counter_jump", "M/scrap", 1),
    }  # fmt: skip
    assert (table["good"].sum(), table["scrap"].sum()) == (10 + 96 + 3, 5)


def test_a_machine_without_counters_or_samples_has_no_rows():
    assert codes(count({"state": {"role": "state"}}, ("state", 0, "running"))) == {"no_count_signal": 1}
    table = count({"good": GOOD})
    assert len(table) == 0
    assert codes(table) == {"no_samples": 1}
    assert table.dtypes.equals(count({"good": GOOD}, ("good", 0, 1)).dtypes)


def test_a_counter_that_was_only_bad_has_no_rows():
    table = count({"good": GOOD}, ("good", 0, 1, BAD), ("good", 5, None))
    assert len(table) == 0
    assert codes(table)["counter_bad_status"] == 1


def test_a_reset_inside_a_gap_is_a_finding_of_its_own():
    rows = [("good", 0, 100), ("good", 5, 103), ("good", 60, 20), ("good", 70, 5)]
    gap = pd.DataFrame({"signal_id": ["M/good", "M/other"], "start": [at(10), at(60)], "end": [at(50), at(70)]})
    table = sf.counts.count_pieces(samples(*rows), plant({"good": GOOD}), coverage=gap)
    assert codes(table)["counter_reset_in_gap"] == 1
    assert codes(table)["counter_reset"] == 2
    filled = sf.counts.count_pieces(samples(*rows), plant({"good": GOOD}), coverage=gap.assign(recovered=True))
    assert "counter_reset_in_gap" not in codes(filled)
