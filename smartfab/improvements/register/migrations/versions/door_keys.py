"""Passwords, tokens and sessions, for the service in front of the register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Make the tables of the keys."""
    op.create_table("accounts", _text("person_id"), _text("password"), _text("changed_at"), _key("accounts", "person_id"))
    op.create_table(
        "tokens",
        sa.Column("token_id", sa.BigInteger, nullable=False, autoincrement=False),
        *(_text(name) for name in ("digest", "person_id", "name", "made_by", "created_at", "expires_at")),
        sa.Column("revoked_at", sa.Text, nullable=True),
        _key("tokens", "token_id"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_table(
        "sessions",
        *(_text(name) for name in ("digest", "person_id", "form_key", "created_at", "expires_at")),
        _key("sessions", "digest"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=f"pk_{table}")
