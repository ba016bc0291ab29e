"""The office: everything one person can do."""

from __future__ import annotations

from smartfab.service.office.floor import FloorOffice
from smartfab.service.office.money import MoneyOffice
from smartfab.service.office.people import PeopleOffice


class Office(MoneyOffice, PeopleOffice, FloorOffice):
    """What somebody who is signed in can do; each method refuses what that person's roles do not reach."""
