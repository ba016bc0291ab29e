"""Every kind of report opens in a browser without a network: nothing is asked for, nothing complains, nothing runs."""

from __future__ import annotations

import base64
import re

import pytest

import smartfab as sf

pytestmark = pytest.mark.browser

KINDS = ("shift", "day", "month", "improvement")


@pytest.fixture
def opened(browser, store, plant, tmp_path, register):
    def opening(kind, lang):
        window = ("2026-05-01", "2026-06-01") if kind == "improvement" else ("2026-03-02", "2026-03-03")
        given = {"register": register} if kind in {"month", "improvement"} else {}
        browser.open(sf.report.build(store, plant, *window, kind=kind, lang=lang, **given).save(tmp_path / "báo cáo.html"))
        return browser

    return opening


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_asks_for_nothing_complains_of_nothing_and_fits(opened, kind, lang):
    page = opened(kind, lang)
    assert (page.errors(), page.requests()) == ([], [])
    assert "vĩnh <b>phúc" in page.seen()
    for width in (390, 1280):
        page.size(width)
        assert page.spills() <= 0
    assert (page.errors(), page.requests()) == ([], [])


def test_a_shift_prints_on_one_page(browser, tmp_path):
    sim = sf.simulation.line(days=0.34, seed=2, machines=10)
    store = sf.open_store(tmp_path / "store")
    store.append("samples", sim.samples)
    report = sf.report.build(store, sim.plant, sim.start, sim.end, kind="shift", by="Nguyễn Thị Lan")
    browser.open(report.save(tmp_path / "shift.html"))
    told = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(told["data"]))) == 1


def test_a_figure_leads_to_its_sums(opened):
    page = opened("day", "en")
    page.driver.find_element("css selector", ".big a").click()
    target = page.driver.find_element("css selector", ".how:target")
    assert "good ideal" in target.text


def test_what_a_page_asks_for_is_heard(browser, tmp_path):
    page = tmp_path / "asking.html"
    page.write_text("<!doctype html><img src='http://127.0.0.1:9/x.png'><script>missing()</script>", encoding="utf-8")
    browser.open(page)
    assert browser.requests() == ["http://127.0.0.1:9/x.png"]
    assert any("missing is not defined" in line for line in browser.errors())
