"""Rule packs: what is to be paid, as versioned data with dates, sources and a reviewer; refused when stale."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from smartfab.errors import RegisterError

__all__ = ["RulePack", "read_rules"]


def _fraction(value: object) -> object:
    """Read "2/3" or "0.5" exactly; a float is refused, for 0.07 is not 7 %."""
    if isinstance(value, str):
        return Fraction(value)
    if isinstance(value, Fraction):
        return value
    raise ValueError('a share is text, such as "0.07" or "2/3"')


Share = Annotated[Fraction, BeforeValidator(_fraction), Field(ge=0, le=1)]
Dong = Annotated[int, Field(ge=0, strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Source(_Part):
    """Where a pack has its figures from."""

    name: str
    says: str = ""
    verified: bool = False


class Author(_Part):
    """The authors' least share of the benefit of a year, and when it is due."""

    share: Share
    years: Annotated[int, Field(ge=1, le=20)] = 3
    pay_within_months: Annotated[int, Field(ge=0, le=24)] = 1
    wages_if_not_computable: Annotated[int, Field(ge=0)] = 0
    paid_if_not_computable: Literal["once", "yearly"] = "once"
    verified: bool = False


class Organiser(_Part):
    """Least share of those who organised the first application, as a share of the authors'."""

    share_of_author: Share
    verified: bool = False


class Tax(_Part):
    """What is withheld from a payment."""

    rate: Share = Fraction(0)
    from_amount: Dong = 0
    basis: str = ""
    verified: bool = False


class Council(_Part):
    """How many of the members without a conflict must vote, and how many of the votes it takes."""

    quorum: Share = Fraction(2, 3)
    majority: Share = Fraction(1, 2)
    verified: bool = False


class Clocks(_Part):
    """How long an author may wait to ask, and the council to decide."""

    request_within_years: Annotated[int, Field(ge=1)] = 1
    decide_within_months: Annotated[int, Field(ge=1)] = 3
    first_answer_days: Annotated[int, Field(ge=1)] = 30
    verified: bool = False


class Wage(_Part):
    """A minimum wage and the day it begins to hold."""

    begins: dt.date = Field(alias="from")
    amount: Dong
    source: str = ""


class Wages(_Part):
    """Minimum wages by date."""

    steps: tuple[Wage, ...] = ()
    checked_until: dt.date | None = None
    verified: bool = False


class RewardClass(_Part):
    """A company's class: from this benefit of a year on, this amount."""

    name: str
    from_benefit: Dong
    amount: Dong


class Company(_Part):
    """A company's own table: an amount an idea, by class, or a share of the benefit, within bounds; which years."""

    per_idea: Dong = 0
    classes: tuple[RewardClass, ...] = ()
    share: Share = Fraction(0)
    least: Dong = 0
    cap: Dong | None = None
    years: Annotated[int, Field(ge=1, le=20)] = 1
    pay_within_months: Annotated[int, Field(ge=0, le=24)] = 1
    agreed: bool = False


class RulePack(_Part):
    """What is to be paid for an improvement, after one text.

    Attributes
    ----------
    id, version, title_vi, title_en : str
        Name of the pack.
    kind : {"decree", "company"}
        Authors' remuneration by law ("thù lao"), or the company's bonus ("tiền thưởng").
    valid_from, valid_to : date
        Half-open days it holds on; without `valid_to` it is not known to have ended.
    reviewer, reviewed_on : str, date
        Who held it against its sources, and when; without them it is unreviewed.
    """

    id: str
    kind: Literal["decree", "company"]
    version: str = "1"
    title_vi: str
    title_en: str = ""
    valid_from: dt.date
    valid_to: dt.date | None = None
    reviewer: str | None = None
    reviewed_on: dt.date | None = None
    source: tuple[Source, ...] = ()
    author: Author | None = None
    organiser: Organiser | None = None
    company: Company | None = None
    tax: Tax = Tax()
    council: Council = Council()
    clocks: Clocks = Clocks()
    wages: Wages = Wages()

    @model_validator(mode="after")
    def _whole(self) -> RulePack:
        if (self.author is None) == (self.kind == "decree") or (self.company is None) == (self.kind == "company"):
            raise ValueError("kind decree needs [author], kind company needs [company]")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        begins = [step.begins for step in self.wages.steps]
        if begins != sorted(set(begins)):
            raise ValueError("wages.steps are not in the order of their dates")
        return self

    @property
    def unverified(self) -> tuple[str, ...]:
        """The parts whose figures nobody held against a published text."""
        parts = {name: getattr(self, name) for name in ("author", "organiser", "tax", "council", "clocks", "wages")}
        return tuple(
            name for name, part in parts.items() if part is not None and name in self.model_fields_set and not part.verified
        )

    def wage(self, on: dt.date) -> Decimal:
        """Return the minimum wage on a day.

        Parameters
        ----------
        on : date
            Day of payment.

        Returns
        -------
        Decimal
            A month's wage [VND].

        Raises
        ------
        RegisterError
            If the pack has none for that day.
        """
        holding = [step for step in self.wages.steps if step.begins <= on]
        if not holding:
            raise RegisterError(
                f"no minimum wage on {on}", where=f"rules {self.id}", expected="a step of [wages] from that day or before"
            )
        return Decimal(holding[-1].amount)


def read_rules(rules: str | Path | RulePack, *, on: dt.date, accept_unreviewed: bool = False) -> RulePack:
    """Return a rule pack that holds on a day.

    Parameters
    ----------
    rules : str, Path or RulePack
        Name of a pack that comes with smartfab, such as ``VN-2012-13``, or a TOML file of the company.
    on : date
        The day it must hold on.
    accept_unreviewed : bool
        Take it even if nobody reviewed it, or its time is over.

    Returns
    -------
    RulePack
        Checked.

    Raises
    ------
    RegisterError
        If there is no such pack, it is wrong, or it is unreviewed or not in force.
    """
    pack = rules if isinstance(rules, RulePack) else _parsed(rules)
    over = on < pack.valid_from or (pack.valid_to is not None and on >= pack.valid_to)
    if not accept_unreviewed and (over or not pack.reviewer or pack.reviewed_on is None):
        found = f"not in force on {on}" if over else "reviewed by nobody"
        raise RegisterError(
            found, where=f"rules {pack.id}", expected=f"a reviewed pack that holds on {on}",
            remedy="Have it reviewed and renewed, or say accept_unreviewed=True.",
        )  # fmt: skip
    return pack


def _parsed(rules: str | Path) -> RulePack:
    content = _text(rules)
    try:
        return RulePack.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise RegisterError(
            f"no TOML: {error}", where=f"rules {rules}", expected="a rule pack", remedy="Correct the file."
        ) from error
    except ValidationError as error:
        faults = [
            RegisterError(
                item["msg"], where=f"rules {rules}, {'.'.join(map(str, item['loc'])) or 'whole'}", remedy="Correct the file."
            )
            for item in error.errors()
        ]
        raise RegisterError.of(faults, where=f"rules {rules}") from error


def _text(rules: str | Path) -> str:
    shipped: dict[str, Any] = {
        item.name.removesuffix(".toml"): item for item in resources.files(__package__).joinpath("packs").iterdir()
    }
    if str(rules) in shipped:
        return str(shipped[str(rules)].read_text(encoding="utf-8"))
    path = Path(rules)
    if not path.is_file():
        raise RegisterError(
            f"no rules {str(rules)!r}",
            where="rules",
            expected=f"{', '.join(sorted(shipped))}, or a TOML file",
            remedy="Correct the name.",
        )
    return path.read_text(encoding="utf-8")
