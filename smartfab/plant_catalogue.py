"""The grammar of master data: products, orders, reasons, setups, people. They stand in plant.toml or in files it names."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from smartfab import clock
from smartfab.errors import SmartfabError
from smartfab.plant_grammar import Date, Grammar, Id, Length, Number, State

__all__ = ["Order", "Person", "Product", "Reason", "Setup"]


def _instant(value: object) -> str:
    text = value.isoformat() if isinstance(value, dt.datetime) else str(value)
    try:
        clock.instant(text, tz="UTC", what="time")
    except SmartfabError as error:
        raise ValueError(f"{error.found}; expected a time such as '2026-03-02T06:00'") from error
    return text


Instant = Annotated[str, BeforeValidator(_instant)]


class Product(Grammar):
    """A product and the shortest time one piece takes: one number, or one for each machine."""

    id: Id
    name_vi: str | None = None
    name_en: str | None = None
    uom: str | None = None
    ideal_cycle_s: Number | dict[str, Number] | None = None
    rate_per_h: Number | dict[str, Number] | None = None
    parts_per_cycle: Number = 1.0
    micro_stop: Length | None = None
    valid_from: Date = None
    valid_to: Date = None

    @model_validator(mode="after")
    def _one_speed(self) -> Product:
        if self.ideal_cycle_s is not None and self.rate_per_h is not None:
            raise ValueError("ideal_cycle_s and rate_per_h are both given; expected one of them")
        return self


class Order(Grammar):
    """What was to be made on a machine from when to when; times without an offset are of the plant's zone."""

    id: Id
    machine: str
    product: Id
    start: Instant
    end: Instant
    planned_qty: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class Reason(Grammar):
    """Why a machine may stand, and what the stop counts as; beyond `limit` a planned stop is a breakdown."""

    id: Id
    parent: str | None = None
    name_vi: str | None = None
    name_en: str | None = None
    category: State
    limit: Length | None = None
    valid_from: Date = None
    valid_to: Date = None


class Setup(Grammar):
    """How long a changeover may take; a product or machine that is not named is any."""

    machine: str | None = None
    from_product: str | None = None
    to_product: str | None = None
    standard: Length


class Person(Grammar):
    """Somebody who works here."""

    id: Id
    name: Annotated[str, Field(min_length=1)]
    unit: str | None = None
    team: str | None = None
    role: str | None = None
    valid_from: Date = None
    valid_to: Date = None


MASTER_FILES = ("products", "orders", "reasons", "setups", "calendar", "people")
"""Keys of [plant] that name a file of master data."""

Kind = Literal["product", "order", "reason", "setup", "exception", "person"]
