"""The shares of the authors: exact decimals that sum to 100."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from smartfab.errors import RegisterError
from smartfab.improvements.register.texts import name_text

WHOLE = Decimal(100)


def read_shares(authors: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    """Return authors with their shares as exact text, all faults at once."""
    faults: list[RegisterError] = []
    found: dict[str, Decimal] = {}
    try:
        pairs = [(person, share) for person, share in authors]
    except (TypeError, ValueError) as error:
        raise RegisterError(repr(authors)[:80], where="authors", expected='[("E0123", 60), ("E0456", 40)]') from error
    for person, share in pairs:
        name, part = name_text(person, "authors"), _share(share)
        if part is None:
            faults.append(
                RegisterError(f"share {share!r} of {name}", where="authors", expected="a percentage above 0, at most 100")
            )
        elif name in found:
            faults.append(RegisterError(f"{name} twice", where="authors", expected="each author once"))
        else:
            found[name] = part
    if not faults and sum(found.values()) != WHOLE:
        faults.append(
            RegisterError(
                f"shares sum to {sum(found.values(), Decimal()).normalize():f}",
                where="authors",
                expected="100",
                remedy="Correct them.",
            )
        )
    if faults:
        raise RegisterError.of(faults, where="authors")
    return tuple((person, f"{share.normalize():f}") for person, share in found.items())


def _share(value: object) -> Decimal | None:
    """Read 60, 33.33, "33,33" or Decimal; a float is what its shortest decimal says."""
    if isinstance(value, bool):
        return None
    try:
        share = Decimal(str(value).strip().rstrip("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    fits = share.is_finite() and 0 < share <= WHOLE and -int(share.as_tuple().exponent) <= 4
    return share if fits else None
