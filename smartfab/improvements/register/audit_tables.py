"""The chain, and the requests already carried out."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from smartfab.improvements.register import access_tables, council_tables, idea_tables, people_tables, proof_tables

metadata = people_tables.metadata

audit = Table(
    "audit", metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    *people_tables.text_columns("at", "by", "action", "subject", "changes", "previous", "hash", null=False, index=("subject",)),
    *people_tables.text_columns("entered_by"),
)  # fmt: skip

requests = Table(
    "requests", metadata,
    Column("idempotency_key", Text, primary_key=True),
    *people_tables.text_columns("request", "subject", "at", null=False),
)  # fmt: skip

COVERED: tuple[Table, ...] = tuple(
    table for table in metadata.sorted_tables if table is not audit and table not in access_tables.KEYS
)
"""The tables whose every row the chain can rebuild: all but itself and the keys of the door."""

_ALL = (council_tables, idea_tables, proof_tables)  # importing them is what declares their tables
