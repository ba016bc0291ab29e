"""What a measurement is asked: every argument of `effect`, checked, all faults at once, and written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from smartfab import clock
from smartfab.errors import SmartfabError, TableError, UnitError
from smartfab.improvements.argument_reading import ArgumentReader, Method, OtherChange
from smartfab.improvements.kpi_rules import RATIOS, mediators_among
from smartfab.improvements.moments import Grain, Moment
from smartfab.numerals import number


@dataclass(frozen=True)
class Request:
    """The arguments of `effect` in their one form; `of` reads them, `to_arguments` writes them for JSON."""

    y: str
    time: str
    unit: str
    treated: str
    at: Moment
    controls: Literal["auto"] | tuple[str, ...] | None
    categories: tuple[str, ...] | None
    covariates: tuple[str, ...]
    weight: str | None
    blackout: int
    washout: int
    since: Moment | None
    until: Moment | None
    exposure: str | None
    expected: float | None
    better: Literal["higher", "lower"]
    grain: Grain
    method: Method
    level: float
    tz: str | None
    others: tuple[OtherChange, ...]
    blocks: tuple[tuple[str, bool], ...] | None
    planned: Mapping[str, Any] | None

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Request:
        """Return the request these arguments make.

        Parameters
        ----------
        arguments : mapping
            Of `effect`, every one of them.

        Returns
        -------
        Request
            Checked as far as it can be without the data.

        Raises
        ------
        TableError
            Every fault at once, each with its argument.
        """
        read = ArgumentReader(arguments)
        found: dict[str, Any] = {item.name: read.argument(item.name) for item in fields(cls)}
        request = cls(**found)
        if not read.faults:
            read.faults += _contradictions(request)
        if read.faults:
            raise TableError.of(read.faults, where="arguments")
        return request

    def to_arguments(self) -> dict[str, Any]:
        """Return the arguments as `effect` takes them, in JSON's own types.

        Returns
        -------
        dict
            `Request.of` reads it back to an equal request.
        """
        told: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self)}
        for name in ("at", "since", "until"):
            told[name] = None if told[name] is None else told[name].text
        for name in ("blackout", "washout"):
            told[name] = f"{told[name] / clock.SECOND:.6f}".rstrip("0").rstrip(".") + "s"
        for name in ("controls", "categories", "covariates"):
            told[name] = list(told[name]) if isinstance(told[name], tuple) else told[name]
        told["others"] = [other.to_dict() for other in self.others]
        told["blocks"] = None if self.blocks is None else [list(block) for block in self.blocks]
        told["planned"] = None if self.planned is None else dict(self.planned)
        return told

    @property
    def sign(self) -> int:
        """1 where more is better, −1 where less is."""
        return 1 if self.better == "higher" else -1


def _contradictions(request: Request) -> list[SmartfabError]:
    faults: list[SmartfabError] = []
    adjusted = [*(request.categories or ()), *request.covariates]
    faults += [
        TableError(
            f"{name!r} lies on the way from the change to {request.y}, or is made from it", where="categories, covariates",
            expected="what the change cannot move: shift, product, weather", remedy="Leave it out: it would hide the effect.",
        )
        for name in mediators_among(request.y, adjusted)
    ]  # fmt: skip
    if isinstance(request.controls, tuple) and request.treated in request.controls:
        faults.append(
            TableError(f"{request.treated!r} is the treated unit", where="controls", expected="units without the change")
        )
    if request.until is not None and request.until.on("date", request.tz) <= request.at.on("date", request.tz):
        faults.append(TableError(f"until {request.until.text} is not after the change {request.at.text}", where="until"))
    if request.since is not None and request.since.on("date", request.tz) >= request.at.on("date", request.tz):
        faults.append(TableError(f"since {request.since.text} is not before the change {request.at.text}", where="since"))
    if request.expected is not None and request.expected * request.sign < 0:
        faults.append(TableError(
            f"{request.expected!r}, and better={request.better!r}", where="expected", expected="a change for the better",
        ))  # fmt: skip
    if request.blocks is not None and request.method != "switchback":
        faults.append(TableError(f"blocks for method {request.method!r}", where="blocks", expected="method='switchback'"))
    if request.y in RATIOS and request.expected is not None and abs(request.expected) > 1:
        faults.append(refuse_expectation(request.y, request.expected))
    return faults


def refuse_expectation(y: str, expected: float) -> UnitError:
    """Return the error for an expectation in percent where y lies in 0…1."""
    points = number(expected, "vi", 0 if float(expected).is_integer() else 1)
    return UnitError(f"{expected!r} for {y}, which lies in 0…1", where="expected", expected="a change in y's own unit",
                     remedy=f"Did you mean {expected / 100:g} ({points} điểm %)?")  # fmt: skip
