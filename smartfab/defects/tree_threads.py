"""One thread for tables that are soon worked off: on a busy machine the threads of small trees wait for each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_MANY_VALUES = 20_000_000
"""From so many values on more threads are worth their waiting [1]."""


@contextmanager
def threads_for(rows: npt.NDArray[np.float64]) -> Iterator[None]:
    """Let scikit-learn's trees work with one thread within the block, unless there are very many values.

    Parameters
    ----------
    rows : ndarray of float64
        The table.

    Yields
    ------
    None
        Within the block.
    """
    if rows.size >= _MANY_VALUES:
        yield
        return
    with _controller().limit(limits=1, user_api="openmp"):
        yield


@cache
def _controller() -> ThreadpoolController:
    """Of the libraries loaded when it is first asked for: scikit-learn's trees are among them by then."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
