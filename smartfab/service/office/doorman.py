"""The doorman: whose token it is and what that person may do today, remembered for a moment."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from smartfab.improvements.register import Register
from smartfab.service.rights import Rights
from smartfab.service.settings import Settings

T = TypeVar("T")
_MOST = 10_000


class Memory(Generic[T]):
    """Remembers answers for a moment, or until they are forgotten.

    Parameters
    ----------
    seconds : float
        How long an answer holds [s].
    now : callable
        Gives the present as an aware time.
    """

    def __init__(self, seconds: float, now: Callable[[], dt.datetime]) -> None:
        self._span, self._now = dt.timedelta(seconds=seconds), now
        self._held: dict[str, tuple[dt.datetime, T]] = {}
        self._lock = threading.Lock()
        self._changes = 0

    def known(self, name: str) -> T | None:
        """Return what is remembered, or None."""
        found = self._held.get(name)
        return found[1] if found is not None and dt.timedelta(0) <= self._now() - found[0] < self._span else None

    def learned(self, name: str, find: Callable[[], T | None]) -> T | None:
        """Return what is remembered, or find it and remember it; None is not remembered.

        Parameters
        ----------
        name : str
            Of what.
        find : callable
            Looks it up.

        Returns
        -------
        object or None
            What was found before something changed is not kept: it may be the old answer.
        """
        known = self.known(name)
        if known is not None:
            return known
        changes, at = self._changes, self._now()
        found = find()
        with self._lock:
            if found is not None and changes == self._changes:
                if len(self._held) >= _MOST:
                    self._held.clear()
                self._held[name] = (at, found)
        return found

    def forget(self) -> None:
        """Forget everything, also what is being looked up now."""
        with self._lock:
            self._changes += 1
            self._held.clear()


class Doorman:
    """Knows tokens and rights.

    What this process changes holds at once; what another one takes away holds here after `settings.memory_s` at the latest.

    Parameters
    ----------
    register : Register
        Where tokens and roles are.
    settings : Settings
        Its zone, its clock, and how long an answer is remembered.
    """

    def __init__(self, register: Register, settings: Settings) -> None:
        self._register, self._settings = register, settings
        self._owners: Memory[str] = Memory(settings.memory_s, settings.now)
        self._rights: Memory[Rights] = Memory(settings.memory_s, settings.now)

    def today(self) -> str:
        """Return today's date at the plant."""
        return self._settings.now().astimezone(ZoneInfo(self._settings.tz)).date().isoformat()

    def remembers(self, secret: str) -> str | None:
        """Return whose token it is if it was seen a moment ago; never waits for the database."""
        return self._owners.known(_name(secret))

    def owner(self, secret: str) -> str | None:
        """Return whose token it is.

        Parameters
        ----------
        secret : str
            As the client sent it.

        Returns
        -------
        str or None
            None if it is none, or holds no more.
        """
        return self._owners.learned(_name(secret), lambda: self._register.access.token_owner(secret))

    def rights(self, person_id: str) -> Rights:
        """Return what somebody may do today.

        Parameters
        ----------
        person_id : str
            Who.

        Returns
        -------
        Rights
            Empty for whoever holds no role.
        """
        found = self._rights.learned(f"{self.today()} {person_id}", lambda: self._looked_up(person_id))
        return found if found is not None else Rights(person_id, (), {})

    def forget(self) -> None:
        """Forget everything: somebody's keys or roles were changed."""
        self._owners.forget()
        self._rights.forget()

    def _looked_up(self, person_id: str) -> Rights:
        people = self._register.people
        grants = people.grants(person_id, on=self.today())
        scoped = any(grant.unit_id is not None for grant in grants)
        return Rights(person_id, grants, {unit.unit_id: unit.parent_id for unit in people.units()} if scoped else {})


def _name(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
