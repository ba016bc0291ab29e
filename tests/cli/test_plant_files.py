"""From sheets to figures on the command line: import, reasons, changeovers, shifts, and OEE without a store."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pytest

import smartfab as sf

TOML = """[plant]
id = "binh-minh"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"
reasons = "ly do.csv"
[[shift]]
id = "Ca1"
start = "06:00"
end = "14:00"
[[shift]]
id = "Ca2"
start = "14:00"
end = "22:00"
[[rotation]]
teams = ["A", "B"]
pattern = ["Ca1", "Ca2"]
start = "2026-01-01"
[[exception]]
from = "2026-03-04"
kind = "holiday"
name = "Giỗ tổ"
[[product]]
id = "P-100"
name_vi = "Gạch 60"
ideal_cycle_s = 1.0
[[product]]
id = "P-200"
rate_per_h = 1800
[[line]]
id = "L1"
[[line.machine]]
id = "Press01"
"""
REASONS = "Mã lý do;Tên lý do;Nhóm\nMOLD;Hỏng khuôn;Sự cố\nMEAL;Nghỉ ăn;Dừng theo kế hoạch\n"
STOPS = """Ngày;Máy;Giờ bắt đầu;Số phút dừng;Lý do dừng
02/03/2026;Press 01;06:15;12,5;Hỏng khuôn
02/03/2026;Press 01;8h30;1h05;
02/03/2026;Press 01;15:00;30;hong khuon
"""
COUNTS = "Ngày;Ca;Máy;Mã hàng;Sản lượng;NG\n02/03/2026;1;Press01;Gạch 60;20.000;120\n02/03/2026;2;Press01;P-100;22.500,0;10\n"
DAY = ("--from", "2026-03-02", "--to", "2026-03-03")


@pytest.fixture
def plant(tmp_path):
    home = tmp_path / "plant"
    home.mkdir()
    (home / "plant.toml").write_text(TOML, encoding="utf-8")
    (home / "ly do.csv").write_text(REASONS, encoding="utf-8")
    (home / "dung may.csv").write_bytes(STOPS.encode("utf-16"))
    (home / "san luong.csv").write_text(COUNTS, encoding="utf-8-sig")
    return home


@pytest.fixture
def store(plant, run):
    """A store into which both sheets were imported."""
    folder = plant.parent / "store"
    for name, table in (("dung may.csv", "stops"), ("san luong.csv", "counts")):
        ended = run("import", plant / name, "--table", table, "--plant", plant / "plant.toml", "--store", folder, "--by", "An")
        assert ended.code == 0, ended.errors
    return folder


@pytest.mark.parametrize(
    "words",
    [("import",), ("changeover",), ("shifts",), ("oee",), *(("reasons", word) for word in ("todo", "set", "export", "import"))],
)
def test_each_command_shows_an_example(run, words):
    ended = run(*words, "--help")
    assert ended.code == 0
    assert ended.out.count(f"Example: smartfab {' '.join(words)}") == 1
    assert all(len(line) <= 80 for line in ended.out.splitlines())


def figures(run, plant, *options):
    ended = run("oee", plant / "plant.toml", *options, "--by", "shift", "--json")
    assert ended.code == 0, ended.errors
    rows = json.loads(ended.out)["rows"]
    return {row["shift_id"]: row for row in rows if row["planned_s"]}


def test_files_and_a_store_they_were_imported_into_give_the_same_figures(run, plant, store):
    held = figures(run, plant, "--store", store, *DAY)
    straight = figures(run, plant, "--from-files", plant)
    names = ["planned_s", "run_s", "breakdown_s", "total", "good", "scrap", "availability", "performance", "quality", "oee"]
    assert {shift: [row[name] for name in names] for shift, row in held.items()} == {
        shift: [row[name] for name in names] for shift, row in straight.items()
    }
    first = held["Ca1"]
    assert [first[name] for name in names[:6]] == [28800, 28800 - 4650, 4650, 20000, 19880, 120]
    assert first["oee"] == pytest.approx(19880 / 28800)


def test_the_window_of_files_is_what_they_hold_and_a_window_cuts_it(run, plant):
    told = json.loads(run("oee", "--from-files", plant, "--by", "day", "--json").out)
    assert (told["from"], told["to"]) == ("2026-03-01T23:00:00+00:00", "2026-03-02T23:00:00+00:00")
    other = ("--from", "2026-03-03", "--to", "2026-03-04")
    rows = json.loads(run("oee", plant / "plant.toml", "--from-files", plant, *other, "--by", "day", "--json").out)["rows"]
    assert [row["total"] for row in rows] == [0]


def test_a_shift_without_a_row_in_the_log_is_unknown_unless_the_log_is_complete(run, plant):
    (plant / "dung may.csv").write_text("\n".join(STOPS.splitlines()[:2]), encoding="utf-8")
    assert "Ca2" not in figures(run, plant, "--from-files", plant)
    whole = figures(run, plant, "--from-files", plant, "--complete")
    assert [whole[shift]["run_s"] for shift in ("Ca1", "Ca2")] == [28800 - 750, 28800]
    (plant / "dung may.csv").unlink()
    whole = figures(run, plant, "--from-files", plant, "--complete")
    assert [whole[shift]["run_s"] for shift in ("Ca1", "Ca2")] == [28800, 28800]


def test_an_import_is_tried_first_and_done_once(run, plant, store):
    again = ("import", plant / "dung may.csv", "--table", "stops", "--plant", plant / "plant.toml")
    tried = run(*again, "--dry-run")
    assert (tried.code, tried.out.splitlines()[-1]) == (0, "3 rows for table stops; nothing was stored (--dry-run)")
    assert "Số phút dừng → duration [min]" in tried.out
    assert "nothing was added" in run(*again, "--store", store).out
    assert len(sf.open_store(store).read("stops")) == 3
    assert sf.open_store(store).read("stops")["by"].unique().tolist() == ["An"]


def test_counts_that_differ_from_what_was_entered_are_refused_or_corrected_by_the_difference(run, plant, store):
    (plant / "san luong.csv").write_text(COUNTS.replace("20.000;120", "20.100;150"), encoding="utf-8")
    again = ("import", plant / "san luong.csv", "--table", "counts", "--plant", plant / "plant.toml", "--store", store)
    refused = run(*again)
    assert refused.code == 2
    assert "total 20100, the store 20000; scrap 150, the store 120" in refused.errors[0]
    before = pd.Timestamp.now("UTC")
    assert run(*again, "--replace").out.splitlines()[-1] == "1 rows added to table entered_counts; 1 it had already"
    kept = sf.open_store(store)
    assert kept.read("entered_counts")["total"].tolist() == [20000, 22500, 100]
    assert figures(run, plant, "--store", store, *DAY)["Ca1"]["scrap"] == 150
    described = sf.read_plant(plant / "plant.toml")
    old = sf.PlantData.from_store(kept, described, "2026-03-02", "2026-03-03", as_of=before)
    assert old.counts["total"].sum() == 42500


def test_every_fault_of_an_import_is_a_line_with_its_row(run, plant, tmp_path):
    (plant / "loi.csv").write_text(STOPS + "31/02/2026;Press09;06:00;5;\n02/03/2026;Press01;25:00;x;\n", encoding="utf-8")
    ended = run("import", plant / "loi.csv", "--table", "stops", "--plant", plant / "plant.toml", "--store", tmp_path / "s")
    assert ended.code == 2
    assert [row for line in ended.errors for row in ("row 5", "row 6") if f"{row}," in line] == ["row 5"] * 2 + ["row 6"] * 2
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("table", "said"), [("products", "plant.toml"), ("totals", "--from-files"), ("nothing", "stops"), ("shifts", "plant.toml")]
)
def test_a_table_no_store_is_told_by_a_file(run, plant, table, said):
    ended = run("import", plant / "ly do.csv", "--table", table, "--plant", plant / "plant.toml", "--dry-run")
    assert ended.code == 2
    assert said in ended.errors[0]


def test_options_say_what_a_file_does_not(run, plant):
    (plant / "la.csv").write_text("Dừng lúc;Lâu\n03/02 06:00;1.250\n", encoding="utf-8")
    options = ("--column", "Dừng lúc=start", "--column", "Lâu=seconds", "--fixed", "machine_id=Press01", "--decimal", ",")
    again = ("import", plant / "la.csv", "--table", "stops", "--plant", plant / "plant.toml", "--dry-run", *options)
    assert "03/02" in run(*again).errors[0]
    assert "1 rows for table stops" in run(*again, "--date-format", "%d/%m %H:%M" if False else "%d/%m/2026").out


def test_reasons_by_a_sheet_with_a_drop_down(run, plant, store, tmp_path):
    toml, sheet = plant / "plant.toml", tmp_path / "ly do.xlsx"
    listed = json.loads(run("reasons", "todo", toml, "--store", store, *DAY, "--json").out)
    assert [(stop["machine_id"], stop["duration_s"], stop["shift_id"]) for stop in listed] == [("Press01", 3900, "Ca1")]
    assert run("reasons", "export", toml, sheet, "--store", store, *DAY).code == 0
    book = openpyxl.load_workbook(sheet)
    page = book["Lý do dừng"]
    assert [cell.value for cell in page[1]] == ["Máy", "Bắt đầu", "Kết thúc", "Thời lượng (phút)", "Lý do dừng"]
    (drop_down,) = page.data_validations.dataValidation
    assert (drop_down.type, drop_down.formula1, str(drop_down.sqref)[:3]) == ("list", "'Danh mục'!$A$1:$A$2", "E2:")
    assert [cell.value for cell in book["Danh mục"]["A"]] == ["MOLD · Hỏng khuôn", "MEAL · Nghỉ ăn"]
    assert "0 reasons entered" in run("reasons", "import", toml, sheet, "--store", store).out
    page["E2"] = "Bay"
    book.save(sheet)
    refused = run("reasons", "import", toml, sheet, "--store", store)
    assert refused.code == 2
    assert "'Bay' in row 2" in refused.errors[0]
    page["E2"] = "MEAL · Nghỉ ăn"
    book.save(sheet)
    assert "1 reasons entered" in run("reasons", "import", toml, sheet, "--store", store, "--by", "Bình").out
    assert "1 were there already" in run("reasons", "import", toml, sheet, "--store", store).out
    assert json.loads(run("reasons", "todo", toml, "--store", store, *DAY, "--json").out) == []
    row = figures(run, plant, "--store", store, *DAY)["Ca1"]
    assert (row["planned_stop_s"], row["breakdown_s"]) == (3900, 750)
    stop = ("Press01", "2026-03-02 08:30", "02/03/2026 9:35", "hỏng khuôn")
    assert run("reasons", "set", toml, *stop, "--store", store, "--by", "Chi").code == 0
    assert figures(run, plant, "--store", store, *DAY)["Ca1"]["breakdown_s"] == 4650
    said = sf.open_store(store).read("stop_reasons")[["reason_id", "by"]]
    assert said.to_numpy().tolist() == [["MEAL", "Bình"], ["MOLD", "Chi"]]


def test_a_sheet_gives_back_the_microseconds_of_its_stop(run, plant, store, tmp_path):
    start, end = pd.Timestamp("2026-03-02T03:00:00.123456Z"), pd.Timestamp("2026-03-02T03:20:00.654321Z")
    more = pd.DataFrame({"machine_id": ["Press01"] * 2, "start": [start, end], "end": [end, end + pd.Timedelta("1us")],
                         "state": ["unplanned_stop", "running"], "by": "An",
                         "recorded_at": sf.open_store(store).read("stops")["recorded_at"].max()})  # fmt: skip
    sf.open_store(store).append("stops", more)
    sheet = tmp_path / "ly do.xlsx"
    run("reasons", "export", plant / "plant.toml", sheet, "--store", store, *DAY)
    book = openpyxl.load_workbook(sheet)
    for row in (2, 3):
        book["Lý do dừng"][f"E{row}"] = "MOLD"
    book.save(sheet)
    assert "2 reasons entered" in run("reasons", "import", plant / "plant.toml", sheet, "--store", store).out
    assert start in set(sf.open_store(store).read("stop_reasons")["start"])
    assert json.loads(run("reasons", "todo", plant / "plant.toml", "--store", store, *DAY, "--json").out) == []


def test_a_changeover_is_entered_by_name_and_local_time(run, plant, store):
    toml = plant / "plant.toml"
    ended = run("changeover", toml, "press 01", "gach 60", "--at", "02/03/2026 10:00", "--store", store, "--by", "An")
    assert (ended.code, ended.out) == (0, "Press01: P-100, 02/03/2026 10:00:00\n")
    (row,) = sf.open_store(store).read("changeovers").to_dict("records")
    assert (row["product_id"], row["ts"].isoformat(), row["by"]) == ("P-100", "2026-03-02T03:00:00+00:00", "An")
    refused = run("changeover", toml, "Press01", "P-300", "--store", store)
    assert refused.code == 2
    assert "one of P-100, P-200" in refused.errors[0]


def test_shifts_show_rotation_exceptions_and_validity(run, plant, tmp_path):
    ended = run("shifts", plant / "plant.toml", "--from", "2026-03-02", "--to", "2026-03-06", "--xlsx", tmp_path / "ca.xlsx")
    assert ended.code == 0
    assert [line.split()[1:3] for line in ended.out.splitlines()[2:4]] == [["Ca1", "A"], ["Ca2", "B"]]
    assert "04/03/2026" not in ended.out  # a holiday
    right = sf.shifts.expand(sf.read_plant(plant / "plant.toml"), "2026-03-02", "2026-03-06")
    back = sf.read_export(tmp_path / "ca.xlsx", table="shifts", show=False)
    pd.testing.assert_frame_equal(back[list(right.columns)], right)


def test_the_table_of_oee_as_a_workbook(run, plant, tmp_path):
    ended = run("oee", "--from-files", plant, "--xlsx", tmp_path / "oee.xlsx")
    assert ended.code == 0
    page = openpyxl.load_workbook(tmp_path / "oee.xlsx")["oee"]
    heads = [cell.value for cell in page[1]]
    cell = page.cell(2, heads.index("Hiệu suất thiết bị tổng thể (OEE)") + 1)
    assert (cell.value, cell.number_format) == (pytest.approx(19880 / 28800), "0.0%")
    assert page.cell(2, heads.index("Ngày sản xuất") + 1).is_date
