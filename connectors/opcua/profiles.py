"""What makers of servers do not say of their limits, and is known all the same."""

from __future__ import annotations

from dataclasses import dataclass

from .batching import OperationLimits


@dataclass(frozen=True)
class Profile:
    """A kind of server: items it takes in one call, and items in all (None: as many as it says) [1]."""

    name: str
    per_call: int | None = None
    items: int | None = None

    def apply(self, limits: OperationLimits) -> None:
        """Lower the limits to what this kind of server takes.

        Parameters
        ----------
        limits : OperationLimits
            Changed in place.
        """
        if self.per_call is not None:
            limits.monitor = min(limits.monitor, self.per_call)
        limits.items = self.items


_KNOWN = (
    ("s7-1200", Profile("S7-1200", 100, 1_000)),
    ("s7-1500", Profile("S7-1500", 500)),
    ("kepware", Profile("Kepware", 1_000)),
    ("kepserver", Profile("Kepware", 1_000)),
    ("ignition", Profile("Ignition", 100)),
)
_ANY = Profile("any")


def profile_of(maker: object, product: object) -> Profile:
    """Return the profile of a server.

    Parameters
    ----------
    maker, product : str or None
        As its BuildInfo says.

    Returns
    -------
    Profile
        One without limits of its own where it is not known.
    """
    told = f"{maker or ''} {product or ''}".lower()
    return next((profile for word, profile in _KNOWN if word in told), _ANY)
