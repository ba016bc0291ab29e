"""Registers on both databases, a clock that stands where it is put, and an engine that measures what it is told."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import uuid

import pytest
import sqlalchemy as sa

from smartfab.improvements.register import Register
from smartfab.improvements.register.audit_tables import COVERED, audit
from tests.improvements.register import stand_in

SERVER = os.environ.get("SMARTFAB_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
DATABASES = ("sqlite", "postgresql")


class Clock:
    """Shows what it was set to."""

    def __init__(self, day="2026-03-02"):
        self.set(day)

    def set(self, day, hour=10):
        self.now = dt.datetime.fromisoformat(f"{day}T{hour:02d}:00:00+07:00")

    def __call__(self):
        return self.now


@contextlib.contextmanager
def fresh(kind, folder):
    """Give the address of a database nobody used yet: a new file, or a schema of its own that is dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'plant.db'}"
        return
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    server = sa.create_engine(SERVER)
    name = f"smartfab_{uuid.uuid4().hex[:12]}"
    try:
        with server.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    except sa.exc.OperationalError:
        pytest.skip(f"no PostgreSQL answers at {sa.make_url(SERVER).host}:{sa.make_url(SERVER).port}")
    options = f"-csearch_path={name} -csynchronous_commit=off"  # these tables need not outlive a power cut
    reached = sa.make_url(SERVER).update_query_dict({"options": options})
    yield reached.render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
    server.dispose()


@pytest.fixture(params=DATABASES)
def fresh_address(request, tmp_path):
    with fresh(request.param, tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
def made(request, tmp_path_factory):
    """Databases with the tables of the register, made once for all tests."""
    found = {}
    with contextlib.ExitStack() as stack:

        def of(kind):
            if kind not in found:
                found[kind] = stack.enter_context(fresh(kind, tmp_path_factory.mktemp("made")))
                Register(found[kind]).close()
            return found[kind]

        yield of


@pytest.fixture(params=DATABASES)
def address(request, made, tmp_path):
    """A database with empty tables."""
    found = made(request.param)
    if request.param == "sqlite":
        copy = tmp_path / "plant.db"
        shutil.copy(sa.make_url(found).database, copy)
        yield f"sqlite:///{copy}"
        return
    yield found
    emptied = sa.create_engine(found)
    with emptied.begin() as connection:
        for table in (*COVERED, audit):  # of a few rows DELETE is much faster than TRUNCATE, which makes new files
            connection.execute(table.delete())
    emptied.dispose()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def register(address, clock, tmp_path):
    with Register(address, files=tmp_path / "files", clock=clock) as opened:
        yield opened


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """What the engine will find; set its fields."""
    found = stand_in.Engine()
    monkeypatch.setattr("smartfab.improvements.measuring.effect", found.effect)
    monkeypatch.setattr("smartfab.improvements.measuring.measurement_from_rows", found.from_rows)
    return found
