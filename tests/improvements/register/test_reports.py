"""Exports for others and reports for emulation: whole, harmless, and without pay where it is nobody's business."""

from __future__ import annotations

import csv
import json

import openpyxl
import pytest

from smartfab.errors import RegisterError
from smartfab.improvements.register import Person, Unit
from tests.improvements.register import full
from tests.improvements.register.stand_in import FIVE_S, IDEA

EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture
def filled(register, clock):
    full.fill(register, clock)
    register.submit(**{**FIVE_S, "title_vi": EVIL}, drive="Q2")
    return register


def test_csv_holds_every_improvement_and_no_formula(filled, tmp_path):
    filled.export(tmp_path / "so.csv")
    data = (tmp_path / "so.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert [row["improvement_id"] for row in rows] == ["CT-2026-0001", "CT-2026-0002", "CT-2026-0003"]
    assert rows[2]["title_vi"] == f"'{EVIL}"
    assert (rows[0]["state"], rows[0]["status"], rows[0]["certificate_no"]) == ("rewarded", "gain_confirmed", "001/2026")
    assert "benefit" not in rows[0]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_a_workbook_has_vietnamese_heads_words_and_the_head_of_the_chain(filled, tmp_path):
    filled.export(tmp_path / "so.xlsx", money=True)
    book = openpyxl.load_workbook(tmp_path / "so.xlsx")
    sheet = book["Sổ cải tiến"]
    heads = [cell.value for cell in sheet[1]]
    assert {"Mã số", "Tên giải pháp", "Tiền làm lợi"} <= set(heads)
    title = sheet.cell(4, heads.index("Tên giải pháp") + 1)
    assert (title.data_type, title.value) == ("s", f"'{EVIL}")
    assert sheet.cell(2, heads.index("Trạng thái") + 1).value == "Đã khen thưởng"
    assert book["Chuỗi kiểm toán"].cell(2, 1).value == filled.audit.head()
    assert "Bảng chi" in book.sheetnames


def test_json_is_for_programs(filled, tmp_path):
    filled.export(tmp_path / "so.json", money=True)
    told = json.loads((tmp_path / "so.json").read_text(encoding="utf-8"))
    assert told["head"] == filled.audit.head()
    assert told["improvements"][0]["benefit"] == full.BENEFIT
    assert told["improvements"][1]["declared"] is True
    assert told["improvements"][1]["grade"] == "D"
    assert told["improvements"][2]["title_vi"] == EVIL
    assert sum(row["gross"] for row in told["rewards"]) == 157_248_000
    with pytest.raises(RegisterError, match=r"\.csv, \.xlsx, \.json"):
        filled.export(tmp_path / "so.pdf")


def test_emulation_by_unit(filled):
    table = filled.emulation("2026-01-01", "2027-01-01", by="unit", money=True).set_index("unit")
    row = table.loc["U1"]
    assert (row["name"], row["submitted"], row["answered_in_time"], row["applied"]) == ("Xưởng dập", 3, 2, 1)
    assert (row["measured"], row["recognised"], row["decisions"]) == (1, 1, "12/QĐ")
    assert (row["employees"], row["per_100"]) == (40, pytest.approx(7.5))
    assert row["benefit"] == full.BENEFIT
    assert row["paid"] == 94_348_800
    assert "U2" not in table.index


def test_emulation_by_person_divides_money_by_share_and_hides_it(filled):
    table = filled.emulation("2026-01-01", "2027-01-01", by="person", money=True)
    assert table["person"].tolist() == ["E0123", "E0456"]  # by id, not by money
    assert table["benefit"].tolist() == [full.BENEFIT * 6 // 10, full.BENEFIT * 4 // 10]
    assert not {"benefit", "paid"} & set(filled.emulation("2026-01-01", "2027-01-01", by="person").columns)


def test_emulation_by_month_and_drive_counts_things_on_their_day(filled, tmp_path):
    months = filled.emulation("2026-03-01", "2026-04-01", by="month").set_index("month")
    assert (months.loc["2026-03", "submitted"], months.loc["2026-03", "applied"]) == (1, 0)
    path = tmp_path / "thi_dua.xlsx"
    drives = filled.emulation("2026-01-01", "2027-01-01", by="drive", path=path)
    assert drives["drive"].tolist() == ["Q2"]
    assert openpyxl.load_workbook(path)["Thi đua"].cell(1, 1).value == "Đợt thi đua"
    with pytest.raises(RegisterError, match="is not after"):
        filled.emulation("2026-01-01", "2026-01-01")


def test_an_author_of_two_units_counts_once_in_each(register):
    register.people.put(
        units=[Unit("U1"), Unit("U2")], people=[Person("E0123", "A", "U1"), Person("E0456", "B", "U2")], by="admin"
    )
    register.submit(**IDEA)
    table = register.emulation("2026-03-01", "2026-04-01")
    assert table[["unit", "submitted"]].to_numpy().tolist() == [["U1", 1], ["U2", 1]]


def test_an_empty_register_has_empty_reports(register, tmp_path):
    assert len(register.emulation("2026-01-01", "2027-01-01")) == 0
    register.export(tmp_path / "so.xlsx", money=True)
    register.export(tmp_path / "so.csv", money=True)
    assert len(register.deadlines()) == 0
