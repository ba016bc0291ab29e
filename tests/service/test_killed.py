"""The service killed with -9 while people write: what it acknowledged is there once, and a retry with its key makes one."""

from __future__ import annotations

import sqlite3
import threading

import httpx
import pytest
import sqlalchemy as sa

from tests.improvements.register.conftest import DATABASES, fresh
from tests.service.house import IDEA, House
from tests.service.served_process import Served

LIVES, WRITERS, ENOUGH = 3, 4, 12
"""How often it is killed, by how many it is asked at once, and after how many answers it dies."""


@pytest.fixture(params=DATABASES)
def address(request, tmp_path):
    with fresh(request.param, tmp_path) as found:
        yield found


class Writing:
    """People who write until the service dies: what was acknowledged by its key, and what was sent and never answered."""

    def __init__(self, served, name):
        self.acknowledged, self.open = {}, []
        self._enough, self._served, self._name = threading.Event(), served, name
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def until_killed(self):
        for thread in self._threads:
            thread.start()
        assert self._enough.wait(120)
        self._served.kill()
        for thread in self._threads:
            thread.join()
        return self

    def _write(self, writer):
        with self._served.client() as client:
            for number in range(10_000):
                key = f"{self._name}-{writer}-{number}"
                try:
                    answer = send(client, key)
                except httpx.TransportError:
                    self.open.append(key)
                    return
                assert answer.status_code == 201, answer.text
                with self._lock:
                    self.acknowledged[key] = answer.json()["id"]
                    if len(self.acknowledged) >= ENOUGH:
                        self._enough.set()


def send(client, key):
    """An idea, or a comment on the first one, which bears its key as its text."""
    headers = {"Idempotency-Key": key}
    if int(key.rpartition("-")[2]) % 2:
        return client.post("/v1/improvements/CT-2026-0001/comments", json={"text": key}, headers=headers)
    said = {"problem": "x", "solution": "y", "drive": "killed"}
    return client.post("/v1/improvements", json={"title_vi": key, **said}, headers=headers)


def kept(client):
    """What is in the register, by what it says: every id there is of it."""
    found, offset = {}, 0
    while offset is not None:
        page = client.get("/v1/improvements", params={"drive": "killed", "limit": 200, "offset": offset}).json()
        for item in page["items"]:
            found.setdefault(item["title_vi"], []).append(item["id"])
        offset = page["next_offset"]
    for comment in client.get("/v1/improvements/CT-2026-0001/comments").json():
        found.setdefault(comment["text"], []).append(comment["comment_id"])
    return found


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(address, tmp_path, free_port):
    acknowledged, never_answered = {}, []
    for life in range(LIVES):
        with Served(address, tmp_path, free_port).answers() as served:
            if life == 0:
                with served.client() as client:
                    client.put("/v1/people/admin", json={"name": "Quản trị"}).raise_for_status()
                    first = client.post("/v1/improvements", json={"title_vi": "a", "problem": "b", "solution": "c"})
                    assert first.json()["id"] == "CT-2026-0001", first.text
            writing = Writing(served, f"life{life}").until_killed()
        acknowledged |= writing.acknowledged
        never_answered += writing.open
    assert len(acknowledged) >= LIVES * ENOUGH
    assert never_answered
    with Served(address, tmp_path, free_port).answers() as served, served.client() as client:
        there = kept(client)
        assert {key: [number] for key, number in acknowledged.items()}.items() <= there.items()
        assert not [key for key, numbers in there.items() if len(numbers) > 1]
        for key in [*never_answered, *list(acknowledged)[-3:]]:
            answers = [send(client, key) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [201, 201]
            assert answers[0].json()["id"] == answers[1].json()["id"] == acknowledged.get(key, answers[0].json()["id"])
        after = kept(client)
        assert set(after) == {*acknowledged, *never_answered}
        assert not [key for key, numbers in after.items() if len(numbers) > 1]
        audit = client.get("/v1/audit/verify").json()
        assert (audit["ok"], audit["faults"]) == (True, [])
        assert served.stop() == 0


def test_a_database_that_another_program_locked_says_when_to_try_again(address, tmp_path):
    with House(address, tmp_path, patience_s=0.2).fill().open() as house:
        house.ask("E0123", "GET", "/me", status=200)
        if address.startswith("sqlite"):
            other = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
        else:
            other = sa.create_engine(address, poolclass=sa.NullPool).connect()
            other.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('smartfab ' || current_schema()))")
        try:
            busy = house.ask("E0123", "POST", "/improvements", json=IDEA, status=503)
            assert int(busy.headers["retry-after"]) >= 1
            assert busy.headers["content-type"] == "application/problem+json"
            house.ask("E0123", "GET", "/improvements", status=200)
        finally:
            other.rollback()
            other.close()
        house.ask("E0123", "POST", "/improvements", json=IDEA, status=201)
