"""A register written with the first tables is brought up to date, and nothing in it changes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from smartfab.improvements.register import Register, migrations
from smartfab.improvements.register.access_tables import KEYS
from tests.improvements.register.conftest import fresh

WRITTEN = Path(__file__).parent / "fixtures" / "register_0001.sql"
HEAD = "11:cbc2c2f7568297825da760e162a6d038b06fdd730b169eed3717369043976ce8"


@pytest.fixture(params=["sqlite", "postgresql"])
def first(request, tmp_path):
    """The address of a database as the first version left it."""
    if request.param == "sqlite":
        with sqlite3.connect(tmp_path / "plant.db") as connection:
            connection.executescript(WRITTEN.read_text(encoding="utf-8"))
        connection.close()
        yield f"sqlite:///{tmp_path / 'plant.db'}"
        return
    with fresh("postgresql", tmp_path) as address:
        engine = sa.create_engine(address)
        script = "\n".join(line for line in WRITTEN.read_text(encoding="utf-8").splitlines() if line not in _ONLY_SQLITE)
        with engine.begin() as connection:
            connection.exec_driver_sql(script.replace(" BLOB ", " BYTEA ").replace(" FLOAT", " DOUBLE PRECISION"))
        engine.dispose()
        yield address


_ONLY_SQLITE = {"BEGIN TRANSACTION;", "COMMIT;"}


def test_its_ideas_its_history_and_its_chain_are_there(first):
    with Register(first) as register:
        assert register.audit.verify(head=HEAD)
        guard, jig = register.search()
        assert (jig.title_vi, jig.state, jig.authors) == (
            "Gá nhanh khuôn máy dập", "accepted", (("E0123", "60"), ("E0456", "40")),
        )  # fmt: skip
        assert (guard.state, register.declarations(guard.id)[0]["documents"]) == ("verified", ["12/AT"])
        assert [step.to_state for step in register.history(jig.id)] == ["submitted", "accepted", None]
        assert {grant.role for grant in register.people.grants("L001", on="2026-03-05")} == {"reviewer"}


def test_its_tables_are_those_of_today_and_it_is_written_on(first):
    with Register(first) as register:
        again = register.submit(
            title_vi="Gá nhanh khuôn máy dập", problem="Thay khuôn mất 40 phút", solution="Gá côn thay bu lông",
            authors=[("E0123", 60), ("E0456", 40)], line_id="L3", unit_id="DAP", kpi="oee", expected=(0.01, 0.02, 0.03),
            by="E0123", idempotency_key="k-1",
        )  # fmt: skip
        assert again.id == register.search()[-1].id  # the key of an earlier version still counts
        register.comment(again.id, "Tiếp tục.", by="E0123")
        assert register.audit.verify(head=HEAD)
        with register._ledger.database.reading() as connection:
            assert migrations.revision_of(connection) == migrations.NEWEST
            assert {table.name for table in KEYS} <= set(sa.inspect(connection).get_table_names())
