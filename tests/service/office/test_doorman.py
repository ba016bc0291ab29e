"""What the doorman remembers, for how long, and what makes him forget."""

from __future__ import annotations

import datetime as dt
import threading

from smartfab.service import Settings
from smartfab.service.office.doorman import Doorman, Memory
from tests.service.house import Clock


def test_an_answer_holds_for_its_moment_and_no_clock_put_back_makes_it_longer():
    clock, asked = Clock(), []
    memory = Memory(1.0, clock)

    def find():
        asked.append(clock.now)
        return "E0123"

    assert [memory.learned("key", find), memory.known("key"), memory.learned("key", find)] == ["E0123"] * 3
    assert len(asked) == 1
    clock.now += dt.timedelta(seconds=1)
    assert memory.known("key") is None
    memory.learned("key", find)
    clock.now -= dt.timedelta(hours=1)
    assert memory.known("key") is None
    assert len(asked) == 2


def test_nothing_found_is_asked_again():
    memory = Memory(1.0, Clock())
    assert memory.learned("key", lambda: None) is None
    assert memory.learned("key", lambda: "E0123") == "E0123"


def test_an_answer_from_before_a_change_is_not_kept():
    memory, looking, changed = Memory(1.0, Clock()), threading.Event(), threading.Event()

    def slowly():
        looking.set()
        assert changed.wait(30)
        return "the old answer"

    thread = threading.Thread(target=memory.learned, args=("key", slowly))
    thread.start()
    assert looking.wait(30)
    memory.forget()
    changed.set()
    thread.join(30)
    assert memory.known("key") is None


def test_what_another_process_takes_away_holds_no_longer_than_a_moment(house):
    other = Doorman(house.register, Settings(db="", now=house.clock))
    secret = house.token("E0123")
    assert other.owner(secret) == "E0123"
    assert other.rights("E0123").roles == ("author",)
    house.register.people.grant("E0123", "clerk", by="setup")
    house.register.access.revoke_token(house.register.access.tokens("E0123")[0].id)
    assert other.rights("E0123").roles == ("author",)
    assert other.remembers(secret) == "E0123"
    house.clock.now += dt.timedelta(seconds=1)
    assert other.rights("E0123").roles == ("author", "clerk")
    assert other.remembers(secret) is None
    assert other.owner(secret) is None


def test_what_this_process_changes_holds_at_once(house):
    house.ask("X009", "GET", "/people", status=403)
    number = house.ask("A001", "POST", "/people/X009/roles", json={"role": "clerk"}, status=201).json()["id"]
    house.ask("X009", "GET", "/people", status=200)
    house.ask("A001", "DELETE", f"/people/X009/roles/{number}", status=204)
    house.ask("X009", "GET", "/people", status=403)
