"""The master data of a plant as tables of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from smartfab import clock
from smartfab.plant_catalogue import Product
from smartfab.tables import conform, empty

if TYPE_CHECKING:
    from smartfab.plant import Plant

__all__ = ["machines", "orders", "people", "products", "reasons", "setups"]


def machines(plant: Plant) -> pd.DataFrame:
    """Return table `machines`, in the order of the flow; micro_stop_s is null where a machine names none [s].

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    DataFrame
        One row a machine.
    """
    rows = [(m.id, line.id, m.area, m.role, m.constraint, _seconds(m.micro_stop)) for line, m in plant.machines]
    columns = ["machine_id", "line_id", "area_id", "role", "constraint", "micro_stop_s"]
    return conform(pd.DataFrame(rows, columns=columns), "machines")


def products(plant: Plant) -> pd.DataFrame:
    """Return table `products`, one row a product and machine; machine_id is null where a row holds for all.

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    DataFrame
        Ideal cycles [s].
    """
    return _table("products", [row for product in plant.product for row in _speeds(product, plant)])


def _speeds(product: Product, plant: Plant) -> Iterable[dict[str, object]]:
    speed = "rate_per_h" if product.rate_per_h is not None else "ideal_cycle_s"
    given = getattr(product, speed)
    for machine_id, number in given.items() if isinstance(given, dict) else [(None, given)]:
        yield {
            "product_id": product.id,
            "machine_id": machine_id,
            "name_vi": product.name_vi,
            "name_en": product.name_en,
            "uom": product.uom,
            speed: number,
            "parts_per_cycle": product.parts_per_cycle,
            "micro_stop_s": _seconds(product.micro_stop),
            **_validity(product.valid_from, product.valid_to, plant),
        }


def orders(plant: Plant) -> pd.DataFrame:
    """Return table `orders`.

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    DataFrame
        One row an order.
    """
    return _table(
        "orders",
        [
            {
                "order_id": item.id,
                "machine_id": item.machine,
                "product_id": item.product,
                "start": _at(item.start, plant),
                "end": _at(item.end, plant),
                "planned_qty": item.planned_qty,
            }
            for item in plant.order
        ],
    )


def reasons(plant: Plant) -> pd.DataFrame:
    """Return table `reasons`.

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    DataFrame
        One row a reason, its limit in limit_s [s].
    """
    return _table(
        "reasons",
        [
            {
                "reason_id": item.id,
                "parent_id": item.parent,
                "name_vi": item.name_vi,
                "name_en": item.name_en,
                "category": item.category,
                "limit_s": _seconds(item.limit),
                **_validity(item.valid_from, item.valid_to, plant),
            }
            for item in plant.reason
        ],
    )


def setups(plant: Plant) -> pd.DataFrame:
    """Return table `setups`.

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    DataFrame
        One row a changeover, its standard in standard_s [s]; null is any machine or product.
    """
    rows: list[Mapping[str, object]] = [
        {
            "machine_id": item.machine,
            "from_product": item.from_product,
            "to_product": item.to_product,
            "standard_s": _seconds(item.standard),
        }
        for item in plant.setup
    ]
    return _table("setups", rows)


def people(plant: Plant) -> pd.DataFrame:
    """Return table `people`.

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    DataFrame
        One row a person and time of validity.
    """
    return _table(
        "people",
        [
            {
                "person_id": item.id,
                "name": item.name,
                "unit_id": item.unit,
                "team_id": item.team,
                "role": item.role,
                **_validity(item.valid_from, item.valid_to, plant),
            }
            for item in plant.person
        ],
    )


def _table(name: str, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    given = list(rows)
    return conform(pd.DataFrame(given), name) if given else empty(name)


def _seconds(length: str | None) -> float | None:
    return None if length is None else clock.duration(length, what="length") / clock.SECOND


def _validity(first: str | None, last: str | None, plant: Plant) -> dict[str, object]:
    return {"valid_from": None if first is None else _at(first, plant), "valid_to": None if last is None else _at(last, plant)}


def _at(text: str, plant: Plant) -> pd.Timestamp:
    return clock.stamp(clock.instant(text, tz=plant.timezone, day_start=plant.day_start, what="time"))
