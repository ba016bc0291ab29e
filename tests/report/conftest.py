"""A small plant with one good machine, one that nobody counts, and names that try to be HTML."""

from __future__ import annotations

import html.parser
import re

import pandas as pd
import pytest

import smartfab as sf
from smartfab.cli.proving import prove
from smartfab.improvements import Register
from smartfab.plant_file import parse_plant

TOML = """
[plant]
id = "vĩnh <b>phúc"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"
[[shift]]
id = "Ca 2 & 3"
start = "08:00"
end = "10:00"
[[shift]]
id = "Ca1"
start = "06:00"
end = "08:00"
[[product]]
id = "P"
ideal_cycle_s = 3
[[line]]
id = "L<1>"
[[line.machine]]
id = "<img src=x onerror=alert(1)>"
constraint = true
[line.machine.signals]
state = { node = "a;s=x", role = "state", map = { 1 = "running", 0 = "unplanned_stop" } }
total = { node = "a;s=y", role = "total_count" }
good = { node = "a;s=z", role = "good_count" }
[[line.machine]]
id = "Kiln01"
[line.machine.signals]
state = { node = "a;s=k", role = "state", map = { 1 = "running" } }
""".replace('id = "L<1>"', 'id = "L<1>"\nnamespaces = { a = "urn:a" }')

HOSTILE = "<img src=x onerror=alert(1)>"


def at(clock):
    return pd.Timestamp(f"2026-03-02T{clock}", tz="Asia/Ho_Chi_Minh").tz_convert("UTC")


@pytest.fixture
def plant():
    return parse_plant(TOML)


@pytest.fixture
def store(tmp_path):
    """A store of two hours of running at full speed, a stop of 20 minutes, and 1,234 pieces of which 1,200 are good."""
    rows = [
        (f"{HOSTILE}/state", "06:00", 1.0), (f"{HOSTILE}/state", "07:00", 0.0), (f"{HOSTILE}/state", "07:20", 1.0),
        (f"{HOSTILE}/total", "06:00", 0.0), (f"{HOSTILE}/total", "07:59", 1234.0),
        (f"{HOSTILE}/good", "06:00", 0.0), (f"{HOSTILE}/good", "07:59", 1200.0), ("Kiln01/state", "06:00", 1.0),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["signal_id", "ts", "value"])
    frame["ts"] = pd.DatetimeIndex(frame["ts"].map(at)).as_unit("us")
    made = sf.open_store(tmp_path / "store")
    made.append("samples", frame.assign(status=0))
    return made


@pytest.fixture(scope="session")
def register(tmp_path_factory):
    """A register with one improvement that was measured, and one whose title tries to be a script."""
    file = tmp_path_factory.mktemp("register") / "register.db"
    prove(file, "vi")
    with Register(f"sqlite:///{file}", tz="Asia/Ho_Chi_Minh") as made:
        made.submit(
            title_vi="<script>alert(1)</script>", problem="=cmd", solution="Gá nhanh", authors=[("E0123", 100)], by="E0123",
            track="no_measurement",
        )  # fmt: skip
        yield made


class Page(html.parser.HTMLParser):
    """What a page holds: elements with their attributes, and the text outside <style>."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.words, self._inside = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" not in self._inside and data.strip():
            self.words.append(re.sub(r"[ \n]+", " ", data).strip(" "))

    @property
    def text(self):
        return "\n".join(self.words)


@pytest.fixture
def read():
    return Page
