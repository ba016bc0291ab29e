"""What was proposed and what became of it: the idea, its authors and reach, each step, and what people said and showed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, Table, Text

from smartfab.improvements.register.people_tables import metadata, text_columns

improvements = Table(
    "improvements", metadata,
    Column("improvement_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *text_columns("state", "track", "lane", "title_vi", "problem", "solution", "registered_at", "proposed_on", "by", "folded",
                  null=False, index=("state",)),
    *text_columns("title_en", "line_id", "unit_id", "kpi", "drive", "parent_id", "applied_on", "entered_by",
                  index=("line_id", "parent_id")),
    Column("paper_no", Text, unique=True),
    *(Column(name, Float) for name in ("expected_low", "expected", "expected_high")),
)  # fmt: skip

authorships = Table(
    "authorships", metadata,
    Column("improvement_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    *text_columns("share", null=False),
)  # fmt: skip

scopes = Table(
    "scopes", metadata,
    Column("improvement_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
)  # fmt: skip

steps = Table(
    "steps", metadata,
    Column("step_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "to_state", "at", "by", null=False, index=("improvement_id",)),
    *text_columns("from_state", "entered_by", "reason"),
)  # fmt: skip

comments = Table(
    "comments", metadata,
    Column("comment_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "at", "by", "text", null=False, index=("improvement_id",)),
)  # fmt: skip

reviews = Table(
    "reviews", metadata,
    Column("review_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "at", "by", "kind", "scores", "text", null=False, index=("improvement_id",)),
)  # fmt: skip

attachments = Table(
    "attachments", metadata,
    Column("attachment_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "at", "by", "kind", "name", "media_type", "sha256", null=False, index=("improvement_id",)),
    Column("size", BigInteger, nullable=False),
)  # fmt: skip
