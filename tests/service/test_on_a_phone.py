"""A phone of 360 pixels, and a browser without JavaScript: two taps for a stop, a paper form typed in, nothing squeezed."""

from __future__ import annotations

import contextlib

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install -e .[dev]")
from selenium.webdriver.common.action_chains import ActionChains

from tests.service.browsing import Person, photo

pytestmark = pytest.mark.browser
FINGER = 44
"""How large what is tapped has to be [px]."""


@contextlib.contextmanager
def phone(browser, *, scripts=True):
    browser.size(360, 740)
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    try:
        yield
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        browser.size(1280)


def tapped(somebody, selector):
    """Tap what is large enough for a finger and wholly on the screen without scrolling."""
    found = somebody.driver.find_element("css selector", selector)
    box = found.rect
    assert box["height"] >= FINGER <= box["width"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] + box["height"] <= 740
    ActionChains(somebody.driver).click(found).perform()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_stop_is_explained_in_two_taps(at_home, browser, scripts):
    with phone(browser, scripts=scripts):
        operator = Person(at_home, browser, "O001")
        operator.see("/stops")
        operator.reads("60 phút")
        operator.sound()
        tapped(operator, ".stops a")
        operator.reads("Vì sao máy dừng?")
        operator.sound()
        tapped(operator, "button[value=JAM]")
        operator.reads("Đã ghi nhận, cảm ơn.")
        operator.reads("Mọi lần dừng đã có lý do.")
    assert [(row[0], *row[3:]) for row in at_home.plant.reasons] == [("Press01", "JAM", "O001")]


def test_a_clerk_types_a_paper_form_for_its_author(at_home, browser, tmp_path):
    with phone(browser):
        clerk = Person(at_home, browser, "C001")
        clerk.see("/")
        tapped(clerk, ".deeds .button")
        clerk.reads("Nhập thay cho")
        clerk.fill(on_behalf_of="E0456", paper_no="P-07", proposed_on="2026-02-20", title_vi="Giá để khuôn", problem="Tìm lâu",
                   solution="Đánh số", line_id="L3")  # fmt: skip
        clerk.driver.find_element("name", "before").send_keys(photo(tmp_path))
        clerk.sound()
        clerk.press("form[action='/ideas'] p button")
        clerk.reads("người nhập Người C001")
        clerk.reads("Người E0456")
        clerk.sound()
    (item,) = at_home.register.search()
    assert (item.by, item.entered_by, item.author_ids, item.paper_no, item.proposed_on) == (
        "E0456", "C001", ("E0456",), "P-07", "2026-02-20",
    )  # fmt: skip


def test_an_idea_goes_its_way_without_javascript(at_home, browser, tmp_path):
    with phone(browser, scripts=False):
        author = Person(at_home, browser, "E0123")
        author.see("/ideas/new")
        author.fill(title_vi="Gá nhanh", problem="Thay khuôn lâu", solution="Gá côn", line_id="L3", kpi="oee", expected="0,03")
        author.driver.find_element("name", "before").send_keys(photo(tmp_path))
        author.press("form[action='/ideas'] p button")
        author.reads("Đã gửi")
        idea = author.path
        author.see("/ideas?q=ga+nhanh")
        author.reads("Gá nhanh")
        reviewer = Person(at_home, browser, "L001")
        reviewer.see(idea)
        reviewer.press("button[value=accepted]")
        reviewer.reads("Đã tiếp nhận")
        reviewer.sound()


def test_no_word_of_a_table_is_broken_into_letters(at_home, browser):
    with phone(browser):
        admin = Person(at_home, browser, "A001")
        for path, rows in (("/lines", 2), ("/reports", 0), ("/people", 12)):
            admin.see(path)
            heads = admin.driver.find_elements("css selector", "th")
            assert heads
            assert [head.text for head in heads if head.rect["height"] > 100] == [], path
            assert len(admin.driver.find_elements("css selector", "tbody tr")) >= rows
            admin.sound()
