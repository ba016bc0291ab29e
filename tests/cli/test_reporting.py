"""`smartfab report`: a page of each kind, what was written as JSON, and one line for what is wrong."""

from __future__ import annotations

import json

import pytest

from smartfab.cli.proving import prove

DAY = ("--from", "2026-03-02", "--to", "2026-03-03")


@pytest.fixture
def report(run, filled, tmp_path):
    return lambda *options: run(
        "report", filled / "plant.toml", "--store", filled / "store", "-o", tmp_path / "page.html", *options
    )


def page(tmp_path):
    return (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "title"), [("day", "Báo cáo OEE"), ("month", "Báo cáo OEE tháng")])
def test_a_page_is_written_in_the_plants_language(report, tmp_path, kind, title):
    ended = report(*DAY, "--kind", kind, "--by", "Lan")
    assert (ended.code, ended.errors, ended.out) == (0, [], f"→ {tmp_path / 'page.html'}\n")
    assert f"<h1>{title}</h1>" in page(tmp_path)
    assert " bởi Lan, " in page(tmp_path)


def test_a_shift_by_its_name_and_what_was_written_as_json(report, tmp_path):
    ended = report("--from", "2026-03-02", "--shift", "Ca1", "--kind", "shift", "--lang", "en", "--json")
    assert (ended.code, ended.errors) == (0, [])
    told = json.loads(ended.out)
    assert told["bytes"] == (tmp_path / "page.html").stat().st_size
    assert (told["from"], told["to"]) == ("2026-03-01T23:00:00+00:00", "2026-03-02T07:00:00+00:00")
    assert (told["kind"], told["lang"], told["plant"]) == ("shift", "en", "vinh-phuc")
    assert "2026-03-02 06:00 – 2026-03-02 14:00" in page(tmp_path)


def test_an_improvement_by_its_number(report, tmp_path):
    prove(tmp_path / "register.db", "vi")
    asked = ("--kind", "improvement", "--db", tmp_path / "register.db", "--improvement", "CT-2026-0001")
    assert report(*DAY, *asked).code == 0
    assert "CT-2026-0001" in page(tmp_path)


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--from", "2026-03-02"), 2, "neither or both"),
        (("--from", "2026-03-03", "--to", "2026-03-02"), 2, "not after"),
        (("--from", "2026-03-02", "--shift", "Ca9"), 2, "no shift 'Ca9' on 2026-03-02; expected one of: Ca1, Ca2, Ca3"),
        ((*DAY, "--kind", "improvement"), 2, "no register of improvements"),
        ((*DAY, "--kind", "year"), 2, "'year' is not one of"),
        ((*DAY, "-o", "/nowhere/page.html"), 2, "No such file or directory"),
    ],
)
def test_what_is_wrong_is_one_line(report, options, code, told):
    ended = report(*options)
    assert ended.code == code
    (line,) = ended.errors
    assert told in line
