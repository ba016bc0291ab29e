"""A plant for the tests of the service: units, people with every role, a clock, and machines that are told what to show."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import socket
import threading
import time

import httpx
import pandas as pd

from smartfab.improvements.register import Person, Register, Unit
from smartfab.plant_file import parse_plant
from smartfab.service import Settings, create_app
from smartfab.service.plant_side import PlantSide
from smartfab.service.running import Address, server_for
from tests.improvements.lines import table

ROLES = {
    "O001": [("operator", {"line_id": "L3"})], "E0123": [("author", {"unit_id": "DAP"})],
    "E0456": [("author", {"unit_id": "DAP"})], "X009": [("author", {"unit_id": "HAN"})],
    "C001": [("clerk", {"unit_id": "DAP"})], "L001": [("reviewer", {"unit_id": "XUONG"})], "K007": [("verifier", {})],
    "F001": [("finance", {})], "H001": [("council", {})], "H002": [("council", {})], "A001": [("admin", {})],
    "R001": [("read", {})],
}  # fmt: skip
UNITS = {"O001": "DAP", "E0123": "DAP", "E0456": "DAP", "X009": "HAN", "C001": "DAP", "L001": "XUONG", "K007": "KT"}
IDEA = {
    "title_vi": "Gá nhanh khuôn máy dập", "problem": "Thay khuôn mất 40 phút", "solution": "Gá côn thay bu lông",
    "line_id": "L3", "kpi": "oee", "expected": 0.03,
}  # fmt: skip
PHOTO = b"\xff\xd8\xff\xe0" + b"\x00" * 64
TOML = """
[plant]
id = "vinh-phuc"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"
[[reason]]
id = "MOLD"
name_vi = "Thay khuôn <gấp>"
category = "setup"
[[reason]]
id = "JAM"
name_vi = "Kẹt phôi"
name_en = "Jam"
category = "unplanned_stop"
[[line]]
id = "L3"
namespaces = { a = "urn:a" }
[[line.machine]]
id = "Press01"
constraint = true
[line.machine.signals]
state = { node = "a;s=x", role = "state", map = { 1 = "running", 0 = "unplanned_stop" } }
[[line]]
id = "L4"
[[line.machine]]
id = "Press02"
constraint = true
[line.machine.signals]
state = { node = "a;s=y", role = "state", map = { 1 = "running", 0 = "unplanned_stop" } }
""".replace('id = "L4"', 'id = "L4"\nnamespaces = { a = "urn:a" }')


class Clock:
    """Shows what it was set to."""

    def __init__(self, day="2026-02-23"):
        self.set(day)

    def set(self, day, hour=10):
        self.now = dt.datetime.fromisoformat(f"{day}T{hour:02d}:00:00+07:00")

    def __call__(self):
        return self.now


class ToldPlant(PlantSide):
    """A plant whose KPI rows are a table with a gain of three points on L3 from 2 March on; stops and reasons are kept here."""

    def __init__(self, clock, folder):
        super().__init__(parse_plant(TOML), folder / "store", clock)
        rows = table(gain=0.03)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "reasons", [])

    def kpi_rows(self, change):
        return self.rows[self.rows["production_date"] < pd.Timestamp(self.now().date())]

    def oee(self, start, end, by):
        return pd.DataFrame({"line_id": ["L3", "L4"], "oee": [0.61, float("nan")], "availability": 0.8, "performance": 0.9,
                             "quality": 0.99, "coverage": 1.0})  # fmt: skip

    def open_stops(self, hours):
        end = pd.Timestamp(self.now()).tz_convert("UTC")
        stops = pd.DataFrame({
            "machine_id": ["Press01", "Press02"], "start": end - pd.Timedelta(hours=2), "end": end - pd.Timedelta(hours=1),
            "duration_s": 3600.0, "line_id": ["L3", "L4"], "this_shift": True,
        })  # fmt: skip
        return stops[~stops["machine_id"].isin([row[0] for row in self.reasons])]

    def give_reason(self, machine_id, start, end, reason_id, *, by):
        assert reason_id in {reason.id for reason in self.plant.reason}
        self.reasons.append((machine_id, start, end, reason_id, by))


class House:
    """The running service, its register and clock, and a client for each person."""

    def __init__(self, address, folder, **settings):
        self.clock = Clock()
        self.settings = Settings(db=address, files=folder / "files", now=self.clock, organisation="Nhà máy gạch", **settings)
        self.register = Register(address, files=folder / "files", clock=self.clock, patience_s=self.settings.patience_s)
        self.plant = ToldPlant(self.clock, folder)
        self.app = create_app(self.settings, register=self.register, plant=self.plant)
        self.tokens = {}
        self.clients = []

    def fill(self):
        """Enter units and people, and give everybody his roles."""
        people = self.register.people
        units = [Unit("XUONG", "Xưởng", headcount=60), Unit("DAP", "Tổ dập", parent_id="XUONG", headcount=24),
                 Unit("HAN", "Tổ hàn", parent_id=None, headcount=20), Unit("KT", "Phòng kỹ thuật")]  # fmt: skip
        named = [Person(person, f"Người {person}", UNITS.get(person)) for person in ROLES]
        people.put(units=units, people=named, by="setup")
        for person, roles in ROLES.items():
            for role, where in roles:
                people.grant(person, role, by="setup", **where)
        return self

    def token(self, person):
        if person not in self.tokens:
            self.tokens[person] = self.register.access.make_token(person, "test", days=300, by="setup")[1]
        return self.tokens[person]

    def headers(self, person, **more):
        return {"Authorization": f"Bearer {self.token(person)}", **more}

    @contextlib.contextmanager
    def open(self):
        """Serve on a free port until the end of the block."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = server_for(self.app, Address(port=port))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        end = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < end, "the server did not start"
            assert thread.is_alive()
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{port}"
        try:
            yield self
        finally:
            for client in self.clients:
                client.close()
            server.should_exit = True
            thread.join()
            self.register.close()

    def client(self, person=None, **more):
        made = httpx.Client(base_url=self.url, headers={} if person is None else self.headers(person), timeout=60, **more)
        self.clients.append(made)
        return made

    def ask(self, person, method, path, *, status=None, **more):
        """One request to the API as somebody; the status is checked where it is said."""
        headers = {**(self.headers(person) if person else {}), **more.pop("headers", {})}
        answer = self.web.request(method, f"/v1{path}", headers=headers, **more)
        assert status is None or answer.status_code == status, (answer.status_code, answer.text)
        return answer

    @functools.cached_property
    def web(self):
        """A client that keeps its connections, and nobody's cookies."""
        return self.client()

    def visitor(self, person):
        """A client that is logged in to the web page, and the key its forms bear."""
        session, cookie = self.register.access.open_session(person)
        client = self.client()
        client.cookies.set("smartfab_session", cookie)
        client.form_key = session.form_key
        return client

    def idea(self, by="E0123", **more):
        """Propose an idea and return it."""
        return self.ask(by, "POST", "/improvements", status=201, json={**IDEA, **more}).json()
