import numpy as np
import pytest

import smartfab as sf
from smartfab.plant_grammar import Signal
from smartfab.signals.ordering import ordered
from smartfab.signals.readings import as_flag, as_text, by_signal, category, instants
from tests.small_plants import BAD, UNCERTAIN, plant, samples


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        ((3.0, None), "running"),
        ((3.0, "Stopped"), "running"),  # the number is looked up first
        ((4.0, "Stopped"), "idle"),
        ((None, "Stopped"), "idle"),
        ((None, "3"), "running"),
        ((5.5, None), "off"),
        ((7.0, None), None),
        ((None, "setup"), "setup"),  # a category already
        ((None, "stopped"), None),
        ((None, None), None),
    ],
)
def test_map_keys_match_number_or_text(raw, state):
    signal = Signal.model_validate({"node": "x;s=a", "role": "state", "map": {"3": "running", "Stopped": "idle", "5.5": "off"}})
    assert category(signal, raw) == state


@pytest.mark.parametrize(("number", "state"), [(1.0, "running"), (0.0, "idle"), (2.0, None)])
def test_a_boolean_tag_may_be_mapped_by_true_and_false(number, state):
    signal = Signal.model_validate({"node": "x;s=a", "role": "state", "map": {"true": "running", "false": "idle"}})
    assert category(signal, (number, None)) == state


@pytest.mark.parametrize(
    ("raw", "text", "up"),
    [
        ((None, None), None, None), ((0.0, None), "0", False), ((17.0, None), "17", True), ((0.5, None), "0.5", True),
        ((None, ""), None, False), ((None, "false"), "false", False), ((None, "E12"), "E12", True), ((1.0, "E12"), "E12", True),
    ],
)  # fmt: skip
def test_raw_values_as_text_and_as_flag(raw, text, up):
    assert as_text(raw) == text
    assert as_flag(raw) is up


def test_readings_of_a_signal_hold_from_their_instant():
    table = ordered(samples(("a", 2, 1, BAD), ("b", 0, "x"), ("a", 5, None, UNCERTAIN)), plant({"a": {}, "b": {}}))
    readings = by_signal(table)
    a = readings["M/a"]
    times = np.array([sf.clock.micros(table["ts"]).min() + second * sf.clock.SECOND for second in (1, 2, 4, 5, 9)])
    assert a.in_effect(times).tolist() == [-1, 0, 0, 1, 1]
    assert a.bad.tolist() == [True, False]
    assert a.uncertain.tolist() == [False, True]
    assert readings["M/b"].text.tolist() == ["x"]


def test_instants_of_several_series_come_once_and_in_order():
    assert instants([np.array([1, 5, 9]), np.array([2, 5]), np.array([], dtype=np.int64)]).tolist() == [1, 2, 5, 9]
    assert instants([np.array([], dtype=np.int64)] * 2).tolist() == []
