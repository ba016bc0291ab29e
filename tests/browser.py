"""A headless Chromium for tests of what people see: fixture `browser`, without a way out of this machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1280,900",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)  # fmt: skip
INSIDE = ("file:", "data:", "blob:", "about:", "chrome:")


class Browser:
    """A Chromium by its `driver`, and what it complained of and asked for since it was last asked."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, where: str | Path) -> None:
        """Open a page: a file or an address; what was heard of earlier pages is forgotten."""
        self.driver.get("about:blank")
        self.errors()
        self.requests()
        self.driver.get(where.resolve().as_uri() if isinstance(where, Path) else where)

    def errors(self) -> list[str]:
        """What stands in the console as a warning or worse; a policy that stopped something tells it there, too."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]

    def requests(self) -> list[str]:
        """Addresses outside the page's own file that something on it asked for, answered or not."""
        heard = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = [item["params"]["request"]["url"] for item in heard if item["method"] == "Network.requestWillBeSent"]
        return [address for address in asked if not address.startswith(INSIDE)]

    def seen(self) -> str:
        """The text of the page as a reader sees it."""
        return str(self.driver.execute_script("return document.body.innerText"))

    def size(self, width: int, height: int = 900) -> None:
        """Show pages in a window of this size, as wide as a phone if need be [px]."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def spills(self) -> int:
        """By how much the page is wider than its window [px]."""
        return int(self.driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start a Chromium with a profile of its own; where there is none, the test is skipped."""
    programs = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not all(programs):
        pytest.skip("no chromium with chromedriver here (Debian: apt install chromium chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install -e .[dev]")
    options = webdriver.ChromeOptions()
    options.binary_location, driver_program = programs
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_program))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
