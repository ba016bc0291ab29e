"""The page of improvements shows what was measured in a window, and a month tells which ones moved in it."""

from __future__ import annotations

import pytest

import smartfab as sf


@pytest.fixture
def page(store, plant, read, register):
    def made(*window, **options):
        return read(sf.report.build(store, plant, *window, register=register, **{"kind": "improvement", **options}).html)

    return made


def test_what_was_measured_in_the_window_is_shown_with_its_evidence(page, register):
    (kept,) = register.measurements("CT-2026-0001")
    text = page("2026-05-01", "2026-06-01").text
    assert text.count(kept.result["sentence"]["vi"]) == 1
    assert kept.rows_sha256 in text
    assert str(register.audit.head()) in text
    assert "<script>" not in text
    assert kept.result["sentence"]["en"] in page("2026-05-01", "2026-06-01", lang="en").text


def test_a_window_without_a_measurement_says_so(page):
    assert "Không có giải pháp nào được đo" in page("2026-01-01", "2026-02-01").text


def test_one_that_was_not_measured_is_shown_as_text(page, register):
    (idea,) = (item for item in register.search() if item.title_vi.startswith("<script>"))
    seen = page("2026-01-01", "2026-02-01", improvement=idea.id)
    assert "script" not in {tag for tag, _ in seen.elements}
    assert "<script>alert(1)</script>" in seen.text
    assert "=cmd" in seen.text
    assert "Chưa đo" in seen.text


def test_one_that_is_not_there_is_refused(page):
    with pytest.raises(sf.errors.RegisterError):
        page("2026-01-01", "2026-02-01", improvement="CT-1999-0001")


def test_a_month_tells_what_moved_in_it(page, register):
    (kept,) = register.measurements("CT-2026-0001")
    told = page("2026-05-01", "2026-06-01", kind="month").text
    assert kept.result["sentence"]["vi"] in told
    assert "Thay cảm biến kẹt phôi" in told
    assert kept.result["sentence"]["vi"] not in page("2026-01-01", "2026-02-01", kind="month").text
