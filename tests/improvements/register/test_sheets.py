"""People and paper improvements from a plant's own sheets: every fault by row, and a second run adds nothing."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from smartfab.errors import RegisterError
from smartfab.improvements.register.paper_sheets import EXAMPLE, HEADERS, write_template
from tests.improvements.register.full import PNG

PEOPLE = [
    ["DANH SÁCH NHÂN SỰ NĂM 2026"],
    [],
    ["Mã NV", "Họ tên", "Bộ phận", "Chức vụ", "Ngày sinh"],
    [123, "Nguyễn Văn An", "Xưởng dập", "Tổ trưởng", dt.date(1990, 5, 1)],
    ["E0456", "Trần Thị Bình", "Xưởng hàn", None, "15/08/1992"],
]


@pytest.fixture
def workbook(tmp_path):
    def write(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title.replace("_", " "))
            for row in rows:
                sheet.append(row)
        path = tmp_path / "file.xlsx"
        book.save(path)
        return path

    return write


def filled(workbook, *changes):
    """The template with one row for each dict of changes."""
    rows = [[{**EXAMPLE, **change}[name] for name in HEADERS] for change in changes]
    return workbook(Sổ=[[names[0] for names in HEADERS.values()], *rows])


def test_people_come_in_with_their_units_and_twice_changes_nothing(register, workbook):
    path = workbook(Nhân_sự=PEOPLE)
    assert register.people.import_file(path, by="admin", dry_run=True) == 4
    assert register.people.all() == ()
    assert register.people.import_file(path, by="admin") == 4
    assert register.people.import_file(path, by="admin") == 0
    an = register.people.person("123")
    assert (an.name, an.unit_id, an.job_title, an.birth_date) == ("Nguyễn Văn An", "Xưởng dập", "Tổ trưởng", "1990-05-01")
    assert register.people.person("E0456").birth_date == "1992-08-15"
    assert [unit.unit_id for unit in register.people.units()] == ["Xưởng dập", "Xưởng hàn"]


def test_units_have_a_sheet_of_their_own(register, workbook):
    units = [
        ["Mã đơn vị", "Tên đơn vị", "Cấp trên", "Số lao động"],
        ["N1", "Nhà máy", None, 200],
        ["X1", "Xưởng dập", "N1", 40],
    ]
    people = [["Mã NV", "Họ tên", "Mã đơn vị"], ["E1", "An", "X1"]]
    register.people.import_file(workbook(Đơn_vị=units, Nhân_sự=people), by="admin")
    assert register.people.units()[1].headcount == 40
    assert register.people.units()[1].parent_id == "N1"


def test_people_may_come_as_csv(register, tmp_path):
    path = tmp_path / "nhan_su.csv"
    path.write_text("Mã NV;Họ tên;Đơn vị\nE1;Nguyễn Văn An;X1\n", encoding="utf-8-sig")
    assert register.people.import_file(path, by="admin") == 2


def test_every_fault_of_people_has_its_row(register, workbook):
    rows = [*PEOPLE[:3], [None, "Không mã"], ["E1", None], ["E2", "Bình", "X", None, "1992"], ["E2", "Bình"]]
    with pytest.raises(RegisterError) as caught:
        register.people.import_file(workbook(Nhân_sự=rows), by="admin")
    told = str(caught.value)
    assert all(row in told for row in ("row 4, person_id", "row 5, name", "row 6, birth_date"))
    assert "E2 2 times" in told
    assert register.people.all() == ()


def test_a_sheet_without_the_headers_is_told(register, workbook):
    with pytest.raises(RegisterError, match="no column name"):
        register.people.import_file(workbook(S=[["Mã NV", "Tuổi"], ["E1", 30]]), by="admin")
    with pytest.raises(RegisterError, match="no column"):
        register.people.import_file(workbook(S=[["x"], ["y"]]), by="admin")


def test_paper_improvements_enter_with_their_own_dates_and_scans(register, workbook, tmp_path, clock):
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "p-2025-001.png").write_bytes(PNG)
    path = filled(
        workbook, {}, {"paper_no": "P-2", "track": "không đo", "authors": "E0123", "kpi": "", "expected": "", "applied_on": ""}
    )
    tried = register.import_paper(path, by="C001", scans=scans, dry_run=True)
    assert (tried.entered, tried.dry_run, register.search()) == ((), True, [])
    done = register.import_paper(path, by="C001", scans=scans)
    assert (done.entered, done.scans, done.without_scan) == (("CT-2026-0001", "CT-2026-0002"), 1, ("P-2",))
    one, two = register.get("CT-2026-0001"), register.get("CT-2026-0002")
    assert (one.paper_no, one.proposed_on, one.applied_on, one.late) == ("P-2025-001", "2025-05-10", "2025-06-01", True)
    assert (one.by, one.entered_by, one.expected[1]) == ("E0123", "C001", 0.02)
    assert (two.track, two.lane, two.authors) == ("no_measurement", "small", (("E0123", "100"),))
    assert register.attachments(one.id)[0].kind == "scan"
    again = register.import_paper(path, by="C001", scans=scans)
    assert (again.entered, again.already, again.scans) == ((), ("P-2025-001", "P-2"), 0)
    assert register.audit.verify().ok


def test_every_fault_of_paper_has_its_row_and_nothing_is_entered(register, workbook):
    path = filled(
        workbook,
        {"paper_no": "P-1"},
        {"paper_no": "P-2", "authors": "E0123: 60; E0456: 30"},
        {"paper_no": "P-3", "authors": "E0123, E0456"},
        {"paper_no": "P-4", "proposed_on": "2025"},
        {"paper_no": "P-1"},
        {"paper_no": "P-6", "expected": "nhiều", "track": "sau"},
        {"paper_no": "P-7", "applied_on": "01/01/2030"},
        {"paper_no": "", "title_vi": ""},
    )
    with pytest.raises(RegisterError) as caught:
        register.import_paper(path, by="C001")
    told = str(caught.value)
    for said in ("row 3, authors: shares sum to 90", "row 4, authors", "row 5, proposed_on", "row 6, paper_no: P-1 twice",
                 "row 7, expected", "row 7, track", "row 8, applied_on: 2030-01-01 lies in the future", "row 9, paper_no",
                 "row 9, title_vi"):  # fmt: skip
        assert said in told, said
    assert register.search() == []


def test_the_template_is_read_as_it_is_written(register, tmp_path):
    path = tmp_path / "mau.xlsx"
    write_template(path)
    assert register.import_paper(path, by="C001").entered == ("CT-2026-0001",)
    with pytest.raises(RegisterError, match="there already"):
        write_template(path)


def test_a_percentage_is_a_ratio(register, workbook):
    register.import_paper(filled(workbook, {"expected": "2%"}), by="C001")
    assert register.get("CT-2026-0001").expected == (0.02, 0.02, 0.02)


def test_a_file_or_folder_that_is_not_there_is_told(register, workbook, tmp_path):
    with pytest.raises(RegisterError, match="cannot be read"):
        register.import_paper(tmp_path / "no.xlsx", by="C001")
    with pytest.raises(RegisterError, match="no folder"):
        register.import_paper(filled(workbook, {}), by="C001", scans=tmp_path / "no")
