"""The workbook as a person, Excel and openpyxl see it."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError
from smartfab.findings import attach, finding
from smartfab.vocabulary import COLUMNS, TABLES, label
from tests.exports.plant_files import TZ

SIM = sf.simulation.line(days=1, seed=3, machines=2)
SPAN = SIM.data.shifts["start"].min(), SIM.data.shifts["end"].max()
KPIS = sf.oee.evaluate(SIM.data, *SPAN)
ACCOUNT = sf.oee.time_account(SIM.data, *SPAN)


@pytest.fixture
def book(tmp_path):
    sf.to_excel({"oee": KPIS, "account": ACCOUNT}, tmp_path / "oee.xlsx")
    return openpyxl.load_workbook(tmp_path / "oee.xlsx")


def column(sheet, header):
    place = [cell.value for cell in sheet[1]].index(header)
    return [row[place] for row in sheet.iter_rows(min_row=2)]


def test_headers_are_the_words_of_the_vocabulary_with_units(book):
    heads = [cell.value for cell in book["oee"][1]]
    expected = [label(name, "vi") + (f" ({COLUMNS[name].unit})" if COLUMNS[name].unit == "s" else "") for name in KPIS]
    assert heads == expected
    assert "Hiệu suất thiết bị tổng thể (OEE)" in heads
    assert "Dừng do hỏng máy (sự cố) (s)" in heads


def test_dates_numbers_and_percent_are_real(book):
    days = column(book["oee"], "Ngày sản xuất")
    assert all(isinstance(cell.value, dt.datetime) and cell.number_format == "dd/mm/yyyy" for cell in days if cell.value)
    ratio = column(book["oee"], "Mức độ sẵn sàng (A)")
    assert [cell.value for cell in ratio] == pytest.approx(KPIS["availability"].tolist(), rel=1e-15)
    assert {cell.number_format for cell in ratio} == {"0.0%"}
    begins = [cell.value for cell in column(book["account"], "Bắt đầu")]
    assert begins == list(ACCOUNT["start"].dt.tz_convert(TZ).dt.tz_localize(None).dt.round("ms").dt.to_pydatetime())


def test_the_header_stays_in_sight_and_states_are_spoken(book):
    assert book["account"].freeze_panes == "A2"
    assert {cell.value for cell in column(book["account"], "Nhóm tổn thất")} <= {
        label(loss, "vi") for loss in sf.vocabulary.LOSSES
    }


def test_findings_stand_in_a_sheet_of_their_own(tmp_path):
    table = attach(KPIS.copy(), [finding("counter_reset", "=HYPERLINK(1)", 3, first="2026-03-02")])
    sf.to_excel({"oee": table}, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["oee", "Ghi chú"]
    rows = [[cell.value for cell in row] for row in book["Ghi chú"].iter_rows()]
    assert ["oee", 3, "bộ đếm bị đặt lại rồi đếm tiếp", "'=HYPERLINK(1)", "first=2026-03-02"] in rows
    assert any("Asia/Ho_Chi_Minh" in str(row) for row in rows)


HOSTILE = ["=1+1", "+1", "-1", "@x", "\t=1", "=cmd|' /C calc'!A0", "'=1", "＝1", "x\x00y", "a" * 40_000]


def test_no_text_is_a_formula(tmp_path):
    table = pd.DataFrame({"machine_id": HOSTILE, "start": SPAN[0], "end": SPAN[1], "reason_id": HOSTILE, "=bad": HOSTILE})
    sf.to_excel({"stop_reasons": table}, tmp_path / "a.xlsx")
    for options in ({}, {"data_only": True}):
        cells = [
            cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx", **options)["stop_reasons"].iter_rows() for cell in row
        ]
        texts = [cell for cell in cells if isinstance(cell.value, str)]
        assert {cell.data_type for cell in cells} == {"s", "d"}
        assert not [cell.value for cell in texts if cell.value.lstrip()[:1] in set("=+-@＝")]
    back = sf.read_export(tmp_path / "a.xlsx", table="stop_reasons", show=False, columns={"=bad": None})
    assert back["reason_id"].tolist()[:8] == [*HOSTILE[:4], "=1", *HOSTILE[5:7], "＝1"]


def test_what_cannot_be_shown_is_remarked(tmp_path):
    ts = pd.to_datetime(["2026-03-02T06:00:00.000123Z", "2026-03-02T07:00:00.000000Z"]).as_unit("us")
    sf.to_excel(
        {"counts": pd.DataFrame({"machine_id": "M", "ts": ts, "good": [float("inf"), float("nan")]})}, tmp_path / "a.xlsx"
    )
    notes = [row[2].value for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["Ghi chú"].iter_rows(min_row=3)]
    assert notes == ["thời điểm ghi đến mili giây", "giá trị vô hạn, đã bỏ qua"]


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_header_we_write_is_read_back_as_its_column(table, lang):
    from smartfab.exports.cells_out import shown_column
    from smartfab.exports.headings import known_in
    from smartfab.tables import empty

    heads = [shown_column(column, series, table, lang, TZ).header for column, series in empty(table).items()]
    assert known_in([heads], table, {}) == len(heads)


def test_faults_before_anything_is_written(tmp_path):
    with pytest.raises(TableError, match="a_b"):
        sf.to_excel({"a/b": KPIS, "a:b": KPIS}, tmp_path / "a.xlsx")
    with pytest.raises(TableError, match="vi"):
        sf.to_excel(KPIS, tmp_path / "a.xlsx", lang="fr")
    (tmp_path / "keep.xlsx").write_bytes(b"old")
    with pytest.raises(TableError, match="Check the folder"):
        sf.to_excel(KPIS, tmp_path / "no" / "keep.xlsx")
    assert (tmp_path / "keep.xlsx").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["keep.xlsx"]
