"""Who works here: units, people, roles with their dates and reach, and who stands in for whom.

Times are text in UTC (``2026-03-02T06:00:00.000000Z``), dates ``2026-03-02``: they sort as they pass, and are the same bytes in
every database, so that the chain can hold them against what it recorded.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "ix": "ix_%(column_0_label)s"}
)
"""Every table of the register. None has foreign keys: the register checks a reference as it writes, the chain afterwards."""


def text_columns(*names: str, null: bool = True, index: tuple[str, ...] = ()) -> list[Column[str]]:
    """Return columns of text; those in `index` can be looked up."""
    return [Column(name, Text, nullable=null, index=name in index) for name in names]


units = Table(
    "units", metadata,
    Column("unit_id", Text, primary_key=True),
    *text_columns("name_vi", "name_en", "parent_id"),
    Column("headcount", Integer),
    *text_columns("valid_from", "valid_to"),
)  # fmt: skip

people = Table(
    "people", metadata,
    Column("person_id", Text, primary_key=True),
    *text_columns("name", "folded", null=False),
    *text_columns("unit_id", "job_title", "qualification", "birth_date", "valid_from", "valid_to", index=("unit_id",)),
)  # fmt: skip

roles = Table(
    "roles", metadata,
    Column("role_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("person_id", "role", null=False, index=("person_id",)),
    *text_columns("unit_id", "line_id", "valid_from", "valid_to"),
)  # fmt: skip

substitutions = Table(
    "substitutions", metadata,
    Column("substitution_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("person_id", "deputy_id", "valid_from", "valid_to", "reason", null=False, index=("deputy_id",)),
    *text_columns("role"),
)  # fmt: skip
