"""`smartfab demo`: nothing lost, nothing twice, the OEE that is true, and a folder it may call its own."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import smartfab as sf
from smartfab.cli import demo_folder, rehearsal, verdict
from smartfab.improvements import Register
from smartfab.testing.memory_store import MemoryStore


@pytest.fixture
def demo(run, tmp_path):
    return lambda *options: run("demo", "--out", tmp_path / "demo", "--days", "0.05", "--playing", "1", *options)


@pytest.mark.usefixtures("quick_trees")
def test_the_whole_way(demo, tmp_path, run, monkeypatch):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "report.html").write_text("of an earlier demo", encoding="utf-8")
    (folder / demo_folder.MARK).write_text("", encoding="utf-8")
    ended = demo("--lang", "en")
    assert (ended.code, ended.errors) == (0, [])
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert set(summary) - {"defects"} == {
        "seconds",
        "collect",
        "oee",
        "gain",
    }  # too few defects to learn from: none are made up
    assert summary["collect"]["lost"] == summary["collect"]["duplicated"] == 0
    assert summary["collect"]["samples"] == summary["collect"]["truth"] > 1000
    truth = sf.simulation.line(days=0.05).truth
    assert summary["oee"]["truth"] == pytest.approx(truth.oee)
    assert summary["oee"]["value"] == pytest.approx(truth.oee, abs=0.002)
    assert summary["oee"]["abs_error"] == pytest.approx(abs(summary["oee"]["value"] - truth.oee))
    assert [row["machine_id"] for row in summary["oee"]["machines"]] == ["Press01", "Dryer01", "Kiln01"]
    assert all(row["abs_error"] <= 0.002 for row in summary["oee"]["machines"])
    gain = summary["gain"]
    assert set(gain) == {"estimate", "low", "high", "truth", "status"}
    assert gain["low"] < gain["truth"] < gain["high"]
    assert gain["low"] < gain["estimate"] < gain["high"]
    with Register(f"sqlite:///{folder / 'register.db'}") as register:
        (imp,) = register.search()
        assert (imp.state, imp.late, register.audit.verify().ok) == (gain["status"], False, True)
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    # what it says one may type next works
    commands = [line for line in ended.out.splitlines() if str(folder) in line and line.startswith("  smartfab ")]
    assert [command.split()[1] for command in commands] == ["oee", "report"]
    monkeypatch.chdir(tmp_path)
    assert [run(*command.split()[1:]).code for command in commands] == [0, 0]
    assert "<h1>" in (tmp_path / "shift.html").read_text(encoding="utf-8")
    assert imp.id in (folder / "improvement.html").read_text(encoding="utf-8")
    for picture in ("timeline.png", "gain.png"):
        assert (folder / picture).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("held", [["thesis.docx"], ["store", "thesis.docx"], ["store"]])
def test_a_folder_of_somebody_else_is_left_alone(demo, tmp_path, held):
    folder = tmp_path / "demo"
    folder.mkdir()
    for name in held:
        (folder / name).write_text("mine", encoding="utf-8")
    ended = demo()
    assert ended.code == 2
    (line,) = ended.errors
    assert "holds what no demo wrote" in line
    assert sorted(path.name for path in folder.iterdir()) == sorted(held)


def test_a_marked_folder_with_something_foreign_is_left_alone(tmp_path):
    (tmp_path / demo_folder.MARK).write_text("", encoding="utf-8")
    (tmp_path / "summary.json").write_text("{}", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(sf.errors.SmartfabError, match=r"notes\.txt"):
        demo_folder.prepared(tmp_path)
    assert (tmp_path / "summary.json").exists()


def test_a_file_in_its_place_is_refused(demo, tmp_path):
    (tmp_path / "demo").write_text("mine", encoding="utf-8")
    ended = demo()
    assert ended.code == 2
    assert "is a file" in ended.errors[0]


def samples(*rows):
    frame = pd.DataFrame(rows, columns=["signal_id", "ts", "value", "text"])
    return frame.assign(ts=pd.to_datetime(frame["ts"], unit="s", utc=True), value=frame["value"].astype(float))


def test_what_is_lost_or_twice_is_counted():
    played = samples(("a", 1, 1.0, None), ("a", 2, None, None), ("a", 3, None, "x"), ("b", 1, 1.0, None), ("b", 1, 1.0, None))
    assert verdict.collected(played, played) == {"samples": 5, "truth": 5, "lost": 0, "duplicated": 0}
    assert verdict.collected(played.iloc[[4, 2, 1, 0, 3]], played)["lost"] == 0
    assert verdict.collected(played.iloc[:4], played) == {"samples": 4, "truth": 5, "lost": 1, "duplicated": 0}
    twice = pd.concat([played, played.iloc[[1]]])
    assert verdict.collected(twice, played) == {"samples": 6, "truth": 5, "lost": 0, "duplicated": 1}
    zero = played.assign(value=played["value"].fillna(0.0))
    assert verdict.collected(zero, played) == {"samples": 5, "truth": 5, "lost": 2, "duplicated": 2}
    silent = played.assign(text=played["text"].fillna(""))
    assert verdict.collected(silent, played)["lost"] == 4


def test_what_cannot_be_computed_is_null():
    machines = pd.DataFrame({"machine_id": ["A", "B"], "oee": [0.5, float("nan")]})
    told = verdict.line_oee(float("nan"), 0.6, machines, machines.assign(oee=[0.4, 0.3]))
    assert (told["value"], told["truth"], told["abs_error"]) == (None, 0.6, None)
    assert told["machines"][0]["abs_error"] == pytest.approx(0.1)
    assert told["machines"][1] == {"machine_id": "B", "value": None, "truth": 0.3, "abs_error": None}


def test_a_collector_that_fails_ends_the_demo(sim, tmp_path, monkeypatch):
    monkeypatch.setattr(rehearsal, "_PATIENCE_S", 1.0)
    full = MemoryStore(refusals=1_000_000)
    with pytest.raises(sf.errors.StoreError, match="the disk is full"):
        rehearsal.rehearse(sim, full, speed=100_000.0, progress=lambda _: None)
