"""The keys of the door: passwords, tokens and sessions, never in the clear, and never in the chain, which forgets nothing."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from smartfab.improvements.register.people_tables import metadata, text_columns

accounts = Table(
    "accounts", metadata,
    Column("person_id", Text, primary_key=True),
    *text_columns("password", "changed_at", null=False),
)  # fmt: skip
"""Password of a person, by argon2id."""

tokens = Table(
    "tokens", metadata,
    Column("token_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False, unique=True),
    *text_columns("person_id", "name", "made_by", "created_at", "expires_at", null=False),
    *text_columns("revoked_at"),
)  # fmt: skip
"""Tokens of programs, by SHA-256: 256 random bits need no slow hash."""

sessions = Table(
    "sessions", metadata,
    Column("digest", Text, primary_key=True),
    *text_columns("person_id", "form_key", "created_at", "expires_at", null=False, index=("person_id",)),
)  # fmt: skip
"""Browsers that are logged in: SHA-256 of the cookie, and the key their forms bear."""

KEYS = (accounts, tokens, sessions)
