"""Shift sheets alone give OEE; what they lack the plant knows."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_plant_files import TOML

SHEET = """BÁO CÁO CA THÁNG 3
Ngày;Ca;Máy;Mã hàng;Thời gian KH (phút);Thời gian dừng (phút);Chu kỳ chuẩn (s);Sản lượng;NG
02/03/2026;Ca1;Press01;P-100;465;40;1;20000;100
02/03/2026;Ca2;Press01;P-100;465;25,5;1;21000;50
03/03/2026;Ca1;Press01;P-200;465;0;2;12000;0
Tổng cộng;;;;1395;65,5;;53000;150
"""


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "thang 3"
    home.mkdir()
    (home / "ca.csv").write_text(SHEET, encoding="utf-8")
    return home


def rows(ended):
    assert ended.code == 0, ended.errors
    return json.loads(ended.out)["rows"]


def test_no_plant_and_no_store_is_needed(run, folder):
    found = rows(run("oee", "--from-files", folder, "--json"))
    assert [(row["production_date"], row["shift_id"]) for row in found] == [
        ("2026-03-02", "Ca1"), ("2026-03-02", "Ca2"), ("2026-03-03", "Ca1"),
    ]  # fmt: skip
    assert [row["oee"] for row in found] == pytest.approx([19900 / 27900, 20950 / 27900, 24000 / 27900])
    assert [row["breakdown_s"] for row in found] == [2400, 1530, 0]
    (whole,) = rows(run("oee", "--from-files", folder, "--by", "machine", "--json"))
    assert whole["oee"] == pytest.approx((19900 + 20950 + 24000) / (3 * 27900))


def test_cycles_lines_and_dates_come_from_the_plant(run, folder):
    toml = folder / "plant.toml"
    toml.write_text(TOML.replace('reasons = "ly do.csv"\n', ""), encoding="utf-8")
    lines = [";".join(cells[:6] + cells[7:]) for cells in (line.split(";") for line in SHEET.splitlines())]
    (folder / "ca.csv").write_text("\n".join(lines), encoding="utf-8")
    found = rows(run("oee", "--from-files", folder, "--by", "line", "--json"))
    assert [(row["line_id"], row["oee"]) for row in found] == [("L1", pytest.approx((19900 + 20950 + 24000) / (3 * 27900)))]
    window = ("--from", "2026-03-03", "--to", "2026-03-04")
    (day,) = rows(run("oee", toml, "--from-files", folder, *window, "--by", "day", "--json"))
    assert (day["production_date"], day["good"], day["ideal_s"]) == ("2026-03-03", 12000, 24000)


def test_what_cannot_be_is_said(run, folder):
    (folder / "dem.csv").write_text("Ngày;Ca;Máy;Đạt\n02/03/2026;Ca1;Press01;9\n", encoding="utf-8")
    assert "totals of shifts beside counts" in run("oee", "--from-files", folder).errors[0]
    (folder / "ca.csv").unlink()
    assert "no plant.toml" in run("oee", "--from-files", folder).errors[0]
    assert run("oee", "--from-files", folder, "--store", folder).code == 2
    assert run("oee").code == 2
