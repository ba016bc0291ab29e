"""Who is at the door: passwords of people, tokens of programs, sessions of browsers. Only hashes are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.register.access_tables import accounts, sessions, tokens
from smartfab.improvements.register.deeds import Ledger, moment
from smartfab.improvements.register.people_tables import people
from smartfab.improvements.register.texts import name_text

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = ["Access", "Session", "Token"]

TOKEN_PREFIX = "sfab_"  # noqa: S105  what a token begins with, so that a leaked one is known for what it is
LEAST_PASSWORD, MOST_PASSWORD = 10, 200
"""Characters of a password [1]."""
SESSION_H = 12
"""How long a browser stays logged in [h]."""
MOST_TOKEN_DAYS = 366

_PASSWORD = sa.select(accounts.c.password).where(accounts.c.person_id == sa.bindparam("person"))
_TOKEN = sa.select(tokens).where(tokens.c.digest == sa.bindparam("digest"))
_SESSION = sa.select(sessions).where(sessions.c.digest == sa.bindparam("digest"))
_EMPLOYED = sa.select(people.c.valid_from, people.c.valid_to).where(people.c.person_id == sa.bindparam("person"))


@dataclass(frozen=True)
class Token:
    """A token without its secret: whose, what for, and until when."""

    id: int
    person_id: str
    name: str
    made_by: str
    created_at: str
    expires_at: str
    revoked_at: str | None


@dataclass(frozen=True)
class Session:
    """A browser that is logged in; `form_key` is what its forms must bear."""

    person_id: str
    form_key: str


class Access:
    """The keys of a register.

    Parameters
    ----------
    ledger : Ledger
        Where the tables are.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._hasher: PasswordHasher | None = None
        self._decoy = ""

    def set_password(self, person_id: str, password: str) -> None:
        """Give somebody a password, and log that person out everywhere.

        Parameters
        ----------
        person_id : str
            Whose.
        password : str
            10 to 200 characters, not the id itself.

        Raises
        ------
        RegisterError
            If it is too short, too long, or the id.
        """
        name = name_text(person_id, "person_id")
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD or password.strip().casefold() == name.casefold():
            raise RegisterError(
                f"{len(password)} characters", where="password",
                expected=f"{LEAST_PASSWORD} to {MOST_PASSWORD} characters that are not the id", remedy="Choose another one.",
            )  # fmt: skip
        row = {"password": self._argon2().hash(password), "changed_at": self._now()}
        with self._ledger.database.writing() as connection:
            if connection.execute(_PASSWORD, {"person": name}).first() is None:
                connection.execute(accounts.insert().values(person_id=name, **row))
            else:
                connection.execute(accounts.update().where(accounts.c.person_id == name).values(**row))
            connection.execute(sessions.delete().where(sessions.c.person_id == name))

    def password_is(self, person_id: str, password: str) -> bool:
        """Say whether this is somebody's password; takes as long for somebody who has none.

        Parameters
        ----------
        person_id, password : str
            As typed.

        Returns
        -------
        bool
            False for unknown people, and for those who have left.
        """
        from argon2.exceptions import VerifyMismatchError

        hasher = self._argon2()
        with self._ledger.database.reading() as connection:
            kept = connection.execute(_PASSWORD, {"person": person_id}).scalar_one_or_none()
            gone = not self._is_here(connection, person_id)
        if not self._decoy:
            self._decoy = hasher.hash(secrets.token_urlsafe())
        try:
            hasher.verify(kept or self._decoy, password[: MOST_PASSWORD + 1])
        except VerifyMismatchError:
            return False
        return kept is not None and not gone

    def make_token(self, person_id: str, name: str, *, days: int, by: str) -> tuple[Token, str]:
        """Make a token for a program that acts as somebody.

        Parameters
        ----------
        person_id : str
            As whom.
        name : str
            What it is for.
        days : int
            How long it holds, 1 to 366 [d].
        by : str
            Who makes it.

        Returns
        -------
        Token, str
            The record, and the secret, which is told this once.

        Raises
        ------
        RegisterError
            If a name is none, or the days are out of range.
        """
        if isinstance(days, bool) or not 1 <= days <= MOST_TOKEN_DAYS:
            raise RegisterError(f"{days} days", where="days", expected=f"1 to {MOST_TOKEN_DAYS}")
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        now = self._ledger.clock().astimezone(dt.UTC)
        with self._ledger.database.writing() as connection:
            number = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(tokens.c.token_id), 0))).scalar_one()) + 1
            made = Token(
                id=number, person_id=name_text(person_id, "person_id"), name=name_text(name, "name"),
                made_by=name_text(by, "by"), created_at=moment(now), expires_at=moment(now + dt.timedelta(days=days)),
                revoked_at=None,
            )  # fmt: skip
            values = {name: value for name, value in made.__dict__.items() if name != "id"}
            connection.execute(tokens.insert().values(token_id=made.id, digest=_digest(secret), **values))
        return made, secret

    def tokens(self, person_id: str | None = None) -> list[Token]:
        """Return the tokens of somebody, or of everybody, without their secrets.

        Parameters
        ----------
        person_id : str, optional
            Whose.

        Returns
        -------
        list of Token
            The first one first.
        """
        chosen = sa.select(tokens).order_by(tokens.c.token_id)
        if person_id is not None:
            chosen = chosen.where(tokens.c.person_id == person_id)
        with self._ledger.database.reading() as connection:
            return [_token(row) for row in connection.execute(chosen).mappings()]

    def revoke_token(self, token_id: int) -> None:
        """End a token now.

        Parameters
        ----------
        token_id : int
            Which one; one that is ended already stays so.
        """
        with self._ledger.database.writing() as connection:
            own = tokens.update().where(tokens.c.token_id == token_id, tokens.c.revoked_at.is_(None))
            connection.execute(own.values(revoked_at=self._now()))

    def token_owner(self, secret: str) -> str | None:
        """Return as whom a token acts.

        Parameters
        ----------
        secret : str
            As it was told once.

        Returns
        -------
        str or None
            None if it is unknown, ended, expired, or its owner has left.
        """
        if not secret.startswith(TOKEN_PREFIX):
            return None
        with self._ledger.database.reading() as connection:
            row = connection.execute(_TOKEN, {"digest": _digest(secret)}).one_or_none()
            if row is None or row.revoked_at is not None or row.expires_at <= self._now():
                return None
            return str(row.person_id) if self._is_here(connection, row.person_id) else None

    def open_session(self, person_id: str) -> tuple[Session, str]:
        """Log a browser in, and forget sessions that are over.

        Parameters
        ----------
        person_id : str
            As whom.

        Returns
        -------
        Session, str
            The session, and the secret for its cookie.
        """
        secret, made = secrets.token_urlsafe(32), Session(person_id, secrets.token_urlsafe(24))
        now = self._ledger.clock().astimezone(dt.UTC)
        with self._ledger.database.writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.expires_at <= moment(now)))
            connection.execute(
                sessions.insert().values(
                    digest=_digest(secret), person_id=person_id, form_key=made.form_key, created_at=moment(now),
                    expires_at=moment(now + dt.timedelta(hours=SESSION_H)),
                )
            )  # fmt: skip
        return made, secret

    def session(self, secret: str) -> Session | None:
        """Return the session of a cookie.

        Parameters
        ----------
        secret : str
            What the cookie holds.

        Returns
        -------
        Session or None
            None if there is none, it is over, or its owner has left.
        """
        with self._ledger.database.reading() as connection:
            row = connection.execute(_SESSION, {"digest": _digest(secret)}).one_or_none()
            if row is None or row.expires_at <= self._now() or not self._is_here(connection, row.person_id):
                return None
            return Session(row.person_id, row.form_key)

    def close_session(self, secret: str) -> None:
        """Log a browser out.

        Parameters
        ----------
        secret : str
            What its cookie holds.
        """
        with self._ledger.database.writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.digest == _digest(secret)))

    def _is_here(self, connection: sa.Connection, person_id: str) -> bool:
        """Say whether somebody works here today; whom the register does not know may still hold a role."""
        row = connection.execute(_EMPLOYED, {"person": person_id}).one_or_none()
        today = self._now()[:10]
        return row is None or ((row.valid_from or "") <= today and (row.valid_to is None or today < row.valid_to))

    def _now(self) -> str:
        return moment(self._ledger.clock())

    def _argon2(self) -> PasswordHasher:
        if self._hasher is None:
            try:
                from argon2 import PasswordHasher
            except ModuleNotFoundError as error:
                raise RegisterError(
                    "argon2-cffi is not installed", where="password", remedy="Install it: pip install smartfab[service]."
                ) from error
            self._hasher = PasswordHasher()
        return self._hasher


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: sa.RowMapping) -> Token:
    return Token(id=row["token_id"], **{name: row[name] for name in Token.__dataclass_fields__ if name != "id"})
