"""`check_source` passes the sources that ship, and finds out those that break a law."""

from __future__ import annotations

import pandas as pd
import pytest
from smartfab.connectors.files import FilesSource
from smartfab.connectors.opcua import OpcUaSource
from smartfab.connectors.opcua.simulator import SimulatorServer

from smartfab.errors import SignalNotFound, SourceUnavailable, TimeError
from smartfab.sources import JournalKeeper, SampleStore
from smartfab.tables import empty
from smartfab.testing import check_source
from smartfab.testing.memory_store import MemoryStore
from tests.connectors.opcua.small_line import START, small_line

LAWS = 15


def test_opc_ua_keeps_every_law():
    with SimulatorServer(small_line(), speed=float("inf")) as server:
        assert server.wait(60)
        laws = check_source(OpcUaSource(server.plant.line("press-1")), start=START, end=START + pd.Timedelta("1h"), seconds=1.0)
    assert len(laws) == LAWS


def test_files_keep_every_law_and_a_factory_will_do(tmp_path):
    (tmp_path / "a.csv").write_text("Tag;Time;Value\nM/x;2026-03-02 06:00Z;1\nM/x;2026-03-02 06:01Z;2\n", encoding="utf-8")
    assert len(check_source(lambda: FilesSource(tmp_path, settle_s=0.01), seconds=0.2)) == LAWS


class Sound:
    """A source of four samples, which keeps every law."""

    def __init__(self):
        ts = [START + pd.Timedelta(seconds=n) for n in (0, 1, 2, 3)]
        told = {
            "signal_id": ["M/a", "M/a", "M/b", "M/b"],
            "ts": pd.to_datetime(ts).as_unit("us"),
            "value": [1.0, 2.0, 3.0, 4.0],
        }
        self.rows = pd.concat([empty("samples"), pd.DataFrame({**told, "status": 0})], ignore_index=True)

    def read(self):
        return self.rows.drop_duplicates("signal_id", keep="last")

    def read_history(self, start, end, *, signals=None):
        first, last = pd.Timestamp(start), pd.Timestamp(end)
        if first.tzinfo is None or last <= first:
            raise TimeError("no window")
        if signals is not None and not set(signals) <= set(self.rows["signal_id"]):
            raise SignalNotFound("no such signal")
        inside = (self.rows["ts"] >= first) & (self.rows["ts"] < last)
        return self.rows[inside & (self.rows["signal_id"].isin(signals) if signals else True)].reset_index(drop=True)

    def read_history_batches(self, start, end, *, signals=None):
        whole = self.read_history(start, end, signals=signals)
        return iter([whole.iloc[:1], whole.iloc[1:]])

    def discover(self):
        return small_line().plant

    def watch(self, seconds):
        return self.rows.iloc[:0]

    def collect(self, store, *, stop):
        store.append("samples", self.rows, app_id="sound", seq=1)
        stop.wait()

    def health(self):
        return {"state": "idle"}

    def close(self):
        pass


def test_a_sound_source_passes():
    assert len(check_source(Sound(), seconds=0.05)) == LAWS


def broken(name, method):
    return type("Broken", (Sound,), {name: method})


def includes_the_end(self, start, end, *, signals=None):
    return (
        Sound.read_history(self, start, pd.Timestamp(end) + pd.Timedelta(1, "us"), signals=signals)
        if end != start
        else Sound.read_history(self, start, end)
    )


def ignores_signals(self, start, end, *, signals=None):
    return Sound.read_history(self, start, end)


def forgets(self, store, *, stop):
    try:
        store.append("samples", self.rows, app_id="s", seq=1)
    except OSError:
        stop.wait()


def collects_twice_the_number(self, store, *, stop):
    store.numbers.append(("s", 1))
    store.append("samples", self.rows, app_id="t", seq=1)
    store.numbers.append(("s", 1))


def never_finds(self, start, end, *, signals=None):
    return Sound.read_history(
        self, start, end, signals=[name for name in signals if name.startswith("M/")] if signals else None
    )


@pytest.mark.parametrize(
    ("name", "method", "law"),
    [
        ("read", lambda self: self.rows, "one row a signal"),
        ("read_history", includes_the_end, "two halves"),
        ("read_history", ignores_signals, "some signals"),
        (
            "read_history",
            lambda self, start, end, *, signals=None: Sound.read_history(self, start, end, signals=signals).iloc[::-1],
            "in order",
        ),
        ("read_history", never_finds, "SignalNotFound"),
        ("read_history_batches", lambda self, start, end, *, signals=None: iter([]), "in batches"),
        ("watch", lambda self, seconds: [], "watch"),
        ("collect", forgets, "refuses"),
        ("collect", collects_twice_the_number, "rising numbers"),
        ("health", lambda self: {"state": object()}, "health"),
        ("close", lambda self: setattr(self, "close", None), "twice"),
        ("read", lambda self: (_ for _ in ()).throw(SourceUnavailable("gone")), "one row a signal"),
    ],
)
def test_a_broken_law_is_named(name, method, law):
    with pytest.raises(AssertionError, match=law):
        check_source(broken(name, method)(), seconds=0.05)


def test_what_is_no_source_is_told_so_at_once():
    with pytest.raises(AssertionError, match=r"(?s)1 laws.*missing: .*collect"):
        check_source(object())


def test_the_store_of_the_trial_is_a_store():
    assert isinstance(MemoryStore(), SampleStore)
    assert isinstance(MemoryStore(), JournalKeeper)
    journal = MemoryStore().journal("x")
    assert journal.append({"samples": Sound().rows}) == 1
    assert journal.last_times()["M/b"] == START + pd.Timedelta(seconds=3)


def test_a_journal_of_the_trial_opened_again_goes_on_where_it_was():
    store = MemoryStore()
    with store.journal("x") as first:
        assert first.append({"samples": Sound().rows}) == 1
    again = store.journal("x")
    assert again.last_times()["M/b"] == START + pd.Timedelta(seconds=3)
    assert again.append({"samples": Sound().rows}) == 2
    assert len(store.appended) == 2
