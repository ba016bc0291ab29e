"""What the council did and what was paid: meetings, votes, decisions with their certificate numbers, rewards."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text, UniqueConstraint

from smartfab.improvements.register.people_tables import metadata, text_columns

meetings = Table(
    "meetings", metadata,
    Column("meeting_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("date", "members", "minutes", "at", "by", null=False),
)  # fmt: skip

votes = Table(
    "votes", metadata,
    Column("meeting_id", BigInteger, primary_key=True, autoincrement=False),
    Column("improvement_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    *text_columns("vote", "at", "by", null=False),
    *text_columns("reason"),
)  # fmt: skip

decisions = Table(
    "decisions", metadata,
    Column("improvement_id", Text, primary_key=True),
    *text_columns("decision_no", "decision_date", "signer", "pack", "at", "by", null=False),
    *text_columns("level"),
    Column("meeting_id", BigInteger),
    Column("certificate_year", Integer, nullable=False),
    Column("certificate_number", Integer, nullable=False),
    UniqueConstraint("certificate_year", "certificate_number"),
)  # fmt: skip

rewards = Table(
    "rewards", metadata,
    Column("reward_id", BigInteger, primary_key=True, autoincrement=False),
    *text_columns("improvement_id", "kind", "stage", "pack", "at", "by", null=False, index=("improvement_id",)),
    *text_columns("person_id", "share", "due", "paid_on", "document"),
    Column("year", Integer, nullable=False),
    Column("benefit_id", BigInteger),
    *(Column(name, BigInteger, nullable=False) for name in ("gross", "tax", "net")),
)  # fmt: skip
