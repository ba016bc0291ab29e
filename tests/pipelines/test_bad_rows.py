"""Bad rows on the way into a store and out of it: the others go on, these are counted, kept and taken back, each once."""

from __future__ import annotations

import threading

import pandas as pd
import pytest
from smartfab.connectors.files import FilesSource

import smartfab as sf
from smartfab.pipelines.metrics import exposition
from smartfab.pipelines.taking_back import shown, take_back
from smartfab.plant_file import parse_plant

TOML = """[plant]
id = "p"
timezone = "Asia/Ho_Chi_Minh"
[[line]]
id = "L1"
endpoint = "file://xuat"
[[line.machine]]
id = "Press01"
[line.machine.signals]
good = { path = "Đếm đạt", role = "good_count" }
temp = { path = "Nhiệt độ", unit = "degC" }
"""
MORE = TOML + 'speed = { path = "Tốc độ" }\n'
LONG = """Tín hiệu;Thời điểm;Giá trị
Press01/good;02/03/2026 06:00:00;0
Tốc độ;02/03/2026 06:00:00;12
Press01/good;31/02/2026 06:01:00;12
Nhiệt độ;02/03/2026 06:02:00;81,5
Nhiệt độ;02/03/2126 06:02:00;81,5
"""
WIDE = """Thời gian;Đếm đạt;Nhiệt độ
02/03/2026 06:00;0;81,5
02/03/2026 06:01;12;82
32/03/2026 06:02;25;82
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "xuat").mkdir()
    return tmp_path / "xuat"


def collected(folder, store, toml=TOML, on_bad="quarantine"):
    """Collect what the folder holds now."""
    stop = threading.Event()
    stop.set()
    plant = parse_plant(toml, folder=folder.parent)
    return sf.pipelines.collect(plant, store, stop=stop, on_bad=on_bad, source=lambda line: FilesSource(line, settle_s=0.01))


def test_a_file_with_bad_rows_gives_its_good_ones(folder, store):
    (folder / "a.csv").write_text(LONG, encoding="utf-8")
    refused = collected(folder, store, on_bad="raise").summary()["lines"]["L1"]
    assert (refused["samples"], refused["quarantined"]) == (0, 0)
    told = collected(folder, store).summary()["lines"]["L1"]
    assert (told["samples"], told["quarantined"], told["error"]) == (2, 3, None)
    aside = list(shown(store))
    assert [row["source"] for row in aside] == ["a.csv, row 3", "a.csv, row 4", "a.csv, readings, row 3"]
    assert [word in row["reason"] for word, row in zip(("none of the plant's", "31/02/2026", "ahead"), aside, strict=True)]
    again = collected(folder, store).summary()["lines"]["L1"]
    assert (again["samples"], again["quarantined"]) == (0, 0)
    assert len(store.read("quarantine")) == 3


def test_a_file_that_grows_puts_only_the_new_rows_aside(folder, store):
    (folder / "a.csv").write_text(LONG, encoding="utf-8")
    collected(folder, store)
    (folder / "a.csv").write_text(LONG + "Press01/good;40/03/2026 06:05:00;1\nPress01/good;02/03/2026 06:05:00;1\n")
    told = collected(folder, store).summary()["lines"]["L1"]
    assert (told["samples"], told["quarantined"]) == (1, 1)


def test_of_columns_each_reading_stands_for_itself(folder, store):
    (folder / "b.csv").write_text(WIDE, encoding="utf-8")
    told = collected(folder, store).summary()["lines"]["L1"]
    assert (told["samples"], told["quarantined"]) == (4, 2)
    assert {row["source"] for row in shown(store)} == {"b.csv, row 4"}
    assert len({row["raw"] for row in shown(store)}) == 2


def test_a_row_is_taken_back_once_the_plant_knows_its_signal(folder, store):
    (folder / "a.csv").write_text(LONG, encoding="utf-8")
    collected(folder, store)
    plant = parse_plant(TOML, folder=folder.parent)
    assert take_back(plant, store, by="An") == (0, 3)
    more = parse_plant(MORE, folder=folder.parent)
    assert take_back(more, store, by="An") == (1, 2)
    assert take_back(more, store, by="An") == (0, 2)
    assert store.read("samples", signals=["Press01/speed"])["value"].tolist() == [12]
    assert collected(folder, store, MORE).summary()["lines"]["L1"]["samples"] == 0
    assert len(store.read("samples")) == 3


def test_a_row_that_was_in_when_the_marking_was_cut_off_is_in_once(folder, store, monkeypatch):
    (folder / "a.csv").write_text(LONG, encoding="utf-8")
    collected(folder, store)
    more = parse_plant(MORE, folder=folder.parent)
    append = type(store).append

    def cut(self, table, frame, **named):
        if table == "quarantine":
            raise KeyboardInterrupt
        return append(self, table, frame, **named)

    monkeypatch.setattr(type(store), "append", cut)
    with pytest.raises(KeyboardInterrupt):
        take_back(more, store, by="An")
    monkeypatch.setattr(type(store), "append", append)
    assert len(list(shown(store))) == 3
    assert take_back(more, store, by="An") == (1, 2)
    assert store.read("samples", signals=["Press01/speed"])["value"].tolist() == [12]


@pytest.fixture
def entered(filled, sim):
    """A store in which somebody has entered an order that ends before it starts."""
    machine = next(iter(sim.plant.machines))[1].id
    begin = pd.Timestamp("2026-03-02T08:00:00+07:00").tz_convert("UTC")
    row = {"order_id": "O1", "machine_id": machine, "product_id": "P", "start": begin, "end": begin - pd.Timedelta("1h")}
    filled.append("orders", pd.DataFrame([row]))
    return filled


def test_a_day_with_an_impossible_entry_fails_unless_bad_rows_are_put_aside(entered, sim, figures):
    refused = sf.pipelines.daily(sim.plant, entered, "2026-03-02")
    assert list(refused.failed) != []
    assert len(entered.read("quarantine")) == 0
    first, second = (sf.pipelines.daily(sim.plant, entered, "2026-03-02", on_bad="quarantine") for _ in range(2))
    assert (first.failed, first.quarantined, second.quarantined) == ({}, 1, 1)
    assert first.to_dict()["quarantined"] == 1
    assert second.changed == {}
    (kept,) = shown(entered)
    assert (kept["table"], kept["source"], kept["reason"]) == ("orders", "store, table orders", "end: not after its start")
    assert all(len(table) for table in figures(entered).values())


def test_a_run_over_two_days_keeps_the_row_once_and_counts_what_prometheus_shows(entered, sim):
    run = sf.pipelines.backfill(sim.plant, entered, ["2026-03-02", "2026-03-03"], on_bad="quarantine")
    assert run.failed == {}
    now = sf.pipelines.status(entered)
    assert (now.quarantined, now.warnings) == (1, ["1 bad rows are aside: smartfab quarantine ls"])
    assert len(entered.read("quarantine")) == 1
    text = exposition({"L1": {"quarantined_rows": 2}}, {"L2": {"quarantined_rows": 3, "quarantined": 1}})
    assert 'smartfab_collect_quarantined_total{line="L1"} 2' in text
    assert 'smartfab_collect_quarantined_total{line="L2"} 3' in text
    assert 'smartfab_collect_unreadable_batches_total{line="L2"} 1' in text
