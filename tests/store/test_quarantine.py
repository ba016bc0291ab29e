"""Bad rows apart from good ones: none is lost, none is there twice."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import SchemaMismatchError, SmartfabError
from smartfab.store.layout import layout_of
from smartfab.store.quarantine import marks_of, waiting
from smartfab.store.sifting import place_of, sifted

T0 = pd.Timestamp("2026-03-02T06:00:00Z")
AFTER = pd.Timestamp("2300-01-01T00:00:00Z")


def rows(**more):
    whole = {"signal_id": ["a", "b", "c"], "ts": [T0] * 3, "value": [1.0, 2.0, 3.0], "status": [0, 0, 0]}
    return pd.DataFrame({**whole, **more})


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"signal_id": ["a", None, "c"]}, "signal_id: expected a value"),
        ({"value": [1.0, "x", 3.0]}, "value: expected numbers"),
        ({"value": [1.0, True, 3.0]}, "value: expected numbers"),
        ({"value": [1.0, math.inf, 3.0]}, "value: not finite, and the status is good"),
        ({"ts": [T0, pd.NaT, T0]}, "ts: expected a value"),
        ({"ts": [T0, AFTER, T0]}, "ts: more than a day ahead"),
        ({"ts": [T0, pd.Timestamp("2026-03-02T06:00:00"), T0]}, "ts: expected times with their zone"),
        ({"status": [0, 1.5, 0]}, "status: expected whole numbers"),
        ({"text": pd.Series(["", "\ud800", ""], dtype=object)}, "text: expected text"),
    ],
)
def test_one_bad_row_does_not_stop_the_others(store, more, reason):
    frame = rows(**more)
    with pytest.raises(SchemaMismatchError) if "finite" not in reason and "ahead" not in reason else np.errstate():
        store.append("samples", frame)
    good, aside = store.sift("samples", frame, source="a.csv")
    assert (good["signal_id"].tolist(), aside) == (["a", "c"], 1)
    (kept,) = store.read("quarantine").to_dict("records")
    assert (kept["table"], kept["source"]) == ("samples", "a.csv, row 2")
    assert kept["reason"].startswith(reason)
    assert (pd.Timestamp.now("UTC") - kept["recorded_at"]).total_seconds() < 60
    said = json.loads(kept["raw"])
    assert said.get("signal_id", "b") == "b"
    assert str(said.get("value", 2.0)) == str(frame["value"].iloc[1])


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_a_status_that_says_so_may_stand_beside_what_is_not_finite(store, value):
    told = rows(value=[1.0, value, 3.0], status=[0, 0x8000_0000, 0])
    assert len(store.sift("samples", told, source="a")[0]) == 3
    batch = pa.RecordBatch.from_pandas(told)
    good, bad = sifted(batch, layout_of("samples"), "a")
    assert (len(good), bad) == (3, [])


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_columns_of_arrow_know_nan_from_nothing(value):
    column = pa.array([1.0, value, None])
    names, ts = pa.array(["a", "b", "c"]), pa.array([T0] * 3, pa.timestamp("us", "UTC"))
    batch = pa.RecordBatch.from_arrays([names, ts, column], ["signal_id", "ts", "value"])
    good, bad = sifted(batch, layout_of("samples"), "wire")
    assert good["signal_id"].to_pylist() == ["a", "c"]
    assert [row.source for row in bad] == ["wire, row 2"]


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("stops", {"machine_id": "M", "start": T0, "end": T0 - pd.Timedelta("1s")}, "end: not after its start"),
        ("stop_reasons", {"machine_id": "M", "start": T0, "end": T0, "reason_id": "r"}, "end: not after its start"),
        ("entered_counts", {"machine_id": "M", "total": 1e13}, "total: not finite, or beyond 1e12 pieces"),
        ("events", {"source_id": "M", "ts": AFTER}, "ts: more than a day ahead"),
    ],
)
def test_what_can_be_stored_and_yet_cannot_be_true(store, table, row, reason):
    good, aside = store.sift(table, pd.DataFrame([row]), source="a")
    assert (len(good), aside) == (0, 1)
    assert store.read("quarantine")["reason"].iloc[0].startswith(reason)


def test_a_frame_of_another_form_is_no_frame_of_bad_rows(store):
    for frame in (rows().drop(columns="ts"), rows().assign(ts="now"), rows().assign(more=1)):
        with pytest.raises(SchemaMismatchError):
            store.sift("samples", frame, source="a")
    with pytest.raises(SmartfabError, match='"raise" or "quarantine"'):
        store.bearing("forget")


def test_the_same_again_puts_nothing_aside_twice(store):
    frame = rows(value=[1.0, "x", "x"])
    assert [store.sift("samples", frame, source="a.csv")[1] for _ in range(3)] == [2, 0, 0]
    grown = pd.concat([frame, rows(value=["y", 5.0, 6.0])], ignore_index=True)
    assert store.sift("samples", grown, source="a.csv")[1] == 1
    assert len(store.read("quarantine")) == 3


def test_what_was_taken_back_is_aside_no_more_until_it_comes_again(store):
    store.sift("samples", rows(value=[1.0, "x", "y"]), source="a")
    held = store.read("quarantine")
    store.append("quarantine", marks_of(held.iloc[:1]))
    assert waiting(store.read("quarantine"))["source"].tolist() == ["a, row 3"]


def test_a_journal_puts_rows_aside_in_the_same_batch(store):
    kept = store.bearing("quarantine")
    with kept.journal("press-1", flush_rows=10**9, flush_seconds=1e9) as journal:
        journal.append({"samples": rows(value=[1.0, math.inf, 3.0])})
        journal.append({"samples": rows(), "coverage": pd.DataFrame(
            [{"signal_id": "a", "start": T0, "end": T0 - pd.Timedelta("1s"), "cause": "cut"}])})  # fmt: skip
        told = journal.health()
        assert (told["appended"], told["quarantined_rows"], told["quarantined"]) == (5, 2, 0)
    assert kept.aside == {"press-1": 2}
    assert (len(store.read("samples")), len(store.read("quarantine")), len(store.read("coverage"))) == (5, 2, 0)
    assert store.verify().ok
    with store.journal("other") as journal, pytest.raises(SchemaMismatchError):
        journal.append({"samples": rows(signal_id=["a", None, "c"])})


VALUE = st.sampled_from([0.0, 1.5, "x", True, math.inf, -math.inf, None, 2**63 + 1])
TIME = st.sampled_from([T0, pd.NaT, AFTER, pd.Timestamp("2026-03-02T06:00:00"), "now"])
NAME = st.sampled_from(["a", "Máy ép/nhiệt độ", None, 7])
STATUS = st.sampled_from([0, 0x8000_0000, 1.5, None])


@given(st.lists(st.tuples(NAME, TIME, VALUE, STATUS), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_good_and_bad_together_are_all_rows(told):
    frame = pd.DataFrame(told, columns=["signal_id", "ts", "value", "status"], dtype=object)
    good, bad = sifted(frame, layout_of("samples"), "it")
    assert len(good) + len(bad) == len(frame)
    places = [place_of(row) for row in bad]
    assert places == sorted(set(places))
    rest = frame.drop(index=places)
    assert good["signal_id"].to_pylist() == rest["signal_id"].tolist()
    finite = [value if isinstance(value, float) and math.isfinite(value) else None for value in rest["value"]]
    assert good["value"].to_pylist() == finite
    again, none = sifted(good, layout_of("samples"), "it")
    assert (again.equals(good), none) == (True, [])


def test_a_job_that_bears_bad_rows_shares_the_tables(tmp_path):
    store = sf.open_store(tmp_path)
    job = store.bearing("quarantine")
    job.append("samples", rows())
    assert len(store.read("samples")) == 3
    assert (store.on_bad, job.on_bad) == ("raise", "quarantine")
