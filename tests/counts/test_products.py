import pandas as pd
import pytest

import smartfab as sf
from tests.small_plants import BAD, plant, samples

COUNTED = {"good": {"role": "good_count"}, "scrap": {"role": "reject_count"}}
TAGGED = {**COUNTED, "product": {"role": "product_id"}}
READ = [("good", second, second) for second in (0, 10, 20, 30)]


def products(signals, *rows, **more):
    table = sf.counts.count_pieces(samples(*READ, *rows), plant(signals, **more))
    return [None if pd.isna(name) else name for name in table["product_id"]]


def test_a_piece_is_of_the_product_in_effect_at_its_instant():
    assert products(TAGGED, ("product", 5, "A"), ("product", 20, "B"), ("product", 21, "C")) == [None, "A", "B", "C"]


def test_a_number_is_a_product_too_and_nothing_is_none():
    assert products(TAGGED, ("product", 0, 4711), ("product", 15, ""), ("product", 25, None)) == ["4711", "4711", None, None]


def test_a_bad_reading_does_not_change_the_product():
    assert products(TAGGED, ("product", 0, "A"), ("product", 15, "B", BAD), ("product", 30, "C")) == ["A", "A", "A", "C"]


def test_a_product_tag_that_never_spoke_leaves_the_product_unknown():
    assert products(TAGGED, product=[{"id": "A", "ideal_cycle_s": 1}]) == [None] * 4


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ([], [None] * 4),
        ([{"id": "A", "ideal_cycle_s": 1}], ["A"] * 4),
        ([{"id": "A"}], ["A"] * 4),
        ([{"id": "A", "ideal_cycle_s": 1}, {"id": "B", "rate_per_h": 60}], [None] * 4),
        ([{"id": "A", "ideal_cycle_s": {"M": 1}}, {"id": "B", "rate_per_h": {"N": 60}}], ["A"] * 4),
        ([{"id": "A", "ideal_cycle_s": 1, "valid_to": "2026-01-01"},
          {"id": "A", "ideal_cycle_s": 2, "valid_from": "2026-01-01"}], ["A"] * 4),
        ([{"id": "A", "ideal_cycle_s": 1, "valid_to": "2026-03-02"},
          {"id": "B", "ideal_cycle_s": 2, "valid_from": "2026-03-01"}], ["B"] * 4),
        ([{"id": "A", "valid_from": "2026-03-03"}], [None] * 4),
    ],
)  # fmt: skip
def test_without_a_tag_the_only_product_of_the_machine_is_made(made, expected):
    assert products(COUNTED, product=made) == expected


def test_the_only_product_changes_with_its_dates():
    made = [{"id": "A", "valid_to": "2026-03-02"}, {"id": "B", "valid_from": "2026-03-02"}]
    table = sf.counts.count_pieces(samples(("good", -1, 0), ("good", 0, 1)), plant(COUNTED, product=made))
    assert table["product_id"].tolist() == ["A", "B"]
