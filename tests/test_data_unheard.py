"""A line whose collector died is unknown from then on; a line that is quiet, and one from files, are as their data say."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.data_unheard import still_open
from smartfab.pipelines.pinned_store import PinnedStore, pin
from smartfab.store.journals import heard_at
from tests.test_from_samples import PLANT, ROWS, SIX

END = SIX + pd.Timedelta("8h")
ONE_O_CLOCK, TWO = SIX + pd.Timedelta("7h"), SIX + pd.Timedelta("8h")


class Heard:
    """A store of the rows whose collector was last heard at a time."""

    def __init__(self, at):
        self.at, self.asked = at, []

    def read(self, table, start=None, end=None, *, signals=None, **_):
        if table != "samples":
            return sf.tables.empty(table)
        rows = sf.tables.conform(ROWS, "samples", tz="Asia/Ho_Chi_Minh")
        return rows[(rows["ts"] >= start) & (rows["ts"] < end) & rows["signal_id"].isin(signals)].reset_index(drop=True)

    def heard(self, name, server=None):
        self.asked.append((name, server))
        return self.at


def coverage(at):
    data = sf.PlantData.from_store(Heard(at), PLANT, SIX, END)
    (row,) = sf.oee.evaluate(data, SIX, END).to_dict("records")
    return row["coverage"], set(sf.findings_of(sf.oee.evaluate(data, SIX, END))["code"])


def test_after_the_collector_was_last_heard_nothing_is_known():
    known, codes = coverage(SIX + pd.Timedelta("2h"))
    assert known == pytest.approx(2 / 8)
    assert "not_heard_since" in codes


@pytest.mark.parametrize("at", [END, END + pd.Timedelta("30D"), END - pd.Timedelta("59s"), None])
def test_a_quiet_line_that_was_heard_stands_as_it_stood(at):
    known, codes = coverage(at)
    assert known == 1
    assert "not_heard_since" not in codes


def test_a_value_is_a_sign_of_life_whatever_the_collector_s_clock_says():
    known, _ = coverage(SIX - pd.Timedelta("1D"))
    assert known == pytest.approx(1.5 / 8)  # the newest value is of 07:30


def test_each_machine_is_asked_of_by_its_own_server():
    told = PLANT.model_dump(by_alias=True, exclude_none=True)
    told["line"][0]["machine"][0]["endpoint"] = "opc.tcp://press:4840"
    plant = sf.Plant.model_validate(told)
    store = Heard(SIX)
    still_open(store, plant, ROWS.iloc[:0], END, END)
    assert store.asked == [("l", "opc.tcp://press:4840")]


def test_a_store_knows_from_its_journals_without_owning_them(tmp_path):
    store = sf.open_store(tmp_path)
    assert store.heard("l") is None
    with store.journal("l") as journal:
        journal.append({"samples": ROWS}, alive={"opc.tcp://press:4840": 1_000_000})
        begun = store.heard("l")
        assert abs(begun - pd.Timestamp.now("UTC")) < pd.Timedelta("60s")
        assert store.heard("l", "opc.tcp://press:4840") == pd.Timestamp(1, unit="s", tz="UTC")
        assert store.heard("l", "opc.tcp://never-heard:4840") == begun
    assert PinnedStore(store, pin(store)).heard("l") >= begun
    assert sf.open_store(tmp_path).heard("m") is None


def test_a_journal_that_cannot_be_read_tells_nothing(tmp_path):
    store = sf.open_store(tmp_path)
    with store.journal("l") as journal:
        journal.append({"samples": ROWS})
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes()[:6] == b"SQLite"]
    file.write_bytes(b"no journal at all" * 999)
    assert heard_at(store.path, "l") is None
