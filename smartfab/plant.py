"""The plant as plant.toml describes it: Plant › Line › Machine › Signal (ISA-95 levels), shifts, products.

`smartfab.plant_grammar` says what may be written; `smartfab.plant_file` reads and writes the file and tells every
fault with its line. What stands at a machine overrides its line: ask `Line.endpoints` for the resolved view.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeVar

import pandas as pd
from pydantic import Field

from smartfab import plant_tables
from smartfab.errors import PlantError
from smartfab.plant_alerts import Alert
from smartfab.plant_catalogue import Order, Person, Product, Reason, Setup
from smartfab.plant_grammar import (
    CalendarException,
    Connection,
    Grammar,
    Id,
    Length,
    PlantHead,
    Rotation,
    Security,
    ShiftRule,
    Signal,
)
from smartfab.plant_models import Defects

__all__ = ["Endpoint", "Line", "Machine", "Plant"]

_Named = TypeVar("_Named", "Line", "Machine")


class Machine(Connection):
    """A machine of a line and its signals."""

    id: Id
    micro_stop: Length | None = None
    constraint: bool = False
    role: Literal["serial", "parallel"] = "serial"
    area: str | None = None
    signals: dict[Id, Signal] = Field(default_factory=dict)

    def state_tags(self) -> list[str]:
        """Return the names of the tags its state is read or derived from."""
        told: list[str] = []
        for name, signal in self.signals.items():
            if signal.rules is not None:
                told += [rule.when for rule in signal.rules]
            elif signal.from_counter is not None:
                told.append(signal.from_counter)
            elif signal.role == "state":
                told.append(name)
        return list(dict.fromkeys(told))

    def with_role(self, *roles: str) -> dict[str, Signal]:
        """Return the signals that have one of these roles.

        Parameters
        ----------
        *roles : str
            Roles of the vocabulary.

        Returns
        -------
        dict of str to Signal
            By name, in the order of the file.
        """
        return {name: signal for name, signal in self.signals.items() if signal.role in roles}


class Endpoint(Grammar):
    """A server with everything that is asked of it, overrides resolved. `signals` is keyed by signal_id.

    `clock_offset` says from which date on its clocks are ahead by how much, and `events` whether its events are kept.
    """

    url: str
    security: Security
    namespaces: dict[str, str]
    clock: Literal["source", "server", "collector"]
    signals: dict[str, Signal]
    clock_offset: dict[str, str] = Field(default_factory=dict)
    events: bool = False


class Line(Connection):
    """A line: machines in the order of the flow."""

    id: Id
    machine: tuple[Machine, ...] = ()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """The machines, in the order of the flow."""
        return self.machine

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return each server of the line once, with its signals, every override resolved.

        Returns
        -------
        tuple of Endpoint
            In the order of the machines that need them.

        Raises
        ------
        PlantError
            If a machine with tags has no endpoint or no security.
        """
        grouped: dict[str, Endpoint] = {}
        for machine in self.machine:
            tags = {name: signal for name, signal in machine.signals.items() if signal.on_server}
            if not tags:
                continue
            url, security = machine.endpoint or self.endpoint, machine.security or self.security
            if url is None or security is None:
                missing = "endpoint" if url is None else "security"
                raise PlantError(
                    f"no {missing}", where=f"machine {machine.id}", remedy=f"Write {missing} at the line or the machine."
                )
            spaces = {**(self.namespaces or {}), **(machine.namespaces or {})}
            bare = Endpoint(
                url=url,
                security=security,
                namespaces=dict(sorted(spaces.items())),
                clock=machine.clock or self.clock or "source",
                signals={},
                clock_offset=machine.clock_offset or self.clock_offset or {},
                events=bool(self.events if machine.events is None else machine.events),
            )
            ready = grouped.setdefault(bare.model_dump_json(), bare)
            for name, signal in tags.items():
                ready.signals[f"{machine.id}/{name}"] = self._resolved(machine, signal)
        return tuple(grouped.values())

    def _resolved(self, machine: Machine, signal: Signal) -> Signal:
        inherited = {
            name: next((v for v in (getattr(signal, name), getattr(machine, name), getattr(self, name)) if v is not None), None)
            for name in ("sampling", "publishing", "queue", "deadband")
        }
        return signal.model_copy(update=inherited)


class Plant(Grammar):
    """A whole plant. `read_plant` makes one from a file; `Plant.model_validate` from a dict of the same shape."""

    plant: PlantHead
    shift: tuple[ShiftRule, ...] = ()
    rotation: tuple[Rotation, ...] = ()
    exception: tuple[CalendarException, ...] = ()
    product: tuple[Product, ...] = ()
    order: tuple[Order, ...] = ()
    reason: tuple[Reason, ...] = ()
    setup: tuple[Setup, ...] = ()
    person: tuple[Person, ...] = ()
    line_: Annotated[tuple[Line, ...], Field(alias="line")] = ()
    alert: Alert | None = None
    defects: Defects | None = None

    @property
    def id(self) -> str:
        """Name of the plant."""
        return self.plant.id

    @property
    def timezone(self) -> str:
        """IANA zone of the plant."""
        return self.plant.timezone

    @property
    def day_start(self) -> str:
        """Wall-clock time a production date begins."""
        return self.plant.day_start

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines."""
        return self.line_

    @property
    def shifts(self) -> tuple[ShiftRule, ...]:
        """The shift rules."""
        return self.shift

    @property
    def machines(self) -> Iterator[tuple[Line, Machine]]:
        """Every machine with its line, in the order of the flow."""
        return ((line, machine) for line in self.line_ for machine in line.machine)

    def line(self, line_id: str) -> Line:
        """Return one line.

        Parameters
        ----------
        line_id : str
            Its id.

        Returns
        -------
        Line
            With its machines.

        Raises
        ------
        PlantError
            If the plant has no such line.
        """
        return _named(self.line_, line_id, "line")

    def machine(self, machine_id: str) -> Machine:
        """Return one machine.

        Parameters
        ----------
        machine_id : str
            Its id.

        Returns
        -------
        Machine
            With its signals.

        Raises
        ------
        PlantError
            If the plant has no such machine.
        """
        return _named(tuple(machine for _, machine in self.machines), machine_id, "machine")

    def machine_table(self) -> pd.DataFrame:
        """Return table `machines`, in the order of the flow; micro_stop_s is null where a machine names none [s]."""
        return plant_tables.machines(self)

    def product_table(self) -> pd.DataFrame:
        """Return table `products`, one row a product and machine; machine_id is null where a row holds for all."""
        return plant_tables.products(self)

    def order_table(self) -> pd.DataFrame:
        """Return table `orders`."""
        return plant_tables.orders(self)

    def reason_table(self) -> pd.DataFrame:
        """Return table `reasons`, their limits in limit_s [s]."""
        return plant_tables.reasons(self)

    def setup_table(self) -> pd.DataFrame:
        """Return table `setups`, the standards in standard_s [s]; null is any machine or product."""
        return plant_tables.setups(self)

    def people_table(self) -> pd.DataFrame:
        """Return table `people`."""
        return plant_tables.people(self)

    def to_toml(self) -> str:
        """Return the plant as the text of a plant.toml.

        Returns
        -------
        str
            TOML that reads back as this plant.
        """
        from smartfab.plant_file import written

        return written(self)


def _named(things: tuple[_Named, ...], name: str, kind: str) -> _Named:
    for thing in things:
        if thing.id == name:
            return thing
    known = ", ".join(thing.id for thing in things) or "none"
    raise PlantError(f"no {kind} {name!r}", expected=f"one of: {known}", remedy="Correct the id.")
