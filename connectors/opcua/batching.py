"""Calls cut to what the server takes at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from asyncua import ua

MOST = 1000
"""Never more than this many operations in one call, whatever the server allows."""

_TOO_LARGE = {
    ua.StatusCodes.BadTooManyOperations,
    ua.StatusCodes.BadTooManyMonitoredItems,
    ua.StatusCodes.BadRequestTooLarge,
    ua.StatusCodes.BadResponseTooLarge,
    ua.StatusCodes.BadEncodingLimitsExceeded,
}

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass
class OperationLimits:
    """How many operations one call may hold, and monitored items in all [1]; halved when a call is found too large."""

    read: int = MOST
    history: int = MOST
    monitor: int = MOST
    translate: int = MOST
    browse: int = MOST
    items: int | None = None

    def set(self, name: str, allowed: object) -> None:
        """Take what the server allows; 0 and null mean that it names no limit.

        Parameters
        ----------
        name : str
            One of the fields.
        allowed : int or None
            As the server says [1].
        """
        if isinstance(allowed, int) and allowed > 0:
            setattr(self, name, min(allowed, MOST))


async def in_batches(
    limits: OperationLimits,
    name: str,
    items: Sequence[_Item],
    call: Callable[[Sequence[_Item]], Awaitable[Sequence[_Result] | None]],
) -> list[_Result]:
    """Return the result of every item, called in batches.

    Parameters
    ----------
    limits : OperationLimits
        Halved in place when the server finds a batch too large.
    name : str
        Which of the limits holds.
    items : sequence
        What to call with.
    call : callable
        Takes a batch and returns one result an item.

    Returns
    -------
    list
        One result an item, in order.

    Raises
    ------
    UaStatusCodeError
        What the server answers to a single item, and to any batch for another reason than its size.
    """
    results: list[_Result] = []
    while len(results) < len(items):
        batch = items[len(results) : len(results) + getattr(limits, name)]
        try:
            answer = list(await call(batch) or [])
        except ua.UaStatusCodeError as error:
            if error.code not in _TOO_LARGE or len(batch) == 1:
                raise
            setattr(limits, name, max(1, len(batch) // 2))
            continue
        if len(answer) != len(batch):
            raise ua.UaError(f"{len(answer)} results for {len(batch)} operations")
        results += answer
    return results
