"""Every fault of a file at once, each with its row, and none that only follows from another."""

from __future__ import annotations

import datetime as dt

import pytest

import smartfab as sf
from smartfab.errors import (
    AmbiguousValueError,
    ColumnTypeError,
    MissingColumnError,
    TableError,
    TimeError,
    UnitError,
)  # fmt: skip
from tests.exports.plant_files import TZ, cp1258, workbook


@pytest.fixture
def refused(tmp_path):
    """The faults of a file, as (class, text)."""

    def call(data, name="tep.csv", **options):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        with pytest.raises(TableError) as caught:
            sf.read_export(path, show=False, **{"table": "counts", "tz": TZ, **options})
        return [(type(fault), str(fault)) for fault in caught.value.faults]

    return call


def test_all_faults_at_once_in_the_order_of_rows(refused):
    faults = refused("""Ngày;Ca;Máy;Đạt;NG
31/02/2026;Ca1;M1;5;0
02/03/2026;;M1;x;0
;Ca1;M1;6;#REF!
02/03/2026;Ca1;;7;1,5.2
02/03/2026;Ca1;M1;8;12,50;thừa
""")
    told = [next(f"row {n}" for n in range(2, 7) if f"row {n}," in text or f"row {n}:" in text) for _, text in faults]
    assert told == ["row 2", "row 3", "row 3", "row 4", "row 4", "row 5", "row 5", "row 6"]
    assert all("tep.csv" in text for _, text in faults)
    assert [kind for kind, _ in faults] == [
        TimeError, ColumnTypeError, TableError, ColumnTypeError, TableError, ColumnTypeError, TableError, TableError,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "options", "kind", "said"),
    [
        ("Ngày;Máy;Đạt\n02/03/2026;M1;5\n", {}, MissingColumnError, ["shift_id", "fixed="]),
        ("Ngày;Ca;Máy;Kg\n02/03/2026;1;M1;5\n", {}, MissingColumnError, ["total", "'Kg'"]),
        ("a;b\n1;2\n", {}, MissingColumnError, ["row 1: a | b", "columns="]),
        ("Ngày;Ca;Máy;Đạt;OK\n02/03/2026;1;M1;5;5\n", {}, AmbiguousValueError, ['"OK"', '"Đạt"', "None"]),
        ("Ngày;Ca;Máy;Đạt\n02/15/2026;1;M1;5\n", {}, TimeError, ["row 2", "date_format="]),
        ("Ngày;Ca;Máy;Đạt\n02/03/99;1;M1;5\n", {}, AmbiguousValueError, ["row 2", "four digits"]),
        ("Ngày;Ca;Máy;Đạt\n02/03/2026;1;M1;1.5\n03/03/2026;1;M1;1,5\n", {}, AmbiguousValueError, ["row 2", "row 3"]),
        ("Ngày;Ca;Máy;Đạt\n02/03/2026;1;M1;12,5\n", {"decimal": "."}, ColumnTypeError, ["row 2", "decimal"]),
        ("Máy;Từ;Đến\nM1;06:00;07:00\n", {"table": "stops"}, TimeError, ["row 2", "without a date"]),
        ("Ngày;Máy;Từ;Đến\n02/03/2026;M1;14:30;14:20\n", {"table": "stops"}, TimeError, ["row 2", "23.8 h"]),
        ("Ngày;Máy;Từ;Đến\n02/03/2026;M1;14:30;14:30\n", {"table": "stops"}, TimeError, ["row 2", "no later"]),
        ("Ngày;Máy;Từ\n02/03/2026;M1;14:30\n", {"table": "stops"}, MissingColumnError, ["end"]),
        ("Ngày;Máy;Từ;Thời gian dừng\n02/03/2026;M1;6:00;15\n", {"table": "stops"}, AmbiguousValueError, ["minutes"]),
        ("Ngày;Máy;Từ;Thời gian dừng\n02/03/2026;M1;6:00;15\n02/03/2026;M1;7:00;5\n", {"table": "stops"}, AmbiguousValueError,
         ["row 2", "minutes"]),
        ("Ngày;Ca;Máy;SL;NG (%)\n02/03/2026;1;M1;90;2,5\n", {}, UnitError, ["NG (%)", "a share"]),
        ("Ngày;Ca;Máy;SL;% NG\n02/03/2026;1;M1;90;2,5\n", {}, UnitError, ["% NG", "None"]),
        ("Ngày;Ca;Máy;SL;NG\n02/03/2026;1;M1;90;2%\n", {}, UnitError, ["row 2", "percent"]),
        ("Ngày;Ca;Máy;Sản lượng (tấn);NG (kg)\n02/03/2026;1;M1;9;2\n", {}, UnitError, ["(tấn)", "(kg)", "one unit"]),
        ("Ngày;Máy;OEE\n02/03/2026;M1;85\n", {"table": "oee"}, AmbiguousValueError, ["row 2", "85 for a ratio", "(%)"]),
        ("Ngày;Máy;Từ;Đến\n02/03/2026;M1;7:5;7:10\n", {"table": "stops"}, TimeError, ["row 2", "7:5"]),
        ("Ngày;Máy;Từ;Số phút\n02/03/2026;M1;6:00;1:30\n", {"table": "stops"}, AmbiguousValueError, ["hours and minutes"]),
        ("Ngày;Máy;Từ;Đến;Số phút\n02/03/2026;M1;6:00;6:30;45\n", {"table": "stops"}, TimeError, ["30 minutes", "45"]),
        ("Ngày;Máy;Từ;Đến\n02/03/2026;M1;6:00;25:00\n", {"table": "stops"}, TimeError, ["row 2", "25:00"]),
        ("Mã hàng;Năng suất (kg/ca)\nP;5\n", {"table": "products"}, UnitError, ["1/shift", "an hour"]),
        ("Máy;Thời điểm;Trạng thái\nM1;1772409600;Chạy\n", {"table": "states"}, TimeError, ["row 2", "1772409600"]),
        ("Máy;Từ;Đến\nM1;2026-03-02 06:00;2026-03-02 07:00\n", {"table": "stops", "tz": None}, TimeError, ["tz="]),
        ('Ngày;Ca;Máy;Đạt\n02/03/2026;"1;M1;5\n', {}, TableError, ["quotes"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_and_what_to_do(refused, text, options, kind, said):
    faults = refused(text, **options)
    assert {fault[0] for fault in faults} == {kind}
    assert len(faults) == (2 if "tz=" in said else 1)
    assert all(part in faults[0][1] for part in said), faults[0][1]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "cu.xls", ".xlsx"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web.xls", ".xlsx"),
        (b"PK\x03\x04 not a zip", "hong.xlsx", "damaged"),
        (bytes(range(128, 256)) * 3, "la.csv", "UTF-8"),
        (b"", "rong.csv", "no header"),
    ],
)
def test_files_of_other_kinds(refused, data, name, said):
    (fault,) = refused(data, name)
    assert said in fault[1]
    assert name in fault[1]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(TableError, match=r"khong co\.csv.*Check the path"):
        sf.read_export(tmp_path / "khong co.csv", table="counts")


def test_more_faults_of_a_kind_than_anyone_reads_are_counted(refused):
    faults = refused("Ngày;Ca;Máy;Đạt\n" + "02/03/2026;1;M1;x\n" * 1 + "".join(f"02/03/2026;{n};M1;x\n" for n in range(2, 100)))
    assert len(faults) == 41
    assert "59 more" in faults[-1][1]


def test_an_id_that_excel_made_a_date_of(refused):
    data = workbook(
        ["Ngày", "Ca", "Máy", "Mã hàng", "Đạt"], [dt.date(2026, 3, 2), 1, "M1", dt.datetime.fromisoformat("2026-01-02"), 5]
    )
    ((kind, text),) = refused(data, "ma.xlsx")
    assert kind is ColumnTypeError
    assert "row 2" in text
    assert "Text" in text


def test_sheets_that_may_both_be_meant(refused, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for title in ("Máy 1", "Máy 2"):
        sheet = book.create_sheet(title)
        sheet.append(["Ngày", "Ca", "Máy", "Đạt"])
        sheet.append([dt.date(2026, 3, 2), 1, title, 5])
    path = tmp_path / "hai.xlsx"
    book.save(path)
    with pytest.raises(TableError, match='sheet="Máy 1"'):
        sf.read_export(path, table="counts", show=False)
    assert sf.read_export(path, table="counts", sheet="may 2", show=False)["machine_id"].tolist() == ["Máy 2"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"table": "nothing"}, "counts"),
        ({"decimal": ";"}, "decimal"),
        ({"columns": {"Đạt": "goods"}}, "good"),
        ({"columns": {"Dat hang": "good"}}, "dat hang"),
        ({"fixed": {"machin": "M"}}, "machin"),
        ({"tz": "Asia/Saigon2"}, "Asia/Ho_Chi_Minh"),
    ],
)
def test_arguments_are_checked(tmp_path, options, said):
    path = tmp_path / "a.csv"
    path.write_bytes(cp1258("Ngày;Ca;Máy;Đạt\n02/03/2026;1;M1;5\n"))
    with pytest.raises(TableError, match=said):
        sf.read_export(path, show=False, **{"table": "counts", **options})


def test_a_share_beside_its_amount_is_left_aside(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Ngày;Ca;Máy;% đạt;Đạt;NG;NG (%)\n02/03/2026;1;M1;95%;190;10;5\n", encoding="utf-8")
    counts = sf.read_export(path, table="counts", show=False)
    assert counts[["good", "scrap"]].to_numpy().tolist() == [[190, 10]]
    assert counts.attrs["findings"][0]["evidence"]["not_used"] == ["% đạt", "NG (%)"]


def test_percent_is_read_as_a_ratio_where_it_is_called_so(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Ngày sản xuất;Máy;OEE (%);A;P %\n02/03/2026;M1;85;90%;102,5\n", encoding="utf-8")
    kpis = sf.read_export(path, table="oee", columns={"A": "availability", "P %": "performance"}, show=False)
    assert kpis[["oee", "availability", "performance"]].to_numpy().tolist() == [[0.85, 0.9, pytest.approx(1.025)]]


def test_a_second_row_of_one_shift_is_counted_and_remarked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Ngày;Ca;Máy;Đạt\n02/03/2026;1;M1;5\n02/03/2026;1;M1;6\n02/03/2026;2;M1;6\n", encoding="utf-8")
    counts = sf.read_export(path, table="counts", show=False)
    assert counts["good"].sum() == 17
    assert [item["evidence"]["rows"] for item in counts.attrs["findings"] if item["code"] == "entered_again"] == [[3]]
