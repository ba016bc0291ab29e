"""`smartfab import --on-bad quarantine` and `smartfab quarantine`: from a sheet with faults to every row in its place."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import smartfab as sf

TOML = """[plant]
id = "binh-minh"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"
[[shift]]
id = "Ca1"
start = "06:00"
end = "14:00"
[[line]]
id = "L1"
[[line.machine]]
id = "Press01"
"""
STOPS = """Ngày;Máy;Giờ bắt đầu;Số phút dừng;Ghi chú
02/03/2026;Press01;06:15;12,5;kẹt phôi
02/03/2026;Press09;08:30;65;
02/03/2026;Press01;25:70;30;
30/02/2026;Press01;09:00;10;
02/03/2026;Press01;15:00;30;thay khuôn
"""


@pytest.fixture
def plant(tmp_path):
    (tmp_path / "plant.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "dung.csv").write_text(STOPS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def imported(run, plant):
    def typed(name="dung.csv", *more):
        told = "--table", "stops", "--plant", plant / "plant.toml", "--store", plant / "store", "--by", "An"
        return run("import", plant / name, *told, *more)

    return typed


def test_from_a_sheet_with_faults_to_every_row_in_its_place(run, plant, imported):
    refused = imported()
    assert refused.code == 2
    assert not (plant / "store").exists() or len(sf.open_store(plant / "store").read("stops")) == 0
    first = imported("dung.csv", "--on-bad", "quarantine")
    assert first.code == 3
    assert "3 bad rows, 3 of them new in the quarantine" in first.out
    again = imported("dung.csv", "--on-bad", "quarantine")
    assert again.code == 3
    assert "3 bad rows, 0 of them new in the quarantine" in again.out
    store = sf.open_store(plant / "store")
    assert (len(store.read("stops")), len(store.read("quarantine"))) == (2, 3)

    listed = run("quarantine", "ls", "--store", plant / "store")
    assert "dung.csv, row 3" in listed.out
    assert listed.out.endswith("3 rows aside: 3 of stops\n")
    told = json.loads(run("quarantine", "ls", "--store", plant / "store", "--json").out)["rows"]
    assert json.loads(told[0]["raw"]) == {
        "Ngày": "02/03/2026", "Máy": "Press09", "Giờ bắt đầu": "08:30", "Số phút dừng": "65"
    }  # fmt: skip

    (plant / "plant.toml").write_text(TOML + '[[line.machine]]\nid = "Press09"\n', encoding="utf-8")
    back = run("quarantine", "retry", plant / "plant.toml", "--store", plant / "store", "--by", "An")
    assert (back.code, json.loads(back.out)["rows"], json.loads(back.out)["left"]) == (3, 1, 2)
    assert imported("dung.csv", "--on-bad", "quarantine").code == 3
    assert len(store.read("stops")) == 3

    out = run("quarantine", "export", "--store", plant / "store", "--out", plant / "mend.csv")
    assert json.loads(out.out)["rows"] == 2
    mended = pd.read_csv(plant / "mend.csv", dtype=str)
    assert mended["quarantine_source"].tolist() == ["dung.csv, row 4", "dung.csv, row 5"]
    mended.assign(**{"Ngày": "02/03/2026", "Giờ bắt đầu": ["10:10", "09:00"]}).to_csv(plant / "mend.csv", index=False)
    assert imported("mend.csv").code == 0
    assert store.read("stops")["start"].dt.tz_convert("Asia/Ho_Chi_Minh").dt.strftime("%H:%M").tolist() == [
        "06:15", "09:00", "10:10", "15:00", "08:30"
    ]  # fmt: skip
    assert store.read("stops")["by"].eq("An").all()


def test_a_corrected_file_adds_only_what_is_new(plant, imported):
    imported("dung.csv", "--on-bad", "quarantine")
    right = STOPS.replace("Press09", "Press01").replace("25:70", "10:10").replace("30/02", "02/03")
    (plant / "dung.csv").write_text(right, encoding="utf-8")
    ended = imported()
    assert ended.code == 0
    assert "3 rows added to table stops; 2 it had already" in ended.out


def test_nothing_is_put_aside_by_a_dry_run(plant, imported):
    ended = imported("dung.csv", "--on-bad", "quarantine", "--dry-run")
    assert ended.code == 0
    assert "2 rows for table stops, 3 to be put aside; nothing was stored" in ended.out
    assert not (plant / "store").exists()


def test_an_export_of_bad_rows_holds_no_formula_and_keeps_numbers(plant, run, imported):
    evil = "=cmd|' /C calc'!A0"
    (plant / "dung.csv").write_text(f"{STOPS}02/03/2026;{evil};06:15;-12,5;\n", encoding="utf-8")
    assert imported("dung.csv", "--on-bad", "quarantine").code == 3
    assert run("quarantine", "export", "--store", plant / "store", "--out", plant / "mend.csv").code == 0
    rows = pd.read_csv(plant / "mend.csv", dtype=str)
    last = rows[rows["Máy"].str.contains("calc")].iloc[0]
    assert (last["Máy"], last["Số phút dừng"]) == (f"'{evil}", "-12,5")
