"""A schedule that switches a reversible change on and off, one production day a block, in random order within pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def randomised_pairs(days: npt.NDArray[np.int64], random_state: int) -> tuple[tuple[str, bool], ...]:
    """Return the schedule: of each two days in a row one is exposed, a coin says which; a last odd day is left out.

    Parameters
    ----------
    days : ndarray of int64
        Working days since 1970, in order.
    random_state : int
        Seed; the plan keeps the schedule itself.

    Returns
    -------
    tuple of (str, bool)
        Production date, and whether the change is in force.

    References
    ----------
    Bojinov, Simchi-Levi, Zhao: Design and analysis of switchback experiments. Management Science 69(7), 2023,
    doi:10.1287/mnsc.2022.4583.

    Examples
    --------
    >>> import numpy as np
    >>> [on for _, on in randomised_pairs(np.arange(20_000, 20_006), random_state=1)]
    [False, True, True, False, True, False]
    """
    pairs = len(days) // 2
    first = np.random.default_rng(random_state).integers(0, 2, size=pairs)
    states = np.column_stack([first, 1 - first]).ravel()
    dates = days[: 2 * pairs].astype("datetime64[D]").astype(str)
    return tuple((str(date), bool(state)) for date, state in zip(dates, states, strict=True))
