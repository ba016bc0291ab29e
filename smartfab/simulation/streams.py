"""Random streams: one for each concern and machine, so that a longer line, more machines or an improvement draw the same."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from smartfab.clock import SECOND, Micros

Floats = npt.NDArray[np.float64]


class Concern(IntEnum):
    """What a stream is for; a value never changes, else every line with a seed would."""

    ORDER_SIZE = 1
    ORDER_PRODUCT = 2
    SETUP = 3
    CYCLE = 4
    STOP = 5
    MICRO_STOP = 6
    BREAKDOWN = 7
    REASON = 8
    IDLE = 9
    IDLE_TIME = 10
    CLEANING = 11
    CLEANING_TIME = 12
    OUTCOME = 13
    INSPECTION = 14
    SLOW_DRIFT = 15
    FAST_NOISE = 16
    EXCURSION_GAP = 17
    EXCURSION_TIME = 18
    EXCURSION_SIZE = 19


def stream(seed: int, concern: Concern, *place: int) -> np.random.Generator:
    """Return the stream of one concern at one place (machine, tag).

    Parameters
    ----------
    seed : int
        Seed of the line.
    concern : Concern
        What is drawn.
    *place : int
        Places of the machine and of the tag.

    Returns
    -------
    Generator
        Always the same for the same arguments.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(concern), *place)))


def even_micros(seconds: npt.NDArray[np.floating[Any]]) -> Micros:
    """Return times [us] that are even: pieces are counted at odd instants, so never on a bound of anything else.

    Parameters
    ----------
    seconds : ndarray of float
        Times [s].

    Returns
    -------
    ndarray of int64
        Times [us].
    """
    return np.asarray(2 * np.rint(seconds * (SECOND / 2)), np.int64)


def lognormal(rng: np.random.Generator, size: int, median: float, sigma: float, *, within: tuple[float, float]) -> Floats:
    """Return lognormal draws held within bounds.

    Parameters
    ----------
    rng : Generator
        Stream to draw from.
    size : int
        How many [1].
    median : float
        In the unit of the result.
    sigma : float
        Standard deviation of the logarithm [1].
    within : tuple of float
        Lowest and highest result.

    Returns
    -------
    ndarray of float64
        In the unit of `median`.
    """
    return np.clip(median * np.exp(sigma * rng.standard_normal(size)), *within)
