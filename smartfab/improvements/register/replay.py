"""The register rebuilt from the chain and held against what the tables say: whatever was changed behind its back has a name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from smartfab.improvements.register.audit_tables import COVERED, audit
from smartfab.improvements.register.chain import GENESIS, Head, row_hash, stored

Row = Mapping[str, Any]
State = dict[tuple[str, tuple[Any, ...]], dict[str, Any]]


@dataclass(frozen=True)
class AuditFault:
    """One row that is not as the chain says.

    Attributes
    ----------
    table, row : str
        Where; the row by its key.
    kind : str
        edited, missing, added or moved; head_missing for a chain that was cut or written anew; damaged for a file.
    found, expected : str
        What differs.
    """

    table: str
    row: str
    kind: str
    found: str = ""
    expected: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the fault in JSON's own types."""
        return asdict(self)


def chain_faults(rows: list[Row]) -> Iterator[AuditFault]:
    """Yield what is wrong with the rows of the chain, which come in the order of their numbers."""
    places = {row["hash"]: row["seq"] for row in rows}
    previous, expected, suspect = GENESIS, 1, False
    for row in rows:
        seq, sound = row["seq"], _hash(row) == row["hash"]
        if seq != expected:
            yield from (AuditFault("audit", str(number), "missing") for number in _numbers(expected, seq))
        elif row["previous"] != previous and not (suspect and sound):
            yield _broken(row, previous, places)
        if not sound:
            yield AuditFault("audit", str(seq), "edited", "its content has another hash", str(row["hash"])[:12])
        previous, expected, suspect = row["hash"], (seq + 1 if isinstance(seq, int) else expected + 1), not sound


def _broken(row: Row, previous: str, places: dict[str, int]) -> AuditFault:
    """Tell a row that stands in the wrong place from one whose forerunner was rewritten together with its hash."""
    seq, origin = row["seq"], places.get(row["previous"])
    if origin is not None and origin != seq - 1:
        return AuditFault("audit", str(seq), "moved", f"follows row {origin}", f"follows row {seq - 1}")
    return AuditFault("audit", str(max(seq - 1, 1)), "edited", f"hash {previous[:12]}…", f"{row['previous'][:12]}…")


def _numbers(first: int, end: object) -> Iterator[int]:
    if isinstance(end, int):
        yield from range(first, end)


def _hash(row: Row) -> str:
    try:
        return row_hash(row)
    except (ValueError, TypeError):  # a cell of a type the chain never writes
        return ""


def head_fault(rows: list[Row], head: Head) -> AuditFault | None:
    """Return the fault of a chain in which a published head does not stand."""
    found = next((row for row in rows if row["hash"] == head.hash), None)
    if found is not None and head.seq in {0, found["seq"]}:
        return None
    return AuditFault(
        "audit", str(head.seq or "?"), "head_missing", f"{len(rows)} rows, none with this hash at this place", str(head)
    )


def rebuilt(rows: list[Row]) -> State:
    """Return every row of every covered table as the chain left it.

    An edited row is named, and still tells what it tells; one that no other row rests on, and that rests on none, was put in.
    """
    state: State = {}
    rested_on = {row["previous"] for row in rows}
    before = GENESIS
    for row in rows:
        belongs = row["previous"] == before or row["hash"] in rested_on or _hash(row) == row["hash"]
        before = row["hash"]
        for change in _changes(row) if belongs else ():
            place = (str(change["table"]), tuple(change["key"]))
            if "insert" in change:
                state[place] = dict(change["insert"])
            elif "update" in change:
                state.setdefault(place, {}).update(change["update"])
            else:
                state.pop(place, None)
    return state


def _changes(row: Row) -> list[dict[str, Any]]:
    try:
        found = json.loads(row["changes"])
    except (ValueError, TypeError):  # an edited row: it is named as such, and says nothing more
        return []
    sound = isinstance(found, list) and all(
        isinstance(item, dict) and isinstance(item.get("key"), list) and {"insert", "update", "delete"} & set(item)
        for item in found
    )
    return found if sound else []


def table_faults(connection: sa.Connection, state: State) -> Iterator[AuditFault]:
    """Yield where the tables are not as the chain left them."""
    for table in COVERED:
        keys = [column.name for column in table.primary_key]
        expected = {key: row for (name, key), row in state.items() if name == table.name}
        seen = set()
        for found in raw_rows(connection, table):
            key = tuple(found[name] for name in keys)
            seen.add(key)
            shown = "/".join(str(part) for part in key)
            if key not in expected:
                yield AuditFault(table.name, shown, "added", "a row", "no such row")
                continue
            for name in found:
                if not _equal(found[name], expected[key].get(name)):
                    yield AuditFault(
                        table.name, shown, "edited", f"{name} = {_brief(found[name])}", _brief(expected[key].get(name))
                    )
        for key in sorted(expected.keys() - seen, key=str):
            yield AuditFault(table.name, "/".join(str(part) for part in key), "missing", "no row", "a row")


def raw_rows(connection: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as the database has them, whatever was put into its cells."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    order = ", ".join(f'"{column.name}"' for column in table.primary_key)
    for row in connection.exec_driver_sql(f'SELECT {names} FROM "{table.name}" ORDER BY {order}').mappings():  # noqa: S608  names of our own tables
        yield {name: stored(value) for name, value in row.items()}


def chain_rows(connection: sa.Connection) -> list[Row]:
    """Return the chain in the order of its numbers."""
    return list(raw_rows(connection, audit))


def _equal(found: object, expected: object) -> bool:
    return found == expected and isinstance(found, str) == isinstance(expected, str)


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
