"""Amounts divided into whole đồng whose sum is exact: the largest remainders get what is left."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def divided(total: Decimal, shares: Sequence[Fraction]) -> list[Decimal]:
    """Return a whole amount divided by shares, whole and with an exact sum.

    Parameters
    ----------
    total : Decimal
        Whole and not below 0 [VND].
    shares : sequence of Fraction
        Of 100, in any unit; at least one above 0.

    Returns
    -------
    list of Decimal
        Whole [VND]; of equal remainders the first one gets more.

    References
    ----------
    .. [1] Hare's method of the largest remainder.

    Examples
    --------
    >>> [str(part) for part in divided(Decimal(100), [Fraction(1)] * 3)]
    ['34', '33', '33']
    """
    whole = sum(shares, Fraction())
    exact = [Fraction(int(total)) * share / whole for share in shares]
    parts = [part.numerator // part.denominator for part in exact]
    left = int(total) - sum(parts)
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[:left]:
        parts[n] += 1
    return [Decimal(part) for part in parts]


def at_least(amount: Fraction) -> Decimal:
    """Return a least amount in whole đồng, rounded up: it is never undercut."""
    return Decimal(-(-amount.numerator // amount.denominator))


def nearest(amount: Fraction) -> Decimal:
    """Return an amount in whole đồng, halves up."""
    return Decimal((2 * amount.numerator + amount.denominator) // (2 * amount.denominator))
