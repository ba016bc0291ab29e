"""The path of one idea by people with different roles, in a real browser: on a desktop, on a phone, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install -e .[dev]")
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.service.browsing import Person, photo

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.browser


def proposed(house, browser, tmp_path):
    """The author logs an idea with a photo; returns its address."""
    author = Person(house, browser, "E0123")
    author.see("/ideas/new")
    author.fill(title_vi="Gá nhanh <script>alert(1)</script>", problem="Thay khuôn mất 40 phút", solution="Gá côn",
                line_id="L3", kpi="oee", expected="0,03")  # fmt: skip
    author.driver.find_element("name", "before").send_keys(photo(tmp_path))
    author.press("form[action='/ideas'] p button")
    author.reads("<script>alert(1)</script>")
    author.shown(".photos img")
    author.sound()
    assert author.path.startswith("/ideas/CT-2026-")
    return author.path


def planned(house, browser, idea):
    """The reviewer finds it among what waits, accepts it, looks at the plan and freezes it."""
    reviewer = Person(house, browser, "L001")
    reviewer.see("/queue")
    reviewer.reads("Gá nhanh")
    reviewer.see(idea)
    reviewer.press("button[value=accepted]")
    reviewer.reads("Đã tiếp nhận")
    reviewer.see(f"{idea}/plan")
    reviewer.fill(at="2026-03-02")
    reviewer.press("form[method=get] button")
    reviewer.reads("điểm %")
    reviewer.sound()
    reviewer.press("form[method=post][action$=plan] button")
    reviewer.reads("Đã có kế hoạch đo")


def measured(house, browser, idea):
    """The author says when the change was made, and after 45 days what it was worth is a picture."""
    house.clock.set("2026-03-02")
    author = Person(house, browser, "E0123")
    author.see(idea)
    author.unfold()
    author.fill(changed_at="2026-03-02")
    author.press("form[action$=change] button")
    author.reads("Đã áp dụng")
    house.clock.set("2026-04-17")
    author = Person(house, browser, "E0123")
    author.see(idea)
    author.press("form[action$=measure] button")
    author.reads("khoảng tin cậy")
    author.shown("img[src*=gain]")
    author.sound()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_path_of_an_idea(at_home, browser, tmp_path, width):
    house = at_home
    browser.size(width)
    try:
        idea = proposed(house, browser, tmp_path)
        planned(house, browser, idea)
        measured(house, browser, idea)
        verifier = Person(house, browser, "K007")
        verifier.see(idea)
        verifier.press("button[value=verified]")
        verifier.reads("Đã thẩm định")
        council = Person(house, browser, "H001")
        council.see(idea)
        council.fill(decision_no="15/QĐ", decision_date="2026-04-17", signer="Giám đốc")
        council.press("form[action$=decide] button")
        council.reads("001/2026")
        council.sound()
        council.see(f"{idea}/papers/certificate")
        council.reads(house.register.audit.head())
        assert house.register.get(idea[7:]).noun == "sáng kiến"
    finally:
        browser.size(1280)


def go_to(browser, wanted):
    """Press Tab until the focus is on what is wanted, and see it there."""
    for _ in range(40):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        focus = browser.driver.switch_to.active_element
        if wanted in f"{focus.get_attribute('href')} {focus.get_attribute('name')} {focus.text}":
            ring = browser.driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focus)
            assert ring == "solid"
            return focus
    raise AssertionError(wanted)


def test_a_stop_is_explained_by_keyboard_alone(at_home, browser):
    operator = Person(at_home, browser, "O001")
    operator.see("/")
    for wanted in ("/stops", "/stops/explain", "Kẹt phôi"):
        go_to(browser, wanted).send_keys(Keys.ENTER)
    operator.reads("Đã ghi nhận")
    assert at_home.plant.reasons[0][0] == "Press01"


def test_an_idea_is_proposed_and_commented_by_keyboard_alone(at_home, browser):
    author = Person(at_home, browser, "E0123")
    author.see("/")
    go_to(browser, "/ideas/new").send_keys(Keys.ENTER)
    author.reads("Tên giải pháp")
    for name, text in (("title_vi", "Giá để khuôn"), ("problem", "Tìm khuôn lâu"), ("solution", "Đánh số"), ("line_id", "L3")):
        go_to(browser, name).send_keys(text)
    go_to(browser, "Gửi").send_keys(Keys.ENTER)
    author.reads("Đã gửi")
    go_to(browser, "text").send_keys("Đã xem tại chuyền.")
    go_to(browser, "Gửi").send_keys(Keys.ENTER)
    author.reads("Đã xem tại chuyền.")
    (item,) = at_home.register.search()
    assert (item.title_vi, item.line_id, len(at_home.register.comments(item.id))) == ("Giá để khuôn", "L3", 1)


def test_the_list_follows_what_is_typed(at_home, browser):
    at_home.idea()
    at_home.idea(title_vi="Che băng tải", problem="x", solution="y")
    author = Person(at_home, browser, "E0123")
    author.see("/ideas")
    author.fill(q="bang tai")
    WebDriverWait(author.driver, 20).until(lambda _: "Gá nhanh" not in browser.seen())
    assert "Che băng tải" in browser.seen()
    assert author.path == "/ideas"
    author.sound()


PAGES = (
    "/", "/ideas", "/ideas/new", "/ideas/CT-2026-0001", "/ideas/CT-2026-0001/plan", "/queue", "/stops", "/lines", "/reports",
    "/council", "/people", "/people/E0123", "/account",
)  # fmt: skip


@pytest.mark.parametrize(("width", "lang", "scheme"), [(1280, "vi", "light"), (360, "en", "light"), (1280, "en", "dark")])
def test_axe_finds_nothing_serious(at_home, browser, width, lang, scheme):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make test installs it where there is npm")
    house = at_home
    house.idea()
    for role in ("reviewer", "council", "finance"):
        house.ask("A001", "POST", "/people/A001/roles", json={"role": role}, status=201)
    browser.size(width)
    wanted = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
    try:
        faults = _faults(browser, house.url + "/login")
        admin = Person(house, browser, "A001")
        for path in PAGES:
            admin.see(f"/language/{lang}?to={path}")
            admin.unfold()
            faults += [f"{path} {fault}" for fault in _faults(browser)]
            assert browser.spills() <= 0, path
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        browser.size(1280)
    assert faults == []


def _faults(browser, address=None):
    if address is not None:
        browser.open(address)
    browser.driver.execute_script(AXE.read_text(encoding="utf-8"))
    found = browser.driver.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    return [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in found["violations"]
            if item["impact"] in {"serious", "critical"}]  # fmt: skip
