"""Guessing passwords is slow: after some wrong ones a name, or an address, has to wait."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from smartfab.service.refusals import TooManyTries

WINDOW_S = 15 * 60
MOST_OF_A_NAME, MOST_OF_AN_ADDRESS = 5, 30
"""Wrong passwords within the window [1]."""
_MOST_KEYS = 100_000


class LoginLimit:
    """Counts wrong passwords by name and by address, in memory.

    Parameters
    ----------
    clock : callable
        Gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: dict[tuple[str, str], deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, person_id: str, address: str) -> None:
        """Refuse a try that comes too early; the password is then not even looked at.

        Parameters
        ----------
        person_id, address : str
            Who, and from where.

        Raises
        ------
        TooManyTries
            If either has used up its tries.
        """
        with self._lock:
            now = self._clock()
            for key, most in self._keys(person_id, address):
                times = self._recent(key, now)
                if len(times) >= most:
                    raise TooManyTries(int(times[-most] + WINDOW_S - now) + 1)

    def wrong(self, person_id: str, address: str) -> None:
        """Count a wrong password.

        Parameters
        ----------
        person_id, address : str
            Who, and from where.
        """
        with self._lock:
            now = self._clock()
            if len(self._wrong) > _MOST_KEYS:
                self._wrong = {key: times for key, times in self._wrong.items() if times[-1] > now - WINDOW_S}
            for key, _ in self._keys(person_id, address):
                self._wrong.setdefault(key, deque(maxlen=MOST_OF_AN_ADDRESS)).append(now)

    def right(self, person_id: str) -> None:
        """Forget the wrong passwords of a name that gave the right one; the address stays counted.

        Parameters
        ----------
        person_id : str
            Who.
        """
        with self._lock:
            self._wrong.pop(("name", person_id.casefold()), None)

    def _keys(self, person_id: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
        return (("name", person_id.casefold()[:200]), MOST_OF_A_NAME), (("address", address), MOST_OF_AN_ADDRESS)

    def _recent(self, key: tuple[str, str], now: float) -> deque[float]:
        times = self._wrong.get(key, deque())
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if not times:
            self._wrong.pop(key, None)
        return times
