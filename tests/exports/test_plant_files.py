"""Twelve files such as plants have, each read right or refused with its row; what pandas makes of it stands beside.

pandas is right about what it promises. What it is asked here is what most people would ask it, without a word more.
"""

from __future__ import annotations

import datetime as dt
import io
import unicodedata

import openpyxl
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import AmbiguousValueError
from tests.exports.plant_files import TZ, cp1258, local, saved, workbook


@pytest.fixture
def read(tmp_path):
    """Reads the bytes of a file, silently."""

    def call(name, data, **options):
        path = tmp_path / name
        path.write_bytes(data)
        return sf.read_export(path, show=False, **options)

    return call


def codes(table):
    return {item["code"]: item["evidence"].get("rows") for item in table.attrs["findings"]}


def test_a_stop_log_in_minutes(read):
    data = """Ngày;Máy;Giờ bắt đầu;Số phút dừng;Lý do dừng
02/03/2026;Press01;06:15;12,5;Hỏng khuôn
02/03/2026;Press01;8h30;1h05;
""".encode()
    stops = read("dung.csv", data, table="stops", tz=TZ)
    assert stops["start"].tolist() == [local("2026-03-02T06:15"), local("2026-03-02T08:30")]
    assert stops["end"].tolist() == [local("2026-03-02T06:27:30"), local("2026-03-02T09:35")]
    assert stops["reason_id"].fillna("").tolist() == ["Hỏng khuôn", ""]

    naive = pd.read_csv(io.BytesIO(data), sep=";")
    assert naive["Số phút dừng"].tolist() == ["12,5", "1h05"]  # text, of which nothing can be added up


def test_shift_totals_with_semicolons_and_decimal_comma(read):
    data = "Ngày;Ca;Máy;Sản lượng;NG\n02/03/2026;Ca1;M1;1.250,5;12,5\n02/03/2026;Ca2;M1;980,0;3\n".encode("utf-8-sig")
    counts = read("ca.csv", data, table="counts")
    assert counts[["total", "scrap"]].to_numpy().tolist() == [[1250.5, 12.5], [980.0, 3.0]]

    assert pd.read_csv(io.BytesIO(data), sep=";")["Sản lượng"].tolist() == ["1.250,5", "980,0"]


def test_merged_titles_above_the_header(read):
    data = workbook(
        ["BÁO CÁO SẢN LƯỢNG THÁNG 3/2026"], ["Phân xưởng ép"], [], ["Ngày", "Ca", "Máy", "Sản lượng", None, None],
        [None, None, None, "Tổng", "Đạt", "Phế"], ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        [dt.date(2026, 3, 2), 1, "M1", 1000, 990, 10], [None, 2, "M1", 900, 880, 20],
        merged=["A1:F1", "A2:F2", "D4:F4", "A4:A5", "B4:B5", "C4:C5", "A7:A8"],
    )  # fmt: skip
    counts = read("tong hop.xlsx", data, table="counts")
    assert counts["production_date"].tolist() == [pd.Timestamp("2026-03-02")] * 2
    assert counts[["shift_id", "total", "good", "scrap"]].to_numpy().tolist() == [["1", 1000, 990, 10], ["2", 900, 880, 20]]

    naive = pd.read_excel(io.BytesIO(data))
    assert naive.columns[0] == "BÁO CÁO SẢN LƯỢNG THÁNG 3/2026"
    assert naive.iloc[-1, 0] is pd.NaT or pd.isna(naive.iloc[-1, 0])  # the second shift has no day


def test_cp1258(read):
    text = "Ngày\tCa\tMáy\tSản lượng\tPhế phẩm\n02/03/2026\tCa Một\tMáy dập số 1\t1250\t12\n"
    counts = read("cu.txt", cp1258(text), table="counts")
    assert counts[["machine_id", "shift_id", "total", "scrap"]].to_numpy().tolist() == [["Máy dập số 1", "Ca Một", 1250, 12]]

    naive = pd.read_csv(io.BytesIO(cp1258(text)), sep="\t", encoding="cp1258")
    assert "Sản lượng" not in naive  # it looks the same, but its tones are letters of their own
    assert unicodedata.normalize("NFC", naive.columns[3]) == "Sản lượng"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(read, encoding):
    text = "Ngày\tCa\tMáy\tĐạt\tPhế\n02/03/2026\tCa1\tMáy 1\t1250\t12\n"
    counts = read("excel unicode.txt", text.encode(encoding), table="counts")
    assert counts[["machine_id", "good", "scrap"]].to_numpy().tolist() == [["Máy 1", 1250, 12]]

    with pytest.raises(UnicodeDecodeError):
        pd.read_csv(io.BytesIO(text.encode(encoding)), sep="\t")


def test_headers_in_nfd(read):
    text = unicodedata.normalize("NFD", "Ngày sản xuất;Ca;Mã máy;Số lượng đạt;Phế phẩm\n02/03/2026;Ca1;Máy dập;7;1\n")
    counts = read("mac.csv", text.encode(), table="counts")
    assert counts[["machine_id", "good", "scrap"]].to_numpy().tolist() == [["Máy dập", 7, 1]]

    assert "Ngày sản xuất" not in pd.read_csv(io.BytesIO(text.encode()), sep=";")


def test_a_thousand_written_with_a_dot(read):
    data = "Ngày;Ca;Máy;Đạt\n02/03/2026;Ca1;M1;1.250\n03/03/2026;Ca1;M1;2.300\n".encode()
    with pytest.raises(AmbiguousValueError, match=r"(?s)row 2.*'1\.250'.*decimal="):
        read("ngan.csv", data, table="counts")
    assert read("ngan.csv", data, table="counts", decimal=",")["good"].tolist() == [1250, 2300]
    assert read("ngan.csv", data, table="counts", decimal=".")["good"].tolist() == [1.25, 2.3]
    settled = data + b"04/03/2026;Ca1;M1;987,5\n"  # one value that reads one way only settles the column
    assert read("ngan.csv", settled, table="counts")["good"].tolist() == [1250, 2300, 987.5]

    assert pd.read_csv(io.BytesIO(data), sep=";")["Đạt"].tolist() == [1.25, 2.3]  # a thousandth of what was made


def test_dates_are_day_first(read):
    data = "Ngày;Ca;Máy;Đạt\n02/03/2026;Ca1;M1;1\n12/03/2026;Ca1;M1;2\n".encode()
    days = read("ngay.csv", data, table="counts")["production_date"]
    assert days.tolist() == [pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-12")]

    naive = pd.to_datetime(pd.read_csv(io.BytesIO(data), sep=";")["Ngày"])
    assert naive.tolist() == [pd.Timestamp("2026-02-03"), pd.Timestamp("2026-12-03")]  # February and December

    short = "Ngày;Ca;Máy;Đạt\n03/02;Ca1;M1;1\n".encode()
    with pytest.raises(AmbiguousValueError, match=r"(?s)row 2.*03/02.*date_format="):
        read("ngan.csv", short, table="counts")
    day = read("ngan.csv", short, table="counts", date_format="%d/%m/2026")["production_date"]
    assert day.tolist() == [pd.Timestamp("2026-02-03")]


def test_24_00(read):
    data = "Ngày;Máy;Từ;Đến;Lý do\n02/03/2026;M1;23:30;24:00;R1\n02/03/2026;M1;24:00;00:20;R2\n".encode()
    stops = read("24h.csv", data, table="stops", tz=TZ)
    assert stops["end"].tolist() == [local("2026-03-03T00:00"), local("2026-03-03T00:20")]
    assert stops["start"].tolist() == [local("2026-03-02T23:30"), local("2026-03-03T00:00")]

    naive = pd.read_csv(io.BytesIO(data), sep=";")
    with pytest.raises(ValueError, match="24:00"):
        pd.to_datetime(naive["Ngày"] + " " + naive["Đến"], format="%d/%m/%Y %H:%M")


def test_a_night_shift_over_midnight(read):
    data = """Ngày;Ca;Máy;Từ;Đến;Lý do
02/03/2026;Ca3;M1;22:40;23:05;R1
02/03/2026;Ca3;M1;23:50;00:15;R2
02/03/2026;Ca3;M1;01:10;01:20;R3
03/03/2026;Ca3;M1;02:00;02:30;R1
""".encode()
    stops = read("dem.csv", data, table="stops", tz=TZ)
    assert stops["start"].tolist() == [
        local("2026-03-02T22:40"), local("2026-03-02T23:50"), local("2026-03-03T01:10"), local("2026-03-04T02:00"),
    ]  # fmt: skip
    assert stops["end"].iloc[1] == local("2026-03-03T00:15")
    assert {"over_midnight": [3], "after_midnight": [4, 5]}.items() <= codes(stops).items()
    alone = "Ngày;Ca;Máy;Từ;Đến\n02/03/2026;Ca3;M1;01:10;01:20\n".encode()
    with pytest.raises(AmbiguousValueError, match=r"(?s)row 2.*01:10.*day_start="):
        read("dem.csv", alone, table="stops", tz=TZ)
    assert read("dem.csv", alone, table="stops", tz=TZ, day_start="06:00")["start"].tolist() == [local("2026-03-03T01:10")]
    calendar = read("dem.csv", alone, table="stops", tz=TZ, columns={"Ngày": "date"})
    assert calendar["start"].tolist() == [local("2026-03-02T01:10")]

    naive = pd.read_csv(io.BytesIO(data), sep=";")
    begin, end = (pd.to_datetime(naive["Ngày"] + " " + naive[name], dayfirst=True) for name in ("Từ", "Đến"))
    assert (end - begin).min() < pd.Timedelta(0)  # a stop of minus 23 h 35
    assert begin.iloc[2] < begin.iloc[0]  # a day too early


def test_duplicates(read):
    data = """STT;Ngày;Ca;Máy;Đạt;NG
1;02/03/2026;Ca1;M1;100;1
2;02/03/2026;Ca2;M1;90;2
3;02/03/2026;Ca1;M1;100;1

4;02/03/2026;Ca3;M1;80;0
""".encode()
    counts = read("trung.csv", data, table="counts")
    assert counts["good"].tolist() == [100, 90, 80]
    assert codes(counts)["duplicates_left_out"] == [4]

    assert pd.read_csv(io.BytesIO(data), sep=";")["Đạt"].sum() == 370  # a hundred twice


def test_a_summary_row_at_the_bottom(read):
    data = """Ngày;Ca;Máy;Đạt;NG
02/03/2026;Ca1;M1;100;1
02/03/2026;Ca2;M1;90;2
Cộng ngày 02/03;;;190;3
03/03/2026;Ca1;M1;80;0
Tổng cộng;;;270;3
;;;270;3
Người lập biểu: Nguyễn Văn An;;Quản đốc;;
""".encode()
    counts = read("tong.csv", data, table="counts")
    assert counts["good"].tolist() == [100, 90, 80]
    assert codes(counts)["totals_left_out"] == [4, 6, 7]
    assert codes(counts)["rows_without_values"] == [8]

    assert pd.read_csv(io.BytesIO(data), sep=";")["Đạt"].sum() == 1000  # 270, and the sums of sums


def test_dates_a_program_has_swapped_are_refused(read):
    feb = dt.datetime.fromisoformat("2026-02-03")
    rows = [["Ngày", "Ca", "Máy", "Đạt"], [feb, 1, "M1", 5], ["15/03/2026", 1, "M1", 6]]
    with pytest.raises(AmbiguousValueError, match=r"(?s)row 3.*days for months"):
        read("us.xlsx", workbook(*rows), table="counts")

    assert pd.read_excel(io.BytesIO(workbook(*rows)))["Ngày"].tolist() == [feb, "15/03/2026"]


def test_cells_of_excel(read):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [
        ["Ngày", "Máy", "Từ", "Đến", "Thời gian dừng (phút)", "Lý do"],
        [46083, "M1", dt.time(6, 15), dt.time(6, 45), 30, "R1"],
        [dt.date(2026, 3, 2), "M1", dt.timedelta(hours=23, minutes=30), dt.timedelta(days=1), 30, "R1"],
        ["04/03/2026", "M1", 0.25, 0.5, "=6*60", "R1"],
        ["Tổng", None, None, None, "=SUM(E2:E4)", None],
    ]:
        sheet.append(row)
    for cell in (sheet["C3"], sheet["D3"]):
        cell.number_format = "[h]:mm"
    with pytest.raises(sf.errors.ColumnTypeError, match=r"(?s)row 4.*never calculated.*save it"):
        read("moi.xlsx", saved(book), table="stops", tz=TZ)
    sheet["E4"] = 360
    stops = read("moi.xlsx", saved(book), table="stops", tz=TZ)
    assert stops["start"].tolist() == [local("2026-03-02T06:15"), local("2026-03-02T23:30"), local("2026-03-04T06:00")]
    assert stops["end"].tolist() == [local("2026-03-02T06:45"), local("2026-03-03T00:00"), local("2026-03-04T12:00")]
    assert {"excel_day_numbers": [2], "totals_left_out": [5]}.items() <= codes(stops).items()
