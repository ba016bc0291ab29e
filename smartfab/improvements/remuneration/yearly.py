"""The benefit a reward is computed from: an amount, or what `money` found for a year."""

from __future__ import annotations

from decimal import Decimal

from smartfab.errors import RegisterError


def benefit_of_year(money: object, year: int) -> Decimal | None:
    """Return the benefit of a year as Decimal, or None where it cannot be computed."""
    if money is None:
        return None
    if isinstance(money, (int, Decimal)) and not isinstance(money, bool):
        amount: Decimal | None = Decimal(money)
    else:
        of_year = getattr(money, "benefit", None)
        if not callable(of_year):
            raise RegisterError(
                f"a {type(money).__name__}", where="money", expected="the result of money(…), a whole amount, or None",
                remedy="Hand in what money(…) returned.",
            )  # fmt: skip
        amount = of_year(year)
    if amount is not None and not amount.is_finite():
        raise RegisterError(str(amount), where="money", expected="a finite amount")
    return amount
