"""What was measured, and on what: plans, interventions, measurements with their input rows, declarations, benefits."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, LargeBinary, Table, Text

from smartfab.improvements.register.people_tables import metadata, text_columns

plans = Table(
    "plans", metadata,
    Column("plan_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "at", "by", "digest", "status", "plan", null=False, index=("improvement_id",)),
    Column("mde", Float),
    *text_columns("override", "hindsight"),
)  # fmt: skip

interventions = Table(
    "interventions", metadata,
    Column("intervention_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "happened_at", "kind", "at", "by", null=False, index=("improvement_id",)),
    *text_columns("entered_by", "note"),
)  # fmt: skip

contents = Table(
    "contents", metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)  # fmt: skip

measurements = Table(
    "measurements", metadata,
    Column("measurement_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "at", "by", "status", "grade", "arguments", "remarks", "result", "rows_sha256", null=False,
                  index=("improvement_id",)),
    Column("plan_id", BigInteger),
    Column("supersedes", BigInteger),
    *(Column(name, Float) for name in ("estimate", "low", "high")),
)  # fmt: skip

declarations = Table(
    "declarations", metadata,
    Column("declaration_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "at", "by", "basis", "documents", null=False, index=("improvement_id",)),
    Column("benefit", BigInteger),
    *text_columns("entered_by"),
)  # fmt: skip

benefits = Table(
    "benefits", metadata,
    Column("benefit_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "at", "by", "content", null=False, index=("improvement_id",)),
    Column("year", BigInteger, nullable=False),
    *(Column(name, BigInteger) for name in ("measurement_id", "declaration_id", "amount", "low", "high")),
    *text_columns("signed_by", "signed_at"),
)  # fmt: skip
