"""Which product a machine was making."""

from __future__ import annotations

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.plant import Machine, Plant
from smartfab.plant_catalogue import Product
from smartfab.signals.readings import Mask, Readings, as_text, by_place, kinds

__all__ = ["product_at"]


def product_at(ts: clock.Micros, machine: Machine, readings: dict[str, Readings], plant: Plant) -> pd.Series:
    """Return the product in effect at each instant.

    It is what the machine's product tag said last; a bad reading says nothing, so the one before it holds. A machine
    without such a tag makes the product that alone is valid for it then.

    Parameters
    ----------
    ts : ndarray of int64
        Instants [us].
    machine : Machine
        A machine of the plant.
    readings : dict
        signal_id → Readings.
    plant : Plant
        With its products.

    Returns
    -------
    Series of str
        product_id, null where none is known.
    """
    tags = list(machine.with_role("product_id"))
    if not tags:
        return _only(ts, machine, plant)
    read = readings.get(f"{machine.id}/{tags[0]}")
    if read is None:
        return by_place([], np.full(len(ts), -1))
    read = read.where(~read.bad)
    codes, raws = kinds(read.value, read.text)
    return by_place([as_text(raw) for raw in raws], np.append(codes, -1)[read.in_effect(ts)])


def _only(ts: clock.Micros, machine: Machine, plant: Plant) -> pd.Series:
    valid: dict[str, Mask] = {}
    for product in plant.product:
        speed = product.ideal_cycle_s if product.rate_per_h is None else product.rate_per_h
        if not isinstance(speed, dict) or machine.id in speed:
            valid[product.id] = valid.get(product.id, False) | _holds(ts, product, plant)
    names = list(valid)
    if not names:
        return by_place([], np.full(len(ts), -1))
    table = np.vstack([valid[name] for name in names])
    return by_place(names, np.where(table.sum(axis=0) == 1, table.argmax(axis=0), -1))


def _holds(ts: clock.Micros, product: Product, plant: Plant) -> Mask:
    inside = np.ones(len(ts), dtype=bool)
    for date, after in ((product.valid_from, True), (product.valid_to, False)):
        if date is not None:
            bound = clock.instant(date, tz=plant.timezone, day_start=plant.day_start, what="valid_from")
            inside &= (ts >= bound) if after else (ts < bound)
    return inside
