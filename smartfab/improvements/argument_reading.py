"""Each argument of `effect` on its own: read into its one form, or refused; all faults are kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import numpy as np

from smartfab import clock
from smartfab.errors import SmartfabError, TableError
from smartfab.improvements.kpi_rules import LESS_IS_BETTER
from smartfab.improvements.moments import GRAINS, Grain, Moment, read_moment

Method = Literal["auto", "controls", "series", "switchback"]
_METHODS = get_args(Method)
_NUMBERS = (int, float, np.integer, np.floating)
_PLANNED = ("status", "mde", "retrospective")


@dataclass(frozen=True)
class OtherChange:
    """Another registered change: its id, from when, until when (None: still), and its unit (None: the treated one)."""

    id: str
    at: Moment
    until: Moment | None
    unit: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the change as `effect` takes it."""
        end = None if self.until is None else self.until.text
        return {"id": self.id, "at": self.at.text, "until": end, "unit": self.unit}


class ArgumentReader:
    """Reads one argument after the other, and keeps the faults.

    Parameters
    ----------
    given : mapping
        Every argument of `effect`.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.faults: list[SmartfabError] = []
        self.tz = self._tz(given["tz"])

    def argument(self, name: str) -> object:
        """Return one argument in its form; None, and a fault kept, where it has none."""
        if name == "tz":
            return self.tz
        form = _KINDS[name]
        try:
            return form(self, self.given[name], name)
        except SmartfabError as fault:
            self.faults.append(fault)
            return None

    def _tz(self, value: object) -> str | None:
        if value is None:
            return None
        try:
            return clock.zone(cast("str", value)).key
        except SmartfabError as fault:
            self.faults.append(fault)
            return None

    def _refuse(self, value: object, name: str, expected: str) -> TableError:
        return TableError(repr(value), where=name, expected=expected)

    def _text(self, value: object, name: str) -> str:
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value)
        raise self._refuse(value, name, "a name")

    def _text_or_none(self, value: object, name: str) -> str | None:
        return None if value is None else self._text(value, name)

    def _names(self, value: object, name: str) -> tuple[str, ...] | None:
        if value is None:
            return None
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, Sequence) or isinstance(items, bytes):
            raise self._refuse(value, name, "a list of names")
        found = tuple(self._text(item, name) for item in items)
        if len(set(found)) < len(found):
            raise self._refuse(value, name, "each name once")
        return found

    def _some_names(self, value: object, name: str) -> tuple[str, ...]:
        return self._names(value, name) or ()

    def _controls(self, value: object, name: str) -> object:
        return value if value == "auto" else self._names(value, name) or None

    def _moment(self, value: object, name: str) -> Moment:
        return read_moment(value, name, self.tz)

    def _moment_or_none(self, value: object, name: str) -> Moment | None:
        return None if value is None else self._moment(value, name)

    def _length(self, value: object, name: str) -> int:
        return clock.duration(cast("Any", value), what=name)

    def _number_or_none(self, value: object, name: str) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, _NUMBERS) or not math.isfinite(value) or value == 0:
            raise self._refuse(value, name, "a finite number other than 0, or None")
        return float(value)

    def _level(self, value: object, name: str) -> float:
        if not isinstance(value, _NUMBERS) or not 0.5 <= value < 1:
            raise self._refuse(value, name, "a share from 0.5 to below 1, such as 0.95")
        return float(value)

    def _grain(self, value: object, name: str) -> Grain:
        if not isinstance(value, str) or value not in GRAINS:
            raise self._refuse(value, name, "one of D, W, ME, QE, YE")
        return GRAINS[value]

    def _method(self, value: object, name: str) -> Method:
        if value not in _METHODS:
            raise self._refuse(value, name, f"one of {', '.join(_METHODS)}")
        return cast("Method", value)

    def _better(self, value: object, name: str) -> str:
        if value is None:
            expected = self.given["expected"]
            if isinstance(expected, _NUMBERS) and expected != 0:
                return "higher" if expected > 0 else "lower"
            return "lower" if self.given["y"] in LESS_IS_BETTER else "higher"
        if value not in ("higher", "lower"):
            raise self._refuse(value, name, "'higher' or 'lower'")
        return str(value)

    def _others(self, value: object, name: str) -> tuple[OtherChange, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self._refuse(value, name, "a list of changes")
        found = []
        for n, item in enumerate(value):
            if not isinstance(item, Mapping) or not {"id", "at"} <= set(item) <= {"id", "at", "until", "unit"}:
                raise self._refuse(item, f"{name}[{n}]", "a mapping with id, at, until and perhaps unit")
            until, unit = item.get("until"), item.get("unit")
            found.append(OtherChange(
                self._text(item["id"], f"{name}[{n}].id"), self._moment(item["at"], f"{name}[{n}].at"),
                self._moment_or_none(until, f"{name}[{n}].until"), self._text_or_none(unit, f"{name}[{n}].unit"),
            ))  # fmt: skip
        return tuple(found)

    def _blocks(self, value: object, name: str) -> tuple[tuple[str, bool], ...] | None:
        if value is None:
            return None
        try:
            found = tuple((read_moment(day, name, self.tz).text, bool(exposed)) for day, exposed in cast("Any", value))
        except (TypeError, ValueError) as error:
            raise self._refuse(value, name, "a list of [production date, exposed]") from error
        days = [day for day, _ in found]
        if sorted(set(days)) != days:
            raise self._refuse(value, name, "each production date once, in order")
        return found

    def _planned(self, value: object, name: str) -> Mapping[str, Any] | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or set(value) != set(_PLANNED):
            raise self._refuse(value, name, f"what plan wrote: {', '.join(_PLANNED)}")
        return {key: value[key] for key in _PLANNED}


# how to read → the arguments that are read so
_FORMS: dict[Callable[[ArgumentReader, Any, str], object], str] = {
    ArgumentReader._text: "y time unit treated",
    ArgumentReader._text_or_none: "weight exposure",
    ArgumentReader._moment: "at",
    ArgumentReader._moment_or_none: "since until",
    ArgumentReader._names: "categories",
    ArgumentReader._some_names: "covariates",
    ArgumentReader._controls: "controls",
    ArgumentReader._length: "blackout washout",
    ArgumentReader._number_or_none: "expected",
    ArgumentReader._level: "level",
    ArgumentReader._grain: "grain",
    ArgumentReader._method: "method",
    ArgumentReader._better: "better",
    ArgumentReader._others: "others",
    ArgumentReader._blocks: "blocks",
    ArgumentReader._planned: "planned",
}
_KINDS = {name: form for form, names in _FORMS.items() for name in names.split()}
