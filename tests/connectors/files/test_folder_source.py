"""A folder of exports as a source of samples."""

from __future__ import annotations

import json
import threading
import time

import pandas as pd
import pytest
from smartfab.connectors.files import FilesSource

import smartfab as sf
from smartfab.errors import PlantError, SignalNotFound, SourceRefused, SourceUnavailable, TimeError
from smartfab.plant_file import parse_plant
from smartfab.testing import check_source

TZ = "Asia/Ho_Chi_Minh"
LONG = """Tín hiệu;Thời điểm;Giá trị
Press01/state;02/03/2026 06:00:00;Chạy máy
Press01/good;02/03/2026 06:00:00;0
Press01/good;02/03/2026 06:01:00;12,5
Press01/good;02/03/2026 06:02:00;25
Press01/state;02/03/2026 06:02:30;Dừng
"""
TOML = """[plant]
id = "p"
timezone = "Asia/Ho_Chi_Minh"
[[line]]
id = "L1"
endpoint = "file://xuat"
[[line.machine]]
id = "Press01"
[line.machine.signals]
state = { path = "Trạng thái", role = "state", map = { "Chạy" = "running", "Dừng" = "unplanned_stop" } }
good = { path = "Đếm đạt", role = "good_count" }
temp = { path = "Nhiệt độ", unit = "degC" }
"""
WIDE = """BÁO CÁO MÁY ÉP;;;;
Thời gian;Trạng thái;Đếm đạt;Nhiệt độ (°C);Ghi chú
02/03/2026 06:00;Chạy;0;81,5;
02/03/2026 06:01;Chạy;12;82,0;ổn
02/03/2026 06:02;Dừng;25;;
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "xuat").mkdir()
    (tmp_path / "xuat" / "a.csv").write_text(LONG, encoding="utf-16")
    return tmp_path / "xuat"


@pytest.fixture
def source(folder):
    with FilesSource(folder, tz=TZ, settle_s=0.05) as opened:
        yield opened


def at(time):
    return pd.Timestamp(f"2026-03-02T{time}", tz=TZ)


def test_it_keeps_the_laws_of_a_source(folder):
    assert len(check_source(FilesSource(folder, tz=TZ, settle_s=0.05), seconds=0.3)) == 15


def test_the_latest_value_of_every_signal(source):
    now = source.read().set_index("signal_id")
    assert now["ts"].tolist() == [at("06:02:00"), at("06:02:30")]
    assert (now.loc["Press01/good", "value"], now.loc["Press01/state", "text"]) == (25, "Dừng")


def test_history_is_half_open_and_of_the_signals_asked_for(source):
    assert source.read_history(at("06:01"), at("06:02"))["value"].tolist() == [12.5]
    assert source.read_history(at("06:00"), at("07:00"), signals=["Press01/state"])["text"].tolist() == ["Chạy máy", "Dừng"]
    with pytest.raises(SignalNotFound, match="Press02"):
        source.read_history(at("06:00"), at("07:00"), signals=["Press02/state"])
    with pytest.raises(TimeError):
        source.read_history("2026-03-02T06:00", at("07:00"))


def test_a_row_that_two_files_hold_is_one(source, folder):
    (folder / "b.csv").write_text(LONG + "Press01/good;02/03/2026 06:03:00;30\n", encoding="utf-8")
    assert source.read_history(at("06:00"), at("07:00"), signals=["Press01/good"])["value"].tolist() == [0, 12.5, 25, 30]


def test_a_line_of_files_names_its_columns(folder, tmp_path):
    (folder / "a.csv").write_text(WIDE, encoding="utf-8-sig")
    plant = parse_plant(TOML, folder=tmp_path)
    with FilesSource(plant.line("L1")) as source:
        history = source.read_history(at("06:00"), at("07:00"))
    table = history.set_index(["signal_id", "ts"])
    assert history["signal_id"].value_counts().to_dict() == {"Press01/good": 3, "Press01/state": 3, "Press01/temp": 2}
    assert table.loc[("Press01/temp", at("06:00")), "value"] == 81.5
    data = sf.PlantData.from_samples(history, plant, at("06:00"), at("06:10"))
    assert data.states["state"].tolist() == ["running", "running", "unplanned_stop"]
    assert data.counts["good"].sum() == 25
    assert parse_plant(plant.to_toml()) == plant


def test_readings_one_below_the_other_may_be_those_of_a_line(folder):
    from smartfab.connectors.files.file_samples import samples_of

    names = {"Đếm đạt": "Press01/good", "Trạng thái": "Press01/state"}
    told = samples_of(folder / "a.csv", names=names, tz=TZ)
    assert told["signal_id"].tolist().count("Press01/good") == 3
    assert len(told) == 5


def test_a_line_of_files_is_found_by_the_scheme_of_its_endpoint(folder, tmp_path):
    from smartfab.pipelines.collection import registered

    source = registered(parse_plant(TOML, folder=tmp_path).line("L1"))
    assert isinstance(source, FilesSource)
    assert source.folder == folder
    secure = 'endpoint = "opc.tcp://plc:4840"\nsecurity = { allow_insecure = "bench" }'
    other = TOML.replace('endpoint = "file://xuat"', secure)
    with pytest.raises(PlantError, match="file://folder"):
        FilesSource(parse_plant(other).line("L1"))


def collect(source, store, seconds=0.6):
    stop = threading.Event()
    thread = threading.Timer(seconds, stop.set)
    thread.start()
    health = source.collect(store, stop=stop)
    thread.join()
    return health


def test_what_the_folder_holds_is_stored_once_also_after_a_restart(source, folder, tmp_path):
    store = sf.open_store(tmp_path / "store")
    assert collect(source, store)["appended"] == 5
    with FilesSource(folder, tz=TZ, settle_s=0.05) as again:
        (folder / "a.csv").write_text(LONG + "Press01/good;02/03/2026 06:03:00;30\n", encoding="utf-16")
        assert collect(again, store)["appended"] == 1
    assert len(store.read("samples")) == 6


def test_a_file_that_comes_while_it_collects_is_taken_when_it_is_whole(source, folder, tmp_path):
    store, stop, health = sf.open_store(tmp_path / "store"), threading.Event(), {}
    thread = threading.Thread(target=lambda: health.update(source.collect(store, stop=stop)))
    thread.start()
    (folder / "b.csv").write_text("Tín hiệu;Thời điểm;Giá trị\n", encoding="utf-8")
    (folder / "b.csv").write_text("Tín hiệu;Thời điểm;Giá trị\nPress01/good;02/03/2026 06:04;31\n", encoding="utf-8")
    deadline = time.monotonic() + 20
    while len(store.read("samples")) < 6 and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join()
    assert health["appended"] == 6


def test_a_file_that_is_not_in_order_is_told_and_the_others_are_taken(source, folder, tmp_path):
    (folder / "hong.csv").write_text(LONG.replace("12,5", "12,5,3").replace("06:02:30", "26:00"), encoding="utf-8")
    with pytest.raises(SourceRefused) as error:
        source.read()
    assert len(error.value.faults) == 1  # 12,5,3 is no number, and so a word
    assert "row 6" in str(error.value)
    health = collect(source, sf.open_store(tmp_path / "store"))
    assert health["appended"] == 5
    assert "row 6" in health["refused"]["hong.csv"]
    json.dumps(health)


def test_watch_gives_what_is_new(source, folder):
    new = "Tag;Time;Value\nX/y;2026-03-02 06:05;7\n"
    timer = threading.Timer(0.2, lambda: (folder / "c.csv").write_text(new, encoding="utf-8"))
    timer.start()
    table = source.watch(seconds=1.0)
    timer.join()
    assert table[["signal_id", "value"]].to_numpy().tolist() == [["X/y", 7.0]]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(SourceUnavailable, match="khong co"):
        FilesSource(tmp_path / "khong co").read()


def test_qualities_are_status_codes(source, folder):
    head = "Tag;Time;Value;Quality\n"
    words = [f"A/a;2026-03-02 06:0{n};{n};{said}\n" for n, said in enumerate(["Good", "Bad", "Uncertain"])]
    classic = [f"B/b;2026-03-02 06:0{n};{n};{said}\n" for n, said in enumerate(["192", "0"])]
    (folder / "q.csv").write_text(head + "".join(words), encoding="utf-8")
    (folder / "r.csv").write_text(head + "".join(classic), encoding="utf-8")
    table = source.read_history(at("06:00"), at("07:00"), signals=["A/a", "B/b"])
    assert table["status"].tolist() == [0, 0x8000_0000, 0x4000_0000, 0, 0x8000_0000]


def test_what_the_files_speak_of_is_the_draft_of_a_plant(folder, tmp_path):
    (folder / "b.csv").write_text(WIDE, encoding="utf-8")
    with FilesSource(folder, tz=TZ) as source:
        draft = source.discover()
    signals = {name: signal.path for _, machine in draft.machines for name, signal in machine.signals.items()}
    assert signals["good"] == "Press01/good"
    assert signals["nhiet_do_c"] == "Nhiệt độ (°C)"
    again = parse_plant(draft.to_toml(), folder=tmp_path)
    with FilesSource(again.line("line-1"), settle_s=0.01) as source:
        assert set(source.read()["signal_id"]) >= {"Press01/good", "machine-1/dem_dat"}
    (tmp_path / "leer").mkdir()
    with pytest.raises(SignalNotFound, match="no file names a signal"):
        FilesSource(tmp_path / "leer").discover()
