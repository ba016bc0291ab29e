"""Findings: JSON-ready, merged by code and place, at most a hundred, nothing forgotten."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.findings import MOST, attach, finding, findings_of, merged

CODES = st.sampled_from([f"code_{n}" for n in range(40)])
FINDINGS = st.lists(st.builds(finding, CODES, st.sampled_from(["", "M1", "M2", "M3", "M4"]), st.integers(1, 9)), max_size=300)


def rows(findings: list) -> int:
    return sum(item["count"] for item in findings)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (pd.Timestamp("2026-03-02T06:00", tz="UTC"), "2026-03-02T06:00:00+00:00"),
        (dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC), "2026-03-02T06:00:00+00:00"),
        (dt.date(2026, 3, 2), "2026-03-02"),
        (np.datetime64("2026-03-02T06:00:00", "us"), "2026-03-02T06:00:00"),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(1), True),
        (float("nan"), None),
        (np.nan, None),
        (pd.NaT, None),
        (pd.NA, None),
        (None, None),
        (float("inf"), "inf"),
        pytest.param({"b", "a"}, ["a", "b"], id="set"),
        (np.array([1.0, np.nan]), [1.0, None]),
        (pd.Series(["x", None]), ["x", None]),
        (tuple(range(20)), list(range(10))),
        (pd.Timedelta("5min"), "0 days 00:05:00"),
    ],
    ids=repr,
)
def test_evidence_is_plain(value, kept):
    evidence = finding("seen", value=value)["evidence"]
    assert evidence == {"value": kept}
    assert json.loads(json.dumps(evidence, allow_nan=False)) == evidence


@given(
    st.dictionaries(
        st.text(max_size=5), st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists)
    )
)
def test_any_evidence_is_json(evidence):
    told = finding("seen", where="M1", **{f"_{key}": value for key, value in evidence.items()})
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_equal_findings_are_added_up_and_the_first_evidence_is_kept():
    found = merged(
        [finding("reset", "M1", 2, at=1), finding("gap", "M1"), finding("reset", "M1", 3, at=2), finding("reset", "M2")]
    )
    assert found == [finding("reset", "M1", 5, at=1), finding("gap", "M1"), finding("reset", "M2")]


def test_merging_leaves_its_input_alone():
    first = finding("reset", "M1", 2)
    merged([first, finding("reset", "M1", 3)])
    assert first["count"] == 2


@given(FINDINGS, FINDINGS)
def test_at_most_a_hundred_are_kept_and_no_row_is_forgotten(one, other):
    once = merged([*one, *other])
    assert len(once) <= MOST
    assert rows(once) == rows(one) + rows(other)
    places = [(item["code"], item["where"]) for item in once]
    assert len(set(places)) == len(places)


@given(FINDINGS, FINDINGS)
def test_attaching_twice_is_attaching_at_once(one, other):
    table = attach(attach(pd.DataFrame(), one), other)
    again = attach(pd.DataFrame(), [*one, *other])
    assert len(table.attrs["findings"]) == len(again.attrs["findings"])
    assert rows(table.attrs["findings"]) == rows(again.attrs["findings"])
    assert merged(table.attrs["findings"]) == table.attrs["findings"]


def test_a_hundred_and_one_become_ninety_nine_and_the_rest():
    table = attach(pd.DataFrame(), [finding("gap", f"M{n}", n) for n in range(1, 102)])
    kept = table.attrs["findings"]
    assert len(kept) == MOST
    assert kept[0]["where"] == "M101"
    assert kept[-1] == finding("more_findings", count=1 + 2)
    attach(table, [finding("gap", "M500", 1)])
    assert [item["code"] for item in table.attrs["findings"]].count("more_findings") == 1
    assert table.attrs["findings"][-1]["count"] == 1 + 2 + 1


def test_what_is_beyond_is_counted_in_one_place_however_often_more_comes():
    table = attach(pd.DataFrame(), [finding("gap", f"M{n}") for n in range(150)])
    attach(table, [finding("reset", f"M{n}") for n in range(10)])
    kept = table.attrs["findings"]
    assert [item["code"] for item in kept].count("more_findings") == 1
    assert (len(kept), kept[-1]) == (MOST, finding("more_findings", count=160 - 99))


def test_findings_survive_what_pandas_does_with_a_table():
    table = attach(pd.DataFrame({"a": [1, 2]}), [finding("gap", "M1")])
    both = pd.concat([table, table])
    assert findings_of(both)["code"].tolist() == ["gap"]
    assert findings_of(table[table["a"] > 1])["where"].tolist() == ["M1"]


def test_a_table_without_findings_gives_an_empty_one():
    assert findings_of(pd.DataFrame()).to_dict("list") == {"code": [], "where": [], "count": [], "evidence": []}
