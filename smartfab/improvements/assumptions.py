"""The factors between an effect and money: each has a source, an owner, a time it holds, and finance's signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from smartfab.errors import SmartfabError, TableError
from smartfab.improvements.canonical import plain


@dataclass(frozen=True)
class Assumption:
    """One factor, such as the contribution margin of a product.

    Parameters
    ----------
    name : str
        What it is; the names make the way from the effect to money (see `money`).
    value : Decimal, int or str
        Point value; a float is refused, for money is counted exactly.
    unit : str
        Such as "đ/m²".
    source : str
        Where the figure comes from: a document, a ledger, a contract.
    owner : str
        Who answers for it.
    valid_from, valid_until : date
        When it holds; the last day is included.
    signed_by : str, optional
        Who signed it for finance.
    low, high : Decimal, int or str, optional
        Its P5 and P95, where it is not certain.
    """

    name: str
    value: Decimal
    unit: str
    source: str
    owner: str
    valid_from: dt.date
    valid_until: dt.date
    signed_by: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        faults: list[SmartfabError] = []
        for name in ("value", "low", "high"):
            given = getattr(self, name)
            if given is None and name != "value":
                continue
            object.__setattr__(self, name, _exact(given, f"{self.name}.{name}", faults))
        said = {name: getattr(self, name) for name in ("name", "unit", "source", "owner")}
        faults += [
            TableError(repr(text), where=f"{self.name}.{name}", expected="a text")
            for name, text in said.items()
            if not isinstance(text, str) or not text.strip()
        ]
        faults += self._times()
        if not faults and (self.low is None) != (self.high is None):
            faults.append(TableError("only one of low and high", where=self.name, expected="both or none"))
        if not faults and self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            faults.append(
                TableError(f"{self.low} … {self.high} around {self.value}", where=self.name, expected="low ≤ value ≤ high")
            )
        if faults:
            raise TableError.of(faults, where="assumption")

    def _times(self) -> list[SmartfabError]:
        for name in ("valid_from", "valid_until"):
            if not isinstance(getattr(self, name), dt.date) or isinstance(getattr(self, name), dt.datetime):
                return [TableError(repr(getattr(self, name)), where=f"{self.name}.{name}", expected="a date")]
        if self.valid_until < self.valid_from:
            found = f"{self.valid_from} … {self.valid_until}"
            return [TableError(found, where=f"{self.name}.valid_until", expected="a last day after the first")]
        return []

    def to_dict(self) -> dict[str, Any]:
        """Return the assumption in JSON's own types, numbers as text."""
        content: dict[str, Any] = plain(vars(self))
        return content


def _exact(value: object, where: str, faults: list[SmartfabError]) -> Decimal:
    try:
        if isinstance(value, (Decimal, int, str)) and not isinstance(value, bool) and Decimal(value).is_finite():
            return Decimal(value)
    except InvalidOperation:
        pass  # a text that is no number is a fault like a float, below
    faults.append(TableError(repr(value), where=where, expected="a Decimal, a whole number, or its text; never a float"))
    return Decimal(0)


def named(assumptions: Iterable[Assumption]) -> dict[str, Assumption]:
    """Return assumptions by name; two of one name are refused."""
    found: dict[str, Assumption] = {}
    for item in assumptions:
        if not isinstance(item, Assumption):
            raise TableError(f"a {type(item).__name__}", where="assumptions", expected="a list of Assumption")
        if item.name in found:
            raise TableError(f"{item.name!r} twice", where="assumptions", expected="each factor once")
        found[item.name] = item
    return found
