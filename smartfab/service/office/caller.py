"""Who is at the door, where things belong, and the one place that says no."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from smartfab.improvements.register import Improvement, Register
from smartfab.service.office.doorman import Doorman
from smartfab.service.plant_side import PlantSide
from smartfab.service.refusals import NotAllowed
from smartfab.service.rights import Place, Rights, is_own
from smartfab.service.settings import Settings


@dataclass(frozen=True)
class Hall:
    """What every request works with.

    Attributes
    ----------
    register : Register
        The register.
    plant : PlantSide or None
        The plant behind it.
    settings : Settings
        What the service was told.
    doorman : Doorman
        Who knows tokens and rights.
    readers, writers : ThreadPoolExecutor
        Where requests are worked on: those that wait for their turn to write keep nobody from reading.
    """

    register: Register
    plant: PlantSide | None
    settings: Settings
    doorman: Doorman = field(init=False)
    readers: ThreadPoolExecutor = field(init=False)
    writers: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        made = {
            "doorman": Doorman(self.register, self.settings),
            "readers": ThreadPoolExecutor(self.settings.readers, thread_name_prefix="reads"),
            "writers": ThreadPoolExecutor(self.settings.writers, thread_name_prefix="writes"),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)


class Caller:
    """Somebody who is signed in, with the roles of today.

    Parameters
    ----------
    hall : Hall
        Where the register is.
    person_id : str
        Who.
    """

    def __init__(self, hall: Hall, person_id: str) -> None:
        self.hall = hall
        self.register = hall.register
        self.person_id = person_id

    @property
    def rights(self) -> Rights:
        """What the caller may do today."""
        return self.hall.doorman.rights(self.person_id)

    def today(self) -> str:
        """Return today's date at the plant."""
        return self.hall.doorman.today()

    def may(self, action: str, item: Improvement | None = None) -> bool:
        """Say whether the caller may do something to an improvement, or anywhere at all.

        Parameters
        ----------
        action : str
            One of `ACTIONS`.
        item : Improvement, optional
            To which one.

        Returns
        -------
        bool
            One's own improvement can always be read.
        """
        if item is None:
            return self.rights.may(action)
        own = is_own(item, self.person_id)
        if own and action == "read":
            return True
        return self.rights.may(action, self.place_of(item.unit_id, item.line_id, item.author_ids), own=own)

    def could(self, action: str) -> bool:
        """Say whether the caller may do something to anything, be it only to what is the caller's own.

        Parameters
        ----------
        action : str
            One of `ACTIONS`.

        Returns
        -------
        bool
            What a menu should offer.
        """
        return self.rights.may(action, own=True)

    def demand(self, action: str, item: Improvement | None = None) -> None:
        """Refuse what the caller may not do.

        Parameters
        ----------
        action : str
            One of `ACTIONS`.
        item : Improvement, optional
            To which one.

        Raises
        ------
        NotAllowed
            If no role of the caller reaches so far.
        """
        if not self.may(action, item):
            held = ", ".join(self.rights.roles) or "no role"
            where = "service" if item is None else item.id
            raise NotAllowed(f"{self.person_id} with {held}: {action}", where=where, expected="a role that may")

    def place_of(self, unit_id: str | None, line_id: str | None, authors: Iterable[str]) -> Place:
        """Return where something belongs: its unit, or those of its authors where it names none.

        Parameters
        ----------
        unit_id, line_id : str, optional
            As it says.
        authors : iterable of str
            Its authors.

        Returns
        -------
        Place
            For the table of rights.
        """
        if unit_id is not None or not any(grant.unit_id is not None for grant in self.rights.grants):
            return Place(() if unit_id is None else (unit_id,), line_id)
        found = (self.register.people.person(author) for author in authors)
        return Place(tuple({person.unit_id for person in found if person is not None and person.unit_id is not None}), line_id)
