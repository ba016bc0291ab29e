"""The database: its tables are those declared, brought up to date once; what does not answer is told without its password."""

from __future__ import annotations

import contextlib

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from smartfab.errors import RegisterError
from smartfab.improvements.register import Register, database, migrations
from smartfab.improvements.register.audit_tables import metadata
from tests.improvements.register.stand_in import IDEA


def test_the_migrations_lead_to_the_tables_declared(register):
    with register._ledger.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_revision_is_alembics():
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    config.set_main_option("path_separator", "os")
    found = ScriptDirectory.from_config(config)
    assert found.get_heads() == [migrations.NEWEST]
    assert {script.revision for script in found.walk_revisions()} == set(migrations.KNOWN)


def test_opened_again_everything_is_there(fresh_address, clock):
    with Register(fresh_address, clock=clock) as register:
        imp = register.submit(**IDEA)
    with Register(fresh_address, clock=clock) as register:
        assert register.get(imp.id) == imp


def test_tables_of_a_newer_version_are_left_alone(fresh_address):
    with Register(fresh_address) as register, register._ledger.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RegisterError, match="revision 9999"):
        Register(fresh_address)


@pytest.mark.parametrize("url", ["plant.db", "mysql://u:secret@h/d", "nosuch+driver://u:secret@h/d", ""])
def test_what_is_no_address_is_told_without_its_password(url):
    with pytest.raises(RegisterError, match="sqlite:///plant\\.db or postgresql") as caught:
        Register(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_told_without_its_password():
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    with pytest.raises(RegisterError, match="does not answer") as caught:
        Register("postgresql+psycopg://u:secret@127.0.0.1:1/test?connect_timeout=2")
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RegisterError, match="does not answer"):
        Register(f"sqlite:///{tmp_path / 'no' / 'plant.db'}")


def test_a_reader_sees_one_state(register):
    imp = register.submit(**IDEA)
    with register._reading() as connection:
        before = register._read(connection, imp.id)
        register.transition(imp.id, "accepted", by="L001")
        assert register._read(connection, imp.id) == before


def test_a_connection_that_died_while_it_lay_idle_is_replaced(fresh_address, monkeypatch):
    if not fresh_address.startswith("postgresql"):
        pytest.skip("SQLite has no server that could end a connection")
    monkeypatch.setattr(database, "IDLE_S", 0.0)
    with Register(fresh_address) as register, contextlib.closing(database.Database(fresh_address)) as other:
        with register._ledger.database.reading() as connection:
            number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with other.writing() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
        assert register.search() == []
