"""Benefits: declared where no machine data tell, computed in money from a measurement, signed by finance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import canonical_json, plain
from smartfab.improvements.register.desk import Desk, from_json, numbered
from smartfab.improvements.register.proof_tables import benefits, declarations
from smartfab.improvements.register.proposals import comparable
from smartfab.improvements.register.results import latest
from smartfab.improvements.register.texts import full_text, name_text

if TYPE_CHECKING:
    from smartfab.improvements.valuation import Money

_BEYOND_MONEY = 10**16


class Declaring(Desk):
    """Declare, benefit, sign."""

    def declare(
        self, improvement_id: str, *, basis: str, by: str, benefit: object = None, documents: Iterable[str] = (),
        entered_by: str | None = None, idempotency_key: str | None = None,
    ) -> int:  # fmt: skip
        """Declare a benefit without machine data: grade D, and said to be declared wherever it is shown.

        Parameters
        ----------
        improvement_id : str
            Of which one.
        basis : str
            What the figure rests on, or the evidence seen.
        by : str
            Who declares it.
        benefit : int or Decimal, optional
            Benefit of a year, whole đồng [VND]; None where it has none in money.
        documents : iterable of str
            Numbers or names of the papers, or hashes of attachments.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again declare nothing more.

        Returns
        -------
        int
            Number of the declaration.

        Raises
        ------
        RegisterError
            If the benefit is no amount, or it was measured already.
        """
        papers = [name_text(paper, "documents") for paper in documents]
        amount = None if benefit is None else whole_dong(benefit, "benefit")
        with self._deed(
            "declare", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, amount, basis, papers],
        ) as deed:  # fmt: skip
            item = self._read(deed.connection, improvement_id)
            if deed.repeated:
                return _last(deed.connection, declarations, item.id)
            if item.state in {"gain_confirmed", "loss_confirmed", "no_detectable_effect"}:
                raise RegisterError(
                    f"it was measured: {item.state}", where=item.id, expected="no measurement", remedy="Use that figure."
                )
            number = deed.next_id(declarations)
            deed.insert(
                declarations, declaration_id=number, improvement_id=item.id, at=deed.at, by=deed.by, entered_by=deed.entered_by,
                basis=full_text(basis, "basis"), documents=canonical_json(papers).decode(), benefit=amount,
            )  # fmt: skip
            self._write(deed, item)
            return number

    def declarations(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return what was declared, the first one first.

        Parameters
        ----------
        improvement_id : str
            Of which one.

        Returns
        -------
        list of dict
            declaration_id, at, by, benefit [VND], basis, documents; grade is always D.
        """
        with self._reading() as connection:
            return [
                {**row, "documents": from_json(row["documents"]), "grade": "D"}
                for row in numbered(connection, declarations, improvement_id)
            ]

    def benefit(
        self, improvement_id: str, content: Mapping[str, Any] | Money, *, year: int, by: str, amount: object = None,
        low: object = None, high: object = None, idempotency_key: str | None = None,
    ) -> int:  # fmt: skip
        """Write down the benefit in money of one year, with everything it was computed from.

        Parameters
        ----------
        improvement_id : str
            Of which one.
        content : Money or mapping
            What `money` returned; or assumptions, signatures and intermediate results, ready for JSON.
        year : int
            Year since the first application, from 1 [1].
        by : str
            Who computed it.
        amount : int or Decimal, optional
            Point estimate, whole đồng; that of the Money if left out [VND].
        low, high : int or Decimal, optional
            Its P5 and P95; those of the Money if left out [VND].
        idempotency_key : str, optional
            The same key and request again write nothing more.

        Returns
        -------
        int
            Number of the benefit; finance signs it with `sign`.

        Raises
        ------
        RegisterError
            If an amount is none, or the year is not from 1 on.
        """
        if isinstance(year, bool) or not isinstance(year, int) or year < 1:
            raise RegisterError(repr(year), where="year", expected="1, 2, 3 …")
        if not isinstance(content, Mapping):
            amount = _told(content, year) if amount is None else amount
            low, high = (content.bounds(year) or (None, None)) if low is None and high is None else (low, high)
            content = content.to_dict()
        plainly = plain(dict(content))
        with self._deed(
            "benefit", by=by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, plainly, year, *map(comparable, (amount, low, high))],
        ) as deed:  # fmt: skip
            if deed.repeated:
                return deed.made(benefits)
            item = self._read(deed.connection, improvement_id)
            measured = latest(deed.connection, item.id)
            declared = numbered(deed.connection, declarations, item.id)
            number = deed.next_id(benefits)
            deed.insert(
                benefits, benefit_id=number, improvement_id=item.id, at=deed.at, by=deed.by, year=year,
                content=canonical_json(plainly).decode(), amount=whole_dong(amount, "amount"),
                low=None if low is None else whole_dong(low, "low"), high=None if high is None else whole_dong(high, "high"),
                measurement_id=None if measured is None else measured.id,
                declaration_id=declared[-1]["declaration_id"] if declared else None,
            )  # fmt: skip
            self._write(deed, item)
            return number

    def sign(self, benefit_id: int, *, by: str) -> None:
        """Sign a benefit for finance; an author cannot sign his own.

        Parameters
        ----------
        benefit_id : int
            Which one.
        by : str
            Who signs.

        Raises
        ------
        RegisterError
            If there is none, it is signed already, or the signer is an author.
        """
        with self._deed("sign", by=by) as deed:
            row = deed.connection.execute(sa.select(benefits).where(benefits.c.benefit_id == benefit_id)).one_or_none()
            if row is None or row.signed_by is not None:
                raise RegisterError("none" if row is None else f"signed by {row.signed_by}", where=f"benefit {benefit_id}",
                                    expected="a benefit to be signed")  # fmt: skip
            item = self._read(deed.connection, row.improvement_id)
            if deed.by in item.author_ids:
                raise RegisterError(f"{by} is an author", where=item.id, expected="somebody of finance")
            deed.subject = item.id
            deed.update(benefits, {"benefit_id": benefit_id}, signed_by=deed.by, signed_at=deed.at)

    def benefits(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return the benefits in money, the first one first; of one year the last one holds.

        Parameters
        ----------
        improvement_id : str
            Of which one.

        Returns
        -------
        list of dict
            benefit_id, year, amount, low, high [VND], content, signed_by, signed_at.
        """
        with self._reading() as connection:
            return [{**row, "content": from_json(row["content"])} for row in numbered(connection, benefits, improvement_id)]


def _told(money: Money, year: int) -> Decimal:
    amount = money.benefit(year)
    if amount is None:
        raise RegisterError(
            "the effect cannot be told", where="amount", expected="a benefit that can be computed",
            remedy="Award without one: the rule pack says what is paid then.",
        )  # fmt: skip
    return amount


def whole_dong(value: object, what: str) -> int:
    """Return an amount as whole đồng; what is none, or has a fraction, is refused."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        amount = Decimal(value)
        if amount.is_finite() and amount == int(amount) and abs(amount) < _BEYOND_MONEY:
            return int(amount)
    raise RegisterError(repr(value), where=what, expected="whole đồng, as int or Decimal", remedy="Round it on purpose.")


def _last(connection: sa.Connection, table: sa.Table, improvement_id: str) -> int:
    key = next(iter(table.primary_key))
    return int(connection.execute(sa.select(sa.func.max(key)).where(table.c.improvement_id == improvement_id)).scalar_one())
