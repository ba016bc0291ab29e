"""Money: what a gain is worth, finance's signature, and what each author is due. Not everybody sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smartfab.service.office.council import CouncilOffice


class MoneyOffice(CouncilOffice):
    """Value, sign, award, pay."""

    def benefits(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return the benefits; margins and other factors are for those who value."""
        item = self.read(improvement_id)
        self.demand("see_money", item)
        rows = self.register.benefits(improvement_id)
        return rows if self._sees_all() else [{**row, "content": {}} for row in rows]

    def value(
        self, improvement_id: str, *, year: int, amount: int, low: int | None, high: int | None, content: Mapping[str, Any],
        key: str | None = None,
    ) -> int:  # fmt: skip
        """Write down the benefit of a year."""
        self.demand("value", self.read(improvement_id))
        return self.register.benefit(
            improvement_id, content, year=year, amount=amount, low=low, high=high, by=self.person_id, idempotency_key=key
        )

    def sign(self, improvement_id: str, benefit_id: int) -> None:
        """Sign a benefit for finance."""
        self.demand("value", self.read(improvement_id))
        self._belongs(benefit_id, "benefit_id", self.register.benefits(improvement_id), improvement_id)
        self.register.sign(benefit_id, by=self.person_id)

    def rewards(self, improvement_id: str) -> list[dict[str, Any]]:
        """Return what was awarded: all of it for finance, one's own for an author."""
        item = self.read(improvement_id)
        self.demand("see_money", item)
        rows = self.register.rewards(improvement_id)
        return rows if self._sees_all() else [row for row in rows if row["person_id"] == self.person_id]

    def award(self, improvement_id: str, *, key: str | None = None, **said: Any) -> list[dict[str, Any]]:  # noqa: ANN401  those of Register.award
        """Award what is due for a year; in the small lane the leader does so."""
        item = self.read(improvement_id)
        self.demand("award_small" if item.lane == "small" else "award", item)
        self.register.award(improvement_id, by=self.person_id, idempotency_key=key, **said)
        return self.register.rewards(improvement_id) if self._sees_all() else []

    def pay(self, improvement_id: str, reward_id: int, *, paid_on: str, document: str) -> None:
        """Write down that a reward was paid."""
        self.demand("award", self.read(improvement_id))
        self._belongs(reward_id, "reward_id", self.register.rewards(improvement_id), improvement_id)
        self.register.pay(reward_id, paid_on=paid_on, document=document, by=self.person_id)

    def _sees_all(self) -> bool:
        return {"finance", "admin"} & set(self.rights.roles) != set()

    def _belongs(self, number: int, column: str, rows: list[dict[str, Any]], improvement_id: str) -> None:
        from smartfab.service.refusals import NotFound

        if number not in {row[column] for row in rows}:
            raise NotFound(f"no {column} {number}", where=improvement_id, expected="a number of this improvement")
