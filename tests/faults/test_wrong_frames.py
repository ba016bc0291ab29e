"""Frames that do not fit: refused with what is wrong, and neither a row nor a file of them is there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import SchemaMismatchError
from smartfab.sources import Journal
from tests.faults.schedules import rows_of
from tests.faults.seeds import LIVES, seeds, told

HOW_MANY = max(10, LIVES // 2)
pytestmark = pytest.mark.faults


def _put(column, value):
    def spoil(frame, row):
        values = frame[column].astype(object).to_list() if column in frame else [None] * len(frame)
        values[row] = value
        return frame.assign(**{column: pd.Series(values, dtype=object)})

    return spoil


SPOILT = {
    "text in a number": _put("value", "1,5"),
    "truth in a number": _put("value", True),
    "half a status": _put("status", 0.5),
    "a status too great": _put("status", 2**63),
    "a naive time": _put("ts", pd.Timestamp("2026-03-02T06:00")),
    "no time": _put("ts", pd.NaT),
    "no signal": _put("signal_id", None),
    "a number for a signal": _put("signal_id", 7),
    "a list": _put("text", ["a"]),
    "a date as text": _put("ts", "2026-03-02"),
    "a column too many": lambda frame, _: frame.assign(note="x"),
    "a column too few": lambda frame, _: frame.drop(columns="ts"),
    "a column twice": lambda frame, _: pd.concat([frame, frame[["value"]]], axis=1),
    "nanoseconds": lambda frame, row: frame.assign(
        ts=frame["ts"].astype("datetime64[ns, UTC]") + pd.to_timedelta((np.arange(len(frame)) == row).astype(int), unit="ns")
    ),
    "unsigned, too great": lambda frame, row: frame.assign(
        status=np.where(np.arange(len(frame)) == row, np.uint64(2**63), np.uint64(0)).astype("uint64")
    ),
    "complex numbers": lambda frame, _: frame.assign(value=frame["value"].astype(complex)),
    "the partition": lambda frame, _: frame.assign(utc_day=pd.Timestamp("2026-03-02")),
}


def test_nothing_of_a_wrong_frame_is_there(room):
    store = sf.open_store(room / "store")
    store.append("samples", rows_of(0, 3), app_id="a", seq=0)
    before = store.read("samples")
    files = sorted(store.path.rglob("*.parquet"))
    with store.journal("line", flush_rows=10**9, flush_seconds=1e9) as journal:
        assert isinstance(journal, Journal)
        for seed in seeds(0, HOW_MANY, of=HOW_MANY):
            story = []
            with told(seed, story) as rng:
                name = rng.choice(sorted(SPOILT))
                story.append(name)
                frame = rows_of(10, 10 + rng.randint(1, 30))
                wrong = SPOILT[name](frame, rng.randrange(len(frame)))
                with pytest.raises(SchemaMismatchError):
                    store.append("samples", wrong, app_id="a", seq=1)
                with pytest.raises(SchemaMismatchError):
                    journal.append({"samples": wrong})
    assert sorted(store.path.rglob("*.parquet")) == files
    pd.testing.assert_frame_equal(store.read("samples"), before)
    assert store.append("samples", rows_of(10, 11), app_id="a", seq=1), "the number was used up"
