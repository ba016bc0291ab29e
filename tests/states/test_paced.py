import pytest

import smartfab as sf
from smartfab.errors import PlantError
from tests.small_plants import BAD, codes, plant, samples, seconds


def paced(after="3s", **more):
    state = {
        "from_counter": "good",
        "stopped_after": after,
        **({"otherwise": more.pop("otherwise")} if "otherwise" in more else {}),
    }
    return plant({"good": {"role": "good_count"}, "state": state}, **more)


def detect(*counts, plant):
    table = sf.states.detect_states(samples(*(("good", *row) for row in counts)), plant)
    return list(zip(seconds(table), table["state"], strict=True)), table


def test_a_machine_runs_until_its_pause_has_passed_without_a_piece():
    rows, table = detect((0, 5), (1, 6), (3, 7), (6, 8), (7, 8), (9, 8), (10, 8), (12, 9), plant=paced())
    assert rows == [
        (0, "unknown"), (1, "running"), (3, "running"), (6, "running"), (7, "running"), (9, "unplanned_stop"),
        (10, "unplanned_stop"), (12, "running"), (15, "unplanned_stop"),
    ]  # fmt: skip
    assert set(table["source"]) == {"derived"}


def test_a_machine_that_never_counts_stands_after_the_pause():
    rows, _ = detect((0, 5), (1, 5), (4, 5), plant=paced(otherwise="idle"))
    assert rows == [(0, "unknown"), (1, "unknown"), (3, "idle"), (4, "idle")]


def test_a_bad_reading_is_unknown_until_the_next_piece_or_pause():
    rows, table = detect((0, 5), (1, 6), (2, 6, BAD), (6, 6), (7, 7), (8, None), (20, 7), plant=paced())
    assert rows == [
        (0, "unknown"), (1, "running"), (2, "unknown"), (6, "unknown"), (7, "running"), (8, "unknown"), (20, "unknown"),
        (23, "unplanned_stop"),
    ]  # fmt: skip
    assert codes(table) == {"state_bad": 2}


def test_a_reset_counts_from_zero():
    rows, _ = detect((0, 5), (1, 0), (2, 1), plant=paced())
    assert rows == [(0, "unknown"), (1, "unknown"), (2, "running"), (5, "unplanned_stop")]


@pytest.mark.parametrize(
    ("products", "pause"),
    [
        ([{"id": "A", "ideal_cycle_s": 2.0}, {"id": "B", "ideal_cycle_s": {"M": 1.5}}], 4.5),
        ([{"id": "A", "ideal_cycle_s": 2.0}, {"id": "B", "ideal_cycle_s": {}}, {"id": "C"}], 6),
        ([{"id": "A", "rate_per_h": 1800}], 6),
        ([{"id": "A", "ideal_cycle_s": 2.0, "parts_per_cycle": 4}], 6),
        ([{"id": "A", "rate_per_h": 7200, "parts_per_cycle": 4}], 6),
    ],
)
def test_cycles_are_those_of_the_fastest_product(products, pause):
    rows, _ = detect((0, 0), (1, 1), plant=paced("3 cycles", product=products))
    assert rows[-1] == (1 + pause, "unplanned_stop")


def test_cycles_without_a_product_are_a_fault_of_the_plant():
    with pytest.raises(PlantError, match=r"machine M.*ideal cycle"):
        detect((0, 0), plant=paced("3 cycles"))


@pytest.mark.parametrize("after", [None, "0 cycles", "soon", "0s", "-1s"])
def test_a_pause_that_is_none_is_refused_when_the_plant_is_read(after):
    with pytest.raises(ValueError, match="stopped_after"):
        paced(after)


def test_a_counter_read_too_slowly_for_its_pause_is_told():
    _, table = detect((0, 0), (10, 10), (20, 20), (30, 30), (300, 31), plant=paced())
    assert codes(table) == {"counter_read_too_slowly": 3}


def test_a_state_does_not_change_when_more_samples_come_in():
    counts = [(0, 5), (1, 6), (2, 7), (9, 8), (10, 8, BAD), (11, 9), (30, 9), (31, 2), (32, 3)]
    whole, _ = detect(*counts, plant=paced())
    for known in range(1, len(counts)):
        now = counts[known - 1][0]
        early, _ = detect(*counts[:known], plant=paced())
        assert [row for row in early if row[0] <= now] == [row for row in whole if row[0] <= now]
