"""Somebody at the browser: logs in, fills in, presses, reads."""

from __future__ import annotations

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install -e .[dev]")
from selenium.webdriver.support.ui import WebDriverWait

PASSWORD = "mat-khau-rat-dai"


def photo(tmp_path):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3))
    figure.subplots().plot([1, 2, 1])
    figure.savefig(tmp_path / "trước.png")
    return str(tmp_path / "trước.png")


class Person:
    """Somebody at the browser."""

    def __init__(self, house, browser, name):
        self.house, self.browser, self.driver = house, browser, browser.driver
        self.driver.delete_all_cookies()
        self.see("/language/vi?to=/login")
        self.fill(person_id=name, password=PASSWORD)
        self.press("form[action='/login'] button")
        self.reads("Đăng xuất")  # the page after it; what is opened before that would be opened by nobody

    def see(self, path):
        self.browser.open(self.house.url + path)

    def fill(self, **said):
        for name, value in said.items():
            field = self.driver.find_element("css selector", f"main [name={name}]:not([type=hidden])")
            if field.get_attribute("type") == "date" or field.tag_name == "select":
                self.driver.execute_script("arguments[0].value = arguments[1]", field, value)
            else:
                field.send_keys(value)

    def press(self, selector):
        wanted = self.driver.find_element("css selector", selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", wanted)
        wanted.click()

    def shown(self, selector):
        """Wait until a picture is there: it is fetched when it comes into view."""
        image = self.driver.find_element("css selector", selector)
        self.driver.execute_script("arguments[0].scrollIntoView()", image)
        WebDriverWait(self.driver, 30).until(
            lambda driver: driver.execute_script("return arguments[0].complete && arguments[0].naturalWidth > 0", image)
        )

    def reads(self, text):
        """Wait until a page with this text is there."""
        WebDriverWait(self.driver, 60).until(lambda _: text in self.browser.seen())

    def unfold(self):
        self.driver.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.house.url)

    def sound(self, wide=None):
        """Nothing complains, nothing outside is asked for, and nothing spills over the edge."""
        assert self.browser.errors() == []
        assert [to for to in self.browser.requests() if not to.startswith(self.house.url)] == []
        assert self.browser.spills() <= 0
