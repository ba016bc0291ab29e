"""How long to wait before the next attempt: longer each time, and never two clients at the same moment."""

from __future__ import annotations

import random


class Backoff:
    """Exponential back-off with full jitter: a random share of a bound that doubles.

    Parameters
    ----------
    first : float
        Bound of the first wait [s].
    most : float
        Bound of every later one [s].
    seed : int, optional
        Makes the waits repeatable.

    References
    ----------
    M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
    """

    def __init__(self, first: float = 0.5, most: float = 30.0, seed: int | None = None) -> None:
        self._first, self._most = first, most
        self._bound = first
        self._random = random.Random(seed)  # noqa: S311  spreads load, keeps no secret

    def next(self) -> float:
        """Return how long to wait now [s]."""
        bound, self._bound = self._bound, min(2 * self._bound, self._most)
        return self._random.uniform(0, bound)

    def reset(self) -> None:
        """Begin anew, after a success."""
        self._bound = self._first
