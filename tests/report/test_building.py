"""The page of a window: right figures, in the reader's language, and nothing that reaches out or runs."""

from __future__ import annotations

import re

import pytest

import smartfab as sf


@pytest.fixture
def page(store, plant, read):
    return lambda **options: read(sf.report.build(store, plant, "2026-03-02", "2026-03-03", kind="day", **options).html)


def test_figures_in_vietnamese(page):
    text = page(lang="vi").text
    assert "Báo cáo OEE" in text
    assert "1.234" in text
    assert "1.200" in text
    assert "83,3\xa0%" in text  # availability in Ca1: 100 of 120 min
    assert "50,0\xa0%" in text  # OEE in Ca1: 1,200 good pieces of 3 s in 2 h
    assert "02/03/2026 06:00 – 03/03/2026 06:00" in text


def test_figures_in_english(page):
    text = page(lang="en").text
    assert "1,234" in text
    assert "83.3\xa0%" in text
    assert "2026-03-02 06:00 – 2026-03-03 06:00" in text


def test_vietnamese_is_the_default(page):
    assert page().elements[0] == ("html", {"lang": "vi"})


def test_a_missing_figure_has_its_reason(page):
    text = page(lang="vi").text
    assert "máy này không có số đếm sản phẩm" in text
    assert "no pieces" not in text


def test_shifts_stand_in_the_plants_order(page):
    text = page(lang="en").text
    shifts = text[text.index("Machines by shift") :]
    assert shifts.index("Ca 2 & 3") < shifts.index("Ca1")


def test_it_says_how_old_its_data_are(page, store):
    assert "store version 1, written 20" in page(lang="en").text
    store.append("samples", store.read("samples"))
    assert "store version 2, written 20" in page(lang="en").text


def test_names_are_shown_as_text(page, store, plant):
    seen = page(lang="en")
    assert "img" not in {tag for tag, _ in seen.elements}
    assert "b" not in {tag for tag, _ in seen.elements}
    assert "<img src=x onerror=alert(1)>" in seen.text
    assert "vĩnh <b>phúc" in seen.text
    assert "<img" not in sf.report.build(store, plant, "2026-03-02", "2026-03-03", kind="day").html


def test_it_stands_alone(page, store, plant):
    seen = page()
    assert not {"script", "link", "iframe", "object", "embed"} & {tag for tag, _ in seen.elements}
    for tag, attributes in seen.elements:
        for name, value in attributes.items():
            if name in {"src", "href", "xlink:href", "action", "data", "srcset"}:
                assert value.startswith(("#", "data:image/png;base64,")), (tag, name, value[:60])
            assert not name.startswith("on"), (tag, name)
    html = sf.report.build(store, plant, "2026-03-02", "2026-03-03", kind="day").html
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)
    policy = next(
        a["content"] for tag, a in seen.elements if tag == "meta" and "content" in a and "default-src" in a["content"]
    )
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in page().elements if "id" in attributes]
    assert len(ids) > 10
    assert len(ids) == len(set(ids))


def test_references_inside_the_page_lead_somewhere(page):
    seen = page()
    ids = {attributes["id"] for _, attributes in seen.elements if "id" in attributes}
    wanted = {value[1:] for _, a in seen.elements for name, value in a.items() if name == "xlink:href" and value[0] == "#"}
    assert wanted
    assert wanted <= ids


def test_a_window_without_any_data_is_a_page_too(tmp_path, plant, read):
    empty = sf.open_store(tmp_path / "empty")
    seen = read(sf.report.build(empty, plant, "2026-03-02", "2026-03-03", kind="day", lang="en").html)
    assert "nothing has been stored yet" in seen.text


def test_what_does_not_exist_is_refused(store, plant):
    with pytest.raises(sf.errors.SmartfabError, match="no report 'year'; expected one of: shift, day, month, improvement"):
        sf.report.build(store, plant, "2026-03-02", "2026-03-03", kind="year")
    with pytest.raises(sf.errors.SmartfabError, match="no language 'fr'"):
        sf.report.build(store, plant, "2026-03-02", "2026-03-03", lang="fr", kind="day")
    with pytest.raises(sf.errors.TimeError, match="not after"):
        sf.report.build(store, plant, "2026-03-03", "2026-03-02", kind="day")


def test_save_writes_utf8(store, plant, tmp_path):
    report = sf.report.build(store, plant, "2026-03-02", "2026-03-03", kind="day")
    path = report.save(tmp_path / "báo cáo.html")
    assert path.read_bytes().decode("utf-8") == report.html
