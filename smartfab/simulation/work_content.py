"""What each piece will ask of each machine: its order and lot, its cycle, and what befalls the machine before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from smartfab.clock import Micros
from smartfab.simulation.improvement import Change
from smartfab.simulation.layout import CARRIED_OVER, NO_REASON, PRODUCTS, MachineKind
from smartfab.simulation.streams import Concern, Floats, even_micros, lognormal, stream

_ORDER = (500, 1200)  # pieces
_LOT = 250  # pieces
_MICRO_STOPS, _BREAKDOWNS, _IDLE, _CLEANING = 1 / 85, 1 / 900, 1 / 1200, 1 / 1500  # a piece
_UNDECLARED = 0.12  # share of breakdowns nobody names


@dataclass(frozen=True, slots=True)
class Orders:
    """The production plan: order, product and lot of each piece that enters the line."""

    order: Micros
    product: Micros
    lot: Micros


@dataclass(frozen=True, slots=True)
class Content:
    """One machine's work: a setup [us] for each order; for each piece times [us], the stop's reason, and its luck."""

    setup: Micros
    idle: Micros
    cleaning: Micros
    stop: Micros
    reason: Micros
    cycle: Micros
    ideal: Micros
    luck: Floats

    @property
    def before(self) -> Micros:
        """Return what befalls the machine between a piece's coming and its cycle, setup apart [us]."""
        return self.idle + self.cleaning + self.stop

    def changed(self, change: Change) -> Content:
        """Return the same work after the improvement."""
        keep = 1 - change.size
        if change.kind == "cycle":
            return replace(self, cycle=self.ideal + _shrunk(self.cycle - self.ideal, keep))
        return replace(self, stop=_shrunk(self.stop, keep)) if change.kind == "stops" else self


def _shrunk(times: Micros, keep: float) -> Micros:
    return even_micros(times * (keep / 1e6))


def plan_orders(seed: int, pieces: int) -> Orders:
    """Return the plan of at least `pieces` pieces; the first order is nearly done when the line starts.

    Parameters
    ----------
    seed : int
        Seed of the line.
    pieces : int
        Pieces that may enter the line [1].

    Returns
    -------
    Orders
        Exactly `pieces` rows.
    """
    count = pieces // _ORDER[0] + 3
    sizes = stream(seed, Concern.ORDER_SIZE).integers(*_ORDER, count)
    sizes[0] //= 4
    steps = stream(seed, Concern.ORDER_PRODUCT).integers(1, len(PRODUCTS), count)  # never 0: each order changes the product
    order = np.repeat(np.arange(count), sizes)[:pieces]
    within = np.arange(pieces) - (np.cumsum(sizes) - sizes)[order]
    return Orders(order, (np.cumsum(steps) % len(PRODUCTS))[order], np.cumsum(within % _LOT == 0))


def draw_content(seed: int, place: int, kind: MachineKind, orders: Orders) -> Content:
    """Return one machine's work for every piece of the plan.

    Parameters
    ----------
    seed : int
        Seed of the line.
    place : int
        Place of the machine.
    kind : MachineKind
        The machine.
    orders : Orders
        The plan.

    Returns
    -------
    Content
        Times [us].
    """
    size = len(orders.order)
    count = int(orders.order[-1]) + 1 if size else 0

    def now_and_then(when: Concern, how_long: Concern, share: float, median: float, high: float) -> Micros:
        times = lognormal(stream(seed, how_long, place), size, median, 0.5, within=(30.0, high))
        return even_micros(np.where(stream(seed, when, place).random(size) < share, times, 0.0))

    ideal = even_micros(np.array(kind.ideal_s)[orders.product])
    slow = 0.01 + lognormal(stream(seed, Concern.CYCLE, place), size, 0.035, 0.6, within=(0.0, 0.6))
    stop, reason = _stops(seed, place, size)
    return Content(
        setup=even_micros(lognormal(stream(seed, Concern.SETUP, place), count, 660.0, 0.35, within=(240.0, 1800.0))),
        idle=now_and_then(Concern.IDLE, Concern.IDLE_TIME, _IDLE, 150.0, 900.0),
        cleaning=now_and_then(Concern.CLEANING, Concern.CLEANING_TIME, _CLEANING, 600.0, 1200.0),
        stop=stop,
        reason=reason,
        cycle=ideal + even_micros(slow * np.array(kind.ideal_s)[orders.product]),
        ideal=ideal,
        luck=stream(seed, Concern.OUTCOME, place).random(size),
    )


def _stops(seed: int, place: int, size: int) -> tuple[Micros, npt.NDArray[np.int64]]:
    """Micro-stops have no reason and last up to 4 min; most breakdowns are named."""
    chance = stream(seed, Concern.STOP, place).random(size)
    micro, breakdown = chance < _MICRO_STOPS, chance > 1 - _BREAKDOWNS
    brief = lognormal(stream(seed, Concern.MICRO_STOP, place), size, 40.0, 0.8, within=(4.0, 240.0))
    long = lognormal(stream(seed, Concern.BREAKDOWN, place), size, 560.0, 0.8, within=(90.0, 10_800.0))
    which = stream(seed, Concern.REASON, place).random(size)
    named = breakdown & (which >= _UNDECLARED)
    reason = ((which - _UNDECLARED) / (1 - _UNDECLARED) * CARRIED_OVER).astype(np.int64)
    times = np.where(breakdown, long, np.where(micro, brief, 0.0))
    return even_micros(times), np.where(named, reason, NO_REASON)
