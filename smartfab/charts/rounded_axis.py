"""A vertical axis marked at round numbers, inside its limits only."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from smartfab.charts.wording import Lang, number


def level_axis(axes: Axes, write: Callable[[float, int], str], *, whole: bool = False) -> None:
    """Mark the vertical axis at round numbers.

    Parameters
    ----------
    axes : Axes
        With everything drawn.
    write : callable
        Makes a label of a number and the decimal places its neighbours need.
    whole : bool
        It counts things: no marks between whole numbers.
    """
    low, high = axes.get_ylim()
    axes.set_yticks(*_marks(low, high, write, whole=whole))
    axes.set_ylim(low, high)


def wide_axis(axes: Axes, lang: Lang) -> None:
    """Mark the horizontal axis at round numbers, written as the language writes them.

    Parameters
    ----------
    axes : Axes
        With everything drawn, and its limits.
    lang : {"en", "vi"}
        Language.
    """
    low, high = axes.get_xlim()
    axes.set_xticks(*_marks(low, high, lambda value, digits: number(value, lang, digits), whole=False))
    axes.set_xlim(low, high)


def _marks(low: float, high: float, write: Callable[[float, int], str], *, whole: bool) -> tuple[list[float], list[str]]:
    ticks = within(MaxNLocator(6, steps=[1, 2, 5, 10], integer=whole), low, high)
    digits = max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9)) if len(ticks) > 1 else 0
    return ticks, [write(tick, digits) for tick in ticks]


def within(locator: MaxNLocator, low: float, high: float) -> list[float]:
    """Return the round numbers on a stretch of an axis.

    Parameters
    ----------
    locator : MaxNLocator
        Which numbers are round.
    low, high : float
        Ends of the stretch [axis].

    Returns
    -------
    list of float
        In order.
    """
    ticks = np.asarray(locator.tick_values(low, high), dtype=np.float64)
    inside: list[float] = ticks[(ticks >= low) & (ticks <= high)].tolist()
    return inside


def effect_writer(lang: Lang, *, ratio: bool) -> Callable[[float, int], str]:
    """Return what writes the numbers of an axis of effects: percent for a ratio, else the unit of the KPI.

    Parameters
    ----------
    lang : {"en", "vi"}
        Language.
    ratio : bool
        The axis is of 0…1, and is shown in percent.

    Returns
    -------
    callable
        For `level_axis`.
    """
    if ratio:
        return lambda value, digits: number(100 * value, lang, max(0, digits - 2))
    return lambda value, digits: number(value, lang, digits)
