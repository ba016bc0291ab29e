"""Lines collected side by side: each into its own journal, none delayed by another, every change told once."""

from __future__ import annotations

import json
import sys
import threading
import urllib.error
import urllib.request

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import PlantError, SourceUnavailable, StoreError
from smartfab.pipelines import collection, metrics
from smartfab.pipelines.alerting import Alarm


def _plant(tmp_path, **more):
    security = {"allow_insecure": "test"}
    lines = [
        {"id": name, "endpoint": f"opc.tcp://127.0.0.1:1/{place}", "security": security, "machine": [{"id": f"M{place}"}]}
        for place, name in enumerate(("press-1", "Lò 1"))
    ]
    return sf.Plant.model_validate({"plant": {"id": "p", "timezone": "Asia/Ho_Chi_Minh"}, "line": lines, **more})


class Steady:
    """A source that journals one sample and then waits to be stopped."""

    def __init__(self, line):
        self.line = line
        self.given = threading.Event()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def collect(self, store, *, stop):
        with store.journal(self.line.id) as journal:
            frame = pd.DataFrame({"signal_id": f"{self.line.id}/x", "ts": [pd.Timestamp("2026-03-02T06:00Z")], "value": 1.0})
            journal.append({"samples": frame})
            self.given.set()
            stop.wait(60)

    def health(self):
        return {"state": "collecting", "appended": 1, "received": 1, "not_found": {}, "certificate_days": 12, "skew_s": 0.1}


class Down(Steady):
    def collect(self, store, *, stop):
        raise SourceUnavailable("connection refused", where=self.line.id)


def test_one_line_that_is_down_does_not_stop_the_other(store, tmp_path):
    made = {}

    def source(line):
        made[line.id] = (Down if line.id == "press-1" else Steady)(line)
        return made[line.id]

    told = []
    stop = threading.Event()
    threading.Thread(target=lambda: (_wait(made, "Lò 1"), stop.set())).start()
    gathering = sf.pipelines.collect(_plant(tmp_path), store, source=source, stop=stop, tell=told.append)
    assert list(gathering.failures) == ["press-1"]
    assert told[0].startswith("line press-1: SourceUnavailable: ")
    assert store.read("samples")["signal_id"].tolist() == ["Lò 1/x"]
    standing = sf.pipelines.status(store)
    assert standing.lines["press-1"]["error"].startswith("SourceUnavailable")
    assert standing.down == ["Lò 1", "press-1"]


def _wait(made, line_id):
    while line_id not in made or not made[line_id].given.wait(0.01):
        pass


def test_until_a_time_that_has_come_ends_at_once(store, tmp_path):
    gathering = sf.pipelines.collect(_plant(tmp_path), store, source=Steady, until="2026-03-02T06:00Z")
    assert gathering.failures == {}
    assert gathering.summary()["lines"]["press-1"]["error"] is None


def test_a_full_disk_is_waited_for(store, tmp_path, monkeypatch):
    monkeypatch.setattr(collection, "_RETRY_S", (0.01, 0.02))
    tries = []

    class Full(Steady):
        def collect(self, store, *, stop):
            tries.append(self.line.id)
            if tries.count(self.line.id) < 3:
                raise StoreError("No space left on device")
            stop.set()

    gathering = sf.pipelines.collect(_plant(tmp_path), store, source=Full, lines=["press-1"])
    assert gathering.failures == {}
    assert tries == ["press-1"] * 3


def test_the_source_is_found_by_the_scheme_of_the_endpoint(tmp_path, monkeypatch):
    line = _plant(tmp_path).line("press-1")

    class Entry:
        name = "opc.tcp"

        def load(self):
            return Steady

    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Entry()] if group == "smartfab.sources" else [])
    assert isinstance(collection.registered(line), Steady)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [])
    with pytest.raises(PlantError, match=r"no source for 'opc.tcp'; expected one of none is installed"):
        collection.registered(line)


def test_status_of_a_line_at_work(store):
    with store.journal("press-1") as journal:
        ts = pd.date_range("2026-03-02T06:00Z", periods=3, freq="1s")
        gap = pd.DataFrame({"signal_id": "Press01/x", "start": ts[:1], "end": ts[1:2], "cause": "cut"})
        journal.append({"samples": pd.DataFrame({"signal_id": "Press01/x", "ts": ts, "value": 1.0}), "coverage": gap})
        journal.drain()
        standing = sf.pipelines.status(store, now=pd.Timestamp("2026-03-02T06:01:02Z"))
        told = standing.lines["press-1"]
        assert told["collecting"] is True
        assert told["last_value_s"] == 60.0
        assert (told["waiting_rows"], told["gaps_today"], told["quarantined"]) == (0, 1, 0)
        assert told["journal_bytes"] > 0
        assert standing.warnings == ["press-1: 1 gaps today"]
    assert sf.pipelines.status(store).down == ["press-1"]


def test_an_alarm_tells_of_changes_only_also_after_a_restart(tmp_path):
    script = tmp_path / "alarm.py"
    script.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(sys.stdin.read() + '\\n')", "utf-8")
    out = tmp_path / "told.jsonl"

    def alarm():
        return Alarm((sys.executable, str(script), str(out)), "p", tmp_path / "state" / "alarms.state")

    assert alarm().set("line press-1", ok=True, detail="fine") is False
    assert alarm().set("line press-1", ok=False, detail="mất kết nối") is True
    assert alarm().set("line press-1", ok=False, detail="still") is False
    assert alarm().set("daily", ok=False, detail="x") is True
    assert alarm().set("line press-1", ok=True, detail="fine") is True
    told = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(item["what"], item["ok"]) for item in told] == [("line press-1", False), ("daily", False), ("line press-1", True)]
    assert told[0]["detail"] == "mất kết nối"


def test_an_alarm_that_cannot_run_stops_nothing(tmp_path):
    assert Alarm(("/no/such/program",), "p", tmp_path / "a.state").set("x", ok=False, detail="y") is False


def test_the_command_is_split_without_a_shell(tmp_path, store):
    plant = _plant(tmp_path, alert={"command": 'notify "nhà máy" $HOME'})
    assert plant.alert.words == ("notify", "nhà máy", "$HOME")
    assert isinstance(Alarm.of(plant, store), Alarm)
    assert Alarm.of(_plant(tmp_path), store) is None


def test_metrics_are_prometheus_text(store):
    health = {'a"b\\': {"received": 7, "reconnects": 2}}
    with store.journal('a"b\\') as journal:
        frame = pd.DataFrame({"signal_id": "a/b", "ts": [pd.Timestamp("2026-03-02T06:00Z")], "value": 1.0})
        journal.append({"samples": frame})
        with metrics.served("127.0.0.1:0", lambda: metrics.exposition(health, store.open_journals())) as (host, port):
            with urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=10) as answer:
                text = answer.read().decode()
                kind = answer.headers["Content-Type"]
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"http://{host}:{port}/", timeout=10)
    assert kind.startswith("text/plain; version=0.0.4")
    assert '\nsmartfab_collect_received_total{line="a\\"b\\\\"} 7\n' in text
    assert 'smartfab_collect_journalled_total{line="a\\"b\\\\"} 1\n' in text
    assert 'smartfab_collect_dropped_total{line="a\\"b\\\\"} 0\n' in text
    assert "# TYPE smartfab_collect_waiting_rows gauge" in text


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:x", "127.0.0.1:99999"])
def test_an_address_that_cannot_be_served_is_told(address):
    with pytest.raises(PlantError, match="a free address"), metrics.served(address, str):
        pass
