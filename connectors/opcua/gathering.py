"""Several coroutines at once, none of which outlives the others' failure."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

_Result = TypeVar("_Result")


async def together(works: Iterable[Coroutine[Any, Any, _Result]]) -> list[_Result]:
    """Run `works` at once and return what they return, in order.

    Parameters
    ----------
    works : iterable of coroutine
        At least one.

    Returns
    -------
    list
        One result a coroutine.

    Raises
    ------
    Exception
        What the first of them to fail raises, after the others were cancelled and have cleaned up.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
