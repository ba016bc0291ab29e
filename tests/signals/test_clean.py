import math

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import ColumnTypeError, MissingColumnError, TableError, TimeError
from tests.small_plants import BAD, EPOCH, UNCERTAIN, at, codes, plant, samples, seconds

PLANT = plant({"a": {}, "b": {}, "state": {"role": "state", "map": {"9": "running", "5": "unplanned_stop", "3": "off"}}})


def test_rows_come_out_by_signal_and_time():
    clean = sf.signals.clean(samples(("b", 2, 1), ("a", 3, 2), ("b", 1, 3), ("a", 1, 4)), PLANT)
    assert list(zip(clean["signal_id"], seconds(clean), clean["value"], strict=True)) == [
        ("M/a", 1, 4), ("M/a", 3, 2), ("M/b", 1, 3), ("M/b", 2, 1),
    ]  # fmt: skip
    assert codes(clean) == {}


def test_rows_that_repeat_are_dropped_without_a_word():
    clean = sf.signals.clean(samples(("a", 1, 2), ("a", 2, 5), ("a", 1, 2)), PLANT)
    assert clean["value"].tolist() == [2, 5]
    assert codes(clean) == {}


def test_of_two_values_the_one_the_server_had_last_stays():
    clean = sf.signals.clean(samples(("a", 1, 7, 0, 30), ("a", 1, 9, 0, 20), ("a", 1, 8)), PLANT)
    assert clean["value"].tolist() == [7]
    assert codes(clean) == {"conflicting_samples": 1}


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([("a", 1, 1, BAD), ("a", 1, 2)], 1),  # the worse status
        ([("a", 1, 1), ("a", 1, 2)], 2),  # the larger number
        ([("a", 1, None), ("a", 1, -2)], -2),  # any number before none
        ([("state", 1, 5), ("state", 1, 3), ("state", 1, 9)], 3),  # off comes later than unplanned_stop
        ([("state", 1, 5), ("state", 1, 9)], 5),
    ],
)
def test_without_a_server_time_a_fixed_rule_decides(rows, kept):
    for order in (rows, rows[::-1]):
        clean = sf.signals.clean(samples(*order), PLANT)
        assert clean["value"].tolist() == [kept]
        assert codes(clean)["conflicting_samples"] == 1


def test_a_later_server_time_alone_is_no_conflict():
    clean = sf.signals.clean(samples(("a", 1, 7, 0, 30), ("a", 1, 7, 0, 20)), PLANT)
    assert clean["server_ts"].tolist() == [at(30)]
    assert codes(clean) == {}


def test_later_text_decides_between_texts():
    clean = sf.signals.clean(samples(("a", 1, "ab"), ("a", 1, "b"), ("a", 1, "a")), PLANT)
    assert clean["text"].tolist() == ["b"]


def test_signals_the_plant_does_not_know_are_left_out_and_counted():
    clean = sf.signals.clean(samples(("zz", 1, 1), ("a", 1, 2), ("zz", 2, 1), ("y", 0, 1)), PLANT)
    assert clean["signal_id"].tolist() == ["M/a"]
    found = sf.findings_of(clean)
    assert found[["code", "where", "count"]].values.tolist() == [["unknown_signal", "M/zz", 2], ["unknown_signal", "M/y", 1]]


def test_a_derived_signal_has_no_samples():
    derived = plant({"run": {"role": "flag"}, "state": {"rules": [{"when": "run", "is": "running"}]}})
    clean = sf.signals.clean(samples(("run", 1, 1), ("state", 1, 3)), derived)
    assert clean["signal_id"].tolist() == ["M/run"]
    assert codes(clean) == {"unknown_signal": 1}


def test_values_without_end_become_null():
    clean = sf.signals.clean(samples(("a", 1, math.inf), ("a", 2, -math.inf), ("a", 3, 1), ("b", 1, math.nan)), PLANT)
    assert clean["value"].isna().tolist() == [True, True, False, True]
    assert codes(clean) == {"non_finite_value": 2}


def test_bad_and_uncertain_rows_stay_and_are_counted():
    reserved, signed_bad = 0xC000_0000, BAD - 2**32
    clean = sf.signals.clean(
        samples(("a", 1, 1, BAD), ("a", 2, 2, UNCERTAIN), ("a", 3, 3, reserved), ("b", 1, 1, signed_bad), ("b", 2, 1, 0x2D)),
        PLANT,
    )
    assert len(clean) == 5
    found = sf.findings_of(clean)[["code", "where", "count"]].values.tolist()
    assert found == [["bad_status", "M/a", 2], ["bad_status", "M/b", 1], ["uncertain_status", "M/a", 1]]
    assert clean["status"].tolist() == [BAD, UNCERTAIN, reserved, BAD, 0x2D]


def test_columns_that_are_absent_are_filled_with_nothing():
    clean = sf.signals.clean(pd.DataFrame({"signal_id": ["M/a"], "ts": ["2026-03-02T00:00:01Z"], "text": ["x"]}), PLANT)
    assert list(clean) == ["signal_id", "ts", "value", "text", "status", "server_ts"]
    assert math.isnan(clean["value"][0])
    assert clean["status"].tolist() == [0]
    assert clean["server_ts"].isna().all()
    assert clean.dtypes.astype(str).tolist() == ["str", "datetime64[us, UTC]", "float64", "str", "int64", "datetime64[us, UTC]"]


def test_ids_come_out_as_plain_text():
    table = samples(("b", 1, 1), ("a", 1, 2))
    table["signal_id"] = table["signal_id"].astype("category")
    assert sf.signals.clean(table, PLANT)["signal_id"].tolist() == ["M/a", "M/b"]
    assert sf.signals.clean(table, PLANT)["signal_id"].dtype == "str"


def test_nothing_in_nothing_out():
    clean = sf.signals.clean(samples(), PLANT)
    assert len(clean) == 0
    assert clean.dtypes.equals(sf.signals.clean(samples(("a", 1, 1)), PLANT).dtypes)


def test_the_input_is_left_as_it_was():
    table = samples(("b", 1, math.inf, BAD), ("a", 1, 2), ("a", 1, 3))
    before = table.copy(deep=True)
    sf.signals.clean(table, PLANT)
    pd.testing.assert_frame_equal(table, before)


def test_a_table_of_a_million_rows_in_order_passes_unchanged():
    times = pd.date_range(EPOCH, periods=500_000, freq="1s", unit="us")
    table = pd.concat([pd.DataFrame({"signal_id": f"M/{name}", "ts": times, "value": np.arange(500_000.0)}) for name in "ab"])
    clean = sf.signals.clean(table.sample(frac=1, random_state=1), PLANT)
    assert clean["value"].tolist() == table["value"].tolist()


def test_faults_are_typed_and_told_at_once():
    with pytest.raises(MissingColumnError, match=r"samples\.ts"):
        sf.signals.clean(pd.DataFrame({"signal_id": ["M/a"]}), PLANT)
    with pytest.raises(TimeError, match="naive"):
        sf.signals.clean(pd.DataFrame({"signal_id": ["M/a"], "ts": [pd.Timestamp("2026-03-02")]}), PLANT)
    with pytest.raises(TableError) as error:
        sf.signals.clean(pd.DataFrame({"ts": ["2026-03-02T00:00Z"], "value": ["x"], "status": [0.5]}), PLANT)
    kinds = {type(fault) for fault in error.value.faults}
    assert len(error.value.faults) == 3
    assert kinds == {MissingColumnError, ColumnTypeError}
