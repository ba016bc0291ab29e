"""Every kind of report opens in a browser without a network: nothing is asked for, nothing complains, nothing runs."""

from __future__ import annotations

import pytest

import smartfab as sf

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser, store, plant, tmp_path):
    def opening(**options):
        browser.open(sf.report.build(store, plant, "2026-03-02", "2026-03-03", **options).save(tmp_path / "báo cáo.html"))
        return browser

    return opening


@pytest.mark.parametrize("kind", ["day"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_is_asked_for_and_nothing_complains(opened, kind, lang):
    page = opened(kind=kind, lang=lang)
    assert (page.errors(), page.requests()) == ([], [])
    assert "<img src=x onerror=alert(1)>" in page.seen()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_a_phone_and_a_desk(opened, browser, width):
    browser.size(width)
    assert opened().spills() <= 0


def test_what_a_page_asks_for_is_heard(browser, tmp_path):
    page = tmp_path / "asking.html"
    page.write_text("<!doctype html><img src='http://127.0.0.1:9/x.png'><script>missing()</script>", encoding="utf-8")
    browser.open(page)
    assert browser.requests() == ["http://127.0.0.1:9/x.png"]
    assert any("missing is not defined" in line for line in browser.errors())
