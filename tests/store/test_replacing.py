"""A day of figures put in place of another: in one commit, once, and only where something differs."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import SchemaMismatchError, StoreError


def _oee(day="2026-03-02", machines=("Press01", "Press02"), oee=0.7):
    dates = pd.to_datetime([day] * len(machines)).as_unit("us")
    return pd.DataFrame({"production_date": dates, "machine_id": list(machines), "shift_id": "Ca1", "oee": oee})


def _states(start="2026-03-02T22:00Z", state="running", n=3):
    ts = pd.date_range(start, periods=n, freq="1h", unit="us")
    return pd.DataFrame({"machine_id": "Press01", "ts": ts, "state": state})


def test_only_that_day_is_replaced(store):
    store.replace_day("oee", "2026-03-01", _oee("2026-03-01"))
    store.replace_day("oee", "2026-03-02", _oee())
    assert store.replace_day("oee", dt.date(2026, 3, 2), _oee(machines=["Press01"], oee=0.8)) is True
    rows = store.read("oee")
    assert rows[["production_date", "oee"]].astype(str).to_numpy().tolist() == [
        ["2026-03-01", "0.7"], ["2026-03-02", "0.8"], ["2026-03-01", "0.7"],
    ]  # fmt: skip


def test_the_same_rows_again_make_no_version(store):
    assert store.replace_day("oee", "2026-03-02", _oee()) is True
    assert store.replace_day("oee", "2026-03-02", _oee().iloc[::-1]) is False
    assert sf.open_store(store.path).replace_day("oee", "2026-03-02", _oee()) is False
    assert len(store.history("oee")) == 2


def test_the_figure_before_stays_readable(store):
    store.replace_day("oee", "2026-03-02", _oee(oee=0.7))
    before = int(store.history("oee")["version"].max())
    store.replace_day("oee", "2026-03-02", _oee(oee=0.6), told={"samples": 12})
    assert store.read("oee")["oee"].unique().tolist() == [0.6]
    assert store.read("oee", as_of=before)["oee"].unique().tolist() == [0.7]


def test_states_of_a_production_date_need_no_date_of_their_own(store):
    """A production date reaches over midnight; the rows themselves do not say which one they are of."""
    store.replace_day("states", "2026-03-02", _states())
    store.replace_day("states", "2026-03-03", _states("2026-03-03T23:00Z"))
    store.replace_day("states", "2026-03-02", _states(state="idle", n=2))
    assert store.read("states")["state"].tolist() == ["idle", "idle", "running", "running", "running"]


def test_no_rows_empty_the_day(store):
    assert store.replace_day("oee", "2026-03-02", _oee().iloc[:0]) is False
    assert store.tables() == []
    store.replace_day("oee", "2026-03-02", _oee())
    assert store.replace_day("oee", "2026-03-02", _oee().iloc[:0]) is True
    assert len(store.read("oee")) == 0


def test_a_row_of_another_day_is_refused(store):
    with pytest.raises(SchemaMismatchError, match="1 of 3 rows of another production date"):
        store.replace_day("oee", "2026-03-02", pd.concat([_oee(), _oee("2026-03-03", ["Press01"])]))
    assert store.tables() == []


@pytest.mark.parametrize("table", ["samples", "products"])
def test_a_table_without_production_dates_is_refused(store, samples, table):
    frame = samples(1) if table == "samples" else pd.DataFrame({"product_id": ["P"], "machine_id": ["M"]})
    with pytest.raises(StoreError, match="not kept by production date"):
        store.replace_day(table, "2026-03-02", frame)


@pytest.mark.parametrize("day", ["2026-3-2", "yesterday", None, pd.NaT, pd.Timestamp("2026-03-02T06:00"), 20260302])
def test_what_is_no_day_is_refused(store, day):
    with pytest.raises(StoreError, match="expected a date such as 2026-03-02"):
        store.replace_day("oee", day, _oee())


def test_a_damaged_day_can_be_replaced(store, files):
    store.replace_day("oee", "2026-03-02", _oee())
    path = files(store.path)[0]
    path.write_bytes(path.read_bytes()[:200])
    assert store.replace_day("oee", "2026-03-02", _oee()) is True
    assert len(store.read("oee")) == 2


def test_of_two_that_replace_the_same_day_one_comes_after_the_other(store, monkeypatch):
    store.replace_day("oee", "2026-03-02", _oee(oee=0.1))
    table = store._table("oee")
    commit = table._commit

    def overtaken(handle, change):
        monkeypatch.setattr(table, "_commit", commit)
        sf.open_store(store.path).replace_day("oee", "2026-03-02", _oee(oee=0.2))
        commit(handle, change)

    monkeypatch.setattr(table, "_commit", overtaken)
    assert store.replace_day("oee", "2026-03-02", _oee(oee=0.3)) is True
    assert store.read("oee")["oee"].tolist() == [0.3, 0.3]
