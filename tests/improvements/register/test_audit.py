"""Whatever is changed behind the register's back has a name: in every column of every table, and in the chain itself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.register import Register
from smartfab.improvements.register.audit_tables import COVERED, audit
from smartfab.improvements.register.chain import GENESIS, row_hash
from smartfab.improvements.register.replay import chain_rows
from tests.improvements.register import full, stand_in
from tests.improvements.register.conftest import DATABASES, Clock, fresh

WRONG = {"TEXT": "'x'", "BIGINT": "987654", "INTEGER": "987654", "FLOAT": "0.987", "BLOB": "'x'"}


@pytest.fixture(scope="module", params=DATABASES)
def filled(request, tmp_path_factory):
    """A register with a row in every table; a test leaves it as it found it."""
    folder = tmp_path_factory.mktemp("filled")
    clock, engine = Clock(), stand_in.Engine()
    with fresh(request.param, folder) as address, pytest.MonkeyPatch.context() as patch:
        patch.setattr("smartfab.improvements.measuring.effect", engine.effect)
        with Register(address, files=folder / "files", clock=clock) as register:
            full.fill(register, clock)
            yield register


@pytest.fixture
def sql(filled):
    """Runs a statement as somebody with the database's password would."""

    def run(statement, values=None):
        with filled._ledger.database.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    return run


@pytest.fixture
def restored(filled):
    """Puts every table back as it was."""
    engine = filled._ledger.database.engine
    with engine.connect() as connection:
        before = {table: connection.execute(table.select()).mappings().all() for table in (*COVERED, audit)}
    yield
    with engine.begin() as connection:
        for table, rows in before.items():
            connection.execute(table.delete())
            if rows:
                connection.execute(table.insert(), [dict(row) for row in rows])
    assert filled.audit.verify().ok


def named(report):
    return {(fault.table, fault.row, fault.kind) for fault in report.faults}


def first_row(register, table):
    with register._ledger.database.reading() as connection:
        return dict(connection.execute(table.select().limit(1)).mappings().one())


def key_of(table, row):
    return "/".join(str(row[column.name]) for column in table.primary_key)


def where(table, row):
    return " AND ".join(f"\"{column.name}\" = '{row[column.name]}'" for column in table.primary_key)


def test_a_register_nobody_touched_is_sound(filled):
    report = filled.audit.verify(head=filled.audit.head())
    assert (report.ok, bool(report), report.faults) == (True, True, ())
    assert report.rows > 20
    assert report.to_dict()["head"] == report.head == filled.audit.head()


def test_every_table_has_a_row_to_touch(filled):
    with filled._ledger.database.reading() as connection:
        empty = [table.name for table in COVERED if connection.execute(table.select().limit(1)).first() is None]
    assert empty == []


@pytest.mark.parametrize("table", COVERED, ids=lambda table: table.name)
def test_an_edit_of_any_column_is_named(filled, sql, restored, table):
    row = first_row(filled, table)
    for column in table.columns:
        if column.primary_key:
            continue
        kind = str(column.type).split("(")[0]
        new = WRONG[kind]
        sql(f'UPDATE "{table.name}" SET "{column.name}" = {new} WHERE {where(table, row)}')
        assert named(filled.audit.verify()) == {(table.name, key_of(table, row), "edited")}, column.name
        sql(f'UPDATE "{table.name}" SET "{column.name}" = :old WHERE {where(table, row)}', {"old": row[column.name]})


@pytest.mark.parametrize("table", COVERED, ids=lambda table: table.name)
def test_a_row_deleted_or_added_is_named(filled, sql, restored, table):
    row = first_row(filled, table)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    key = next(iter(table.primary_key))
    other = "4711" if "INT" in str(key.type) else "'4711'"
    other_names = names.replace(f'"{key.name}"', other, 1)
    if table.name == "decisions":
        other_names = other_names.replace('"certificate_number"', "77")
    other_names = other_names.replace('"paper_no"', "NULL")
    sql(f'INSERT INTO "{table.name}" ({names}) SELECT {other_names} FROM "{table.name}" WHERE {where(table, row)}')
    assert named(filled.audit.verify()) == {(table.name, key_of(table, {**row, key.name: "4711"}), "added")}
    sql(f'DELETE FROM "{table.name}" WHERE "{key.name}" = {other}')
    sql(f'DELETE FROM "{table.name}" WHERE {where(table, row)}')
    assert named(filled.audit.verify()) == {(table.name, key_of(table, row), "missing")}


@pytest.mark.parametrize("column", [column.name for column in audit.columns if not column.primary_key])
def test_an_edit_in_the_chain_is_named(filled, sql, restored, column):
    sql(f"UPDATE audit SET \"{column}\" = 'x' WHERE seq = 5")
    found = named(filled.audit.verify())
    assert ("audit", "5", "edited") in found
    assert {row for table, row, _ in found if table == "audit"} <= {"4", "5"}


def test_an_edit_in_the_chain_with_its_hash_made_anew_is_named(filled, sql, restored):
    with filled._ledger.database.reading() as connection:
        row = dict(chain_rows(connection)[4])
    row["by"] = "somebody else"
    sql("UPDATE audit SET by = :by, hash = :hash WHERE seq = 5", {"by": row["by"], "hash": row_hash(row)})
    assert named(filled.audit.verify()) == {("audit", "5", "edited")}


def test_a_row_of_the_chain_deleted_is_named(filled, sql, restored):
    sql("DELETE FROM audit WHERE seq IN (5, 6)")
    assert {("audit", "5", "missing"), ("audit", "6", "missing")} <= named(filled.audit.verify())


def test_a_row_put_into_the_chain_is_named(filled, sql, restored):
    end = filled.audit.verify().rows
    names = "at, by, action, subject, changes, previous, entered_by"
    sql(f"INSERT INTO audit (seq, hash, {names}) SELECT {end + 1}, 'x', {names} FROM audit WHERE seq = 5")
    found = named(filled.audit.verify())
    assert {row for _, row, _ in found} == {str(end + 1)}


def test_rows_of_the_chain_that_change_places_are_named(filled, sql, restored):
    sql("UPDATE audit SET seq = -1 WHERE seq = 5")
    sql("UPDATE audit SET seq = 5 WHERE seq = 6")
    sql("UPDATE audit SET seq = 6 WHERE seq = -1")
    found = named(filled.audit.verify())
    assert {("audit", "5", "moved"), ("audit", "6", "moved")} <= found
    assert {row for _, row, _ in found} == {"5", "6"}


def test_a_chain_cut_together_with_its_tables_is_found_with_a_published_head(filled, sql, restored):
    head, end = filled.audit.head(), filled.audit.verify().rows
    before = first_row(filled, audit.metadata.tables["declarations"])
    sql(f"DELETE FROM declarations WHERE declaration_id = {before['declaration_id']}")
    sql(f"UPDATE improvements SET version = version - 1 WHERE improvement_id = '{before['improvement_id']}'")
    sql(f"DELETE FROM audit WHERE seq = {end}")
    assert filled.audit.verify().ok  # without a head nothing speaks against it
    assert named(filled.audit.verify(head=head)) == {("audit", str(end), "head_missing")}


def test_a_whole_chain_written_anew_is_found_with_a_published_head(filled, sql, restored):
    head = filled.audit.head()
    with filled._ledger.database.reading() as connection:
        rows = [dict(row) for row in chain_rows(connection)]
    previous = GENESIS
    for row in rows:
        row.update(by=f"not {row['by']}", previous=previous)
        previous = row["hash"] = row_hash(row)
        sql('UPDATE audit SET "by" = :by, previous = :previous, hash = :hash WHERE seq = :seq', row)
    assert filled.audit.verify().ok
    for published in (head, head.split(":")[1]):
        assert {kind for _, _, kind in named(filled.audit.verify(head=published))} == {"head_missing"}


def test_an_older_head_still_stands_in_a_chain_that_grew(register):
    imp = register.submit(**stand_in.IDEA)
    head = register.audit.head()
    register.comment(imp.id, "Tốt", by="L001")
    assert register.audit.verify(head=head).ok
    assert not register.audit.verify(head=f"2:{head.split(':')[1]}").ok


@pytest.mark.parametrize("head", ["", "12", "12:abc", "x:" + "0" * 64, "0" * 63])
def test_what_is_no_head_is_refused(register, head):
    with pytest.raises(RegisterError, match="a head as printed"):
        register.audit.verify(head=head)


def test_an_attachment_changed_or_lost_is_named(filled):
    (file,) = filled.attachments("CT-2026-0001")
    place = filled._files.folder / file.sha256[:2] / file.sha256
    place.write_bytes(b"other")
    assert named(filled.audit.verify()) == {("files", file.sha256, "damaged")}
    with pytest.raises(RegisterError, match="missing or damaged"):
        filled.content(file.sha256)
    place.unlink()
    assert named(filled.audit.verify()) == {("files", file.sha256, "missing")}
    place.write_bytes(full.PNG)
    assert filled.content(file.sha256) == full.PNG
    assert filled.audit.verify().ok
