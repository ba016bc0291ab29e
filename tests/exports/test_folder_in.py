"""A folder of files: which table each sheet holds, every fault of every file, nothing twice."""

from __future__ import annotations

import pytest

from smartfab.errors import AmbiguousValueError, TableError
from smartfab.exports.folder_in import read_folder
from tests.exports.plant_files import TZ, cp1258, local, saved, workbook

IDS = {"machine_id": {"M1": "M1", "M2": "M2"}, "signal_id": {"M1/good": "M1/good", "Đếm M1": "M1/good", "M1/state": "M1/state"}}
STOPS = "Ngày;Máy;Từ;Đến;Lý do\n02/03/2026;M1;06:10;06:20;R1\n"
COUNTS = "Ngày;Ca;Máy;Đạt;NG\n02/03/2026;1;M1;100;1\n"


@pytest.fixture
def read(tmp_path):
    """Reads a folder with these files."""

    def call(files, **options):
        for name, data in files.items():
            (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_folder(tmp_path, **{"tz": TZ, "day_start": "06:00", "ids": IDS, **options})

    return call


@pytest.mark.parametrize(
    ("name", "text", "table"),
    [
        ("a.csv", STOPS, "stops"),
        ("a.csv", "Ngày;Máy;Bắt đầu;Số phút dừng;Lý do;Người ghi\n02/03/2026;M1;06:10;5;R1;An\n", "stops"),
        ("a.csv", COUNTS, "counts"),
        ("a.csv", "Ngày;Ca;Máy;TG kế hoạch (phút);TG dừng (phút);Chu kỳ (s);SL;NG\n02/03/2026;1;M1;480;30;1;99;1\n", "totals"),
        ("a.csv", "Máy;Thời điểm;Trạng thái\nM1;02/03/2026 06:00;Chạy\n", "states"),
        ("a.csv", "Tag;Time;Value\nM1/good;2026-03-02 06:00:00;5\n", "samples"),
        ("a.csv", "Time;Đếm M1\n2026-03-02 06:00:00;5\n2026-03-02 06:01:00;7\n", "samples"),
        ("a.csv", "Máy;Thời điểm;Mã hàng\nM1;02/03/2026 06:00;P\n", "changeovers"),
        ("a.csv", "Lệnh SX;Máy;Mã hàng;Bắt đầu;Kết thúc;SL KH\nL;M1;P;02/03/2026 06:00;02/03/2026 14:00;9\n", "orders"),
        ("stop_reasons thang 3.csv", STOPS, "stop_reasons"),
    ],
)
def test_the_header_or_the_name_says_what_a_file_holds(read, name, text, table):
    (found,) = read({name: text}).items()
    assert found[0] == table
    assert len(found[1]) >= 1


def test_sheets_of_a_workbook_each_hold_their_own(read):
    import openpyxl

    book = openpyxl.Workbook()
    for title, text in (("Dừng máy", STOPS), ("Sản lượng", COUNTS), ("Hướng dẫn", "Điền vào hai trang đầu\n")):
        page = book.create_sheet(title)
        for line in text.splitlines():
            page.append(line.split(";"))
    book.remove(book.worksheets[0])
    tables = read({"thang 3.xlsx": saved(book)})
    assert {table: len(frame) for table, frame in tables.items()} == {"stops": 1, "counts": 1}
    left = [item["where"] for frame in tables.values() for item in frame.attrs["findings"] if item["code"] == "sheet_left_out"]
    assert left == ["thang 3.xlsx, sheet 'Hướng dẫn'"]


@pytest.mark.parametrize(("name", "ids"), [("M2.csv", IDS), ("a.csv", {"machine_id": {"M2": "M2"}})])
def test_a_file_of_one_machine_needs_no_column_for_it(read, name, ids):
    stops = read({name: "Ngày;Từ;Đến\n02/03/2026;06:10;06:20\n"}, ids=ids)["stops"]
    assert stops[["machine_id", "start"]].to_numpy().tolist() == [["M2", local("2026-03-02T06:10")]]
    with pytest.raises(TableError, match="machine_id"):
        read({"b.csv": "Ngày;Từ;Đến\n02/03/2026;06:10;06:20\n"})


def test_what_two_files_say_counts_once_and_what_one_file_says_twice_counts_twice(read):
    more = COUNTS + "03/03/2026;1;M1;100;1\n"
    hourly = "Lần;Ngày;Ca;Máy;Đạt\n1;04/03/2026;1;M1;50\n2;04/03/2026;1;M1;50\n"
    again = workbook(*[line.split(";") for line in more.splitlines()])
    counts = read({"a.csv": COUNTS, "b.xlsx": again, "c.csv": hourly})["counts"]
    assert counts["good"].tolist() == [100, 100, 50, 50]
    assert [item["count"] for item in counts.attrs["findings"] if item["code"] == "rows_in_two_files"] == [1]


def test_every_fault_of_every_file_at_once(read):
    files = {
        "a.csv": STOPS + "02/03/2026;M9;06:10;06:05;R1\n",
        "b.csv": cp1258("Ngày;Ca;Máy;Đạt\n02/03/2026;1;M1;1.250\n"),
        "c.csv": "x;y\n1;2\n",
        "d.xlsx": b"PK\x03\x04 broken",
        "~$e.xlsx": b"a lock",
        "f.pdf": b"%PDF",
    }
    with pytest.raises(TableError) as caught:
        read(files)
    told = [str(fault) for fault in caught.value.faults]
    assert [name for text in told for name in files if name in text] == ["a.csv", "a.csv", "b.csv", "c.csv", "d.xlsx"]
    assert AmbiguousValueError in {type(fault) for fault in caught.value.faults}


def test_an_empty_folder_and_files_that_are_something_else(read, tmp_path):
    with pytest.raises(TableError, match="file here"):
        read({})
    tables = read({"a.csv": STOPS, "hang.csv": "x;y\n1;2\n"}, without=[tmp_path / "hang.csv"])
    assert list(tables) == ["stops"]
