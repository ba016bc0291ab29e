"""What authors are to be paid for a year, after one rule pack or several; a computation, no legal advice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from smartfab.errors import RegisterError
from smartfab.findings import Finding, attach, finding
from smartfab.improvements.remuneration.rule_pack import Company, RulePack, read_rules
from smartfab.improvements.remuneration.whole_sums import at_least, divided, nearest
from smartfab.improvements.remuneration.yearly import benefit_of_year

__all__ = ["COLUMNS", "NOTICE", "reward"]

COLUMNS = (
    "year", "author", "share", "gross", "tax", "net", "due", "paid_on", "document", "kind", "pack", "applies",
)  # fmt: skip
"""Columns of the result."""

NOTICE = {
    "vi": "Bảng này là kết quả tính toán theo bộ quy tắc nêu trên, không phải tư vấn pháp lý.",
    "en": "This table is a computation after the rule pack named above, not legal advice.",
}

Rules = str | Path | RulePack


def reward(
    money: object, *, rules: Rules | Sequence[Rules] = "VN-2012-13", year: int = 1,
    authors: Iterable[tuple[str, object]] | None = None, applied_on: dt.date | None = None, on: dt.date | None = None,
    accept_unreviewed: bool = False, paid_on: dt.date | None = None, document: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return what each author is to be paid for one year of application.

    The least share by law is taken of the point estimate; a doubtful benefit does not lower it. A benefit below zero pays
    nothing; one that cannot be computed takes the pack's own branch. Of several packs the agreed one applies, or the larger.

    Parameters
    ----------
    money : result of `money`, Decimal, int or None
        The benefit of that year [VND]; None where it cannot be computed.
    rules : str, Path, RulePack or a sequence of them
        ``VN-2012-13``, the TOML file of a company, or both.
    year : int
        Year of application, from 1 [1].
    authors : iterable of pairs, optional
        Person and share in percent; without them there is one row for all.
    applied_on : date, optional
        First application; the due date follows from it.
    on : date, optional
        The day the packs must hold on; today if left out.
    accept_unreviewed : bool
        Take a pack that is unreviewed or not in force.
    paid_on : date, optional
        When it was paid.
    document : str, optional
        Number of the payment document.

    Returns
    -------
    DataFrame
        One row a pack and author: year, author, share [%], gross, tax, net [VND, Decimal, whole], due, paid_on, document,
        kind, pack, applies. ``attrs["notice"]`` says in two languages what it is.

    Raises
    ------
    RegisterError
        If a pack is unknown, wrong, unreviewed or not in force, or the shares do not sum to 100.

    Examples
    --------
    >>> import datetime as dt
    >>> from smartfab.improvements import reward
    >>> rows = reward(2_246_400_000, year=1, on=dt.date(2026, 3, 2))
    >>> print(rows["gross"].sum())
    157248000
    """
    if isinstance(year, bool) or not isinstance(year, int) or year < 1:
        raise RegisterError(repr(year), where="year", expected="1, 2, 3 …")
    day = on or dt.datetime.now(dt.UTC).date()
    asked: Sequence[Rules] = [rules] if isinstance(rules, (str, Path, RulePack)) else list(rules)
    packs = [read_rules(item, on=day, accept_unreviewed=accept_unreviewed) for item in asked]
    benefit = benefit_of_year(money, year)
    pairs = _shares(authors)
    findings: list[Finding] = []
    totals = [_total(pack, benefit, year, paid_on or day, findings) for pack in packs]
    chosen = _applying(packs, totals)
    rows = [
        row | {"kind": pack.kind, "pack": f"{pack.id} ({pack.version})", "applies": pack is chosen}
        for pack, total in zip(packs, totals, strict=True)
        for row in _rows(pack, total, pairs)
    ]
    same = {"year": year, "paid_on": paid_on, "document": document}
    table = pd.DataFrame(
        [{**same, "due": _due(pack_of(row, packs), applied_on, year), **row} for row in rows], columns=list(COLUMNS)
    ).astype({"author": object, "due": object, "paid_on": object, "document": object})  # fmt: skip
    findings += [finding("unverified_rule", f"{pack.id}.{part}") for pack in packs for part in pack.unverified]
    if len(packs) > 1:
        findings.append(
            finding("pack_applied", chosen.id, totals={pack.id: str(total) for pack, total in zip(packs, totals, strict=True)})
        )
    table.attrs["notice"] = dict(NOTICE)
    return attach(table, findings)


def pack_of(row: Mapping[str, Any], packs: Sequence[RulePack]) -> RulePack:
    """Return the pack a row was computed after."""
    return next(pack for pack in packs if row["pack"] == f"{pack.id} ({pack.version})")


def _shares(authors: Iterable[tuple[str, object]] | None) -> list[tuple[str | None, Fraction]]:
    if authors is None:
        return [(None, Fraction(100))]
    from smartfab.improvements.register.shares import read_shares

    return [(person, Fraction(share)) for person, share in read_shares(authors)]


def _applying(packs: Sequence[RulePack], totals: Sequence[Decimal]) -> RulePack:
    agreed = [pack for pack in packs if pack.company is not None and pack.company.agreed]
    return agreed[0] if agreed else packs[max(range(len(packs)), key=lambda n: totals[n])]


def _total(pack: RulePack, benefit: Decimal | None, year: int, on: dt.date, findings: list[Finding]) -> Decimal:
    """Return what all authors together are to get."""
    if benefit is not None and benefit < 0:
        findings.append(finding("benefit_below_zero", pack.id, benefit=str(benefit)))
    if pack.company is not None:
        return _by_company(pack.company, benefit, year)
    author = pack.author
    assert author is not None  # noqa: S101  a decree has [author], as the pack was checked for
    if year > author.years:
        findings.append(finding("beyond_the_paid_years", pack.id, years=author.years))
        return Decimal(0)
    if benefit is not None:
        return at_least(Fraction(benefit) * author.share) if benefit > 0 else Decimal(0)
    findings.append(finding("benefit_not_computable", pack.id, wages=author.wages_if_not_computable))
    if author.wages_if_not_computable == 0 or (year > 1 and author.paid_if_not_computable == "once"):
        return Decimal(0)
    if pack.wages.checked_until is not None and on > pack.wages.checked_until:
        findings.append(finding("wage_may_be_newer", pack.id, checked_until=pack.wages.checked_until))
    return pack.wage(on) * author.wages_if_not_computable


def _by_company(table: Company, benefit: Decimal | None, year: int) -> Decimal:
    if year > table.years or (benefit is not None and benefit < 0):
        return Decimal(0)
    known = Decimal(0) if benefit is None else benefit
    classes = [item.amount for item in table.classes if item.from_benefit <= known]
    total = Decimal(max(classes, default=0)) + max(nearest(Fraction(known) * table.share), Decimal(table.least))
    total += table.per_idea if year == 1 else 0
    return total if table.cap is None else min(total, Decimal(table.cap))


def _rows(pack: RulePack, total: Decimal, pairs: Sequence[tuple[str | None, Fraction]]) -> list[dict[str, Any]]:
    rows = []
    for (person, share), gross in zip(pairs, divided(total, [share for _, share in pairs]), strict=True):
        tax = nearest(Fraction(gross) * pack.tax.rate) if gross >= pack.tax.from_amount else Decimal(0)
        shown = Decimal(share.numerator) / Decimal(share.denominator)
        rows.append({"author": person, "share": shown, "gross": gross, "tax": tax, "net": gross - tax})
    return rows


def _due(pack: RulePack, applied_on: dt.date | None, year: int) -> dt.date | None:
    """Return the last day of payment: so many months after the end of that year of application."""
    if applied_on is None:
        return None
    months = (pack.author.pay_within_months if pack.author is not None else 0) + (
        pack.company.pay_within_months if pack.company is not None else 0
    )
    end: dt.date = (pd.Timestamp(applied_on) + pd.DateOffset(years=year, months=months)).date()
    return end
