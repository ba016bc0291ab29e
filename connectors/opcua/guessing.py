"""What a tag may mean, by its name and type: what is sure enough to be written, and what is only worth a remark."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from smartfab.plant_grammar import Role

from .variables import Variable

_COUNTS: dict[Role, set[str]] = {
    "good_count": {"good", "ok", "dat"},
    "reject_count": {"scrap", "scraps", "reject", "rejects", "rejected", "defect", "defects", "defective", "bad", "ng", "nok",
                     "loi", "hong"},
    "rework_count": {"rework", "reworked"},
    "total_count": {"total", "produced", "processed", "tong"},
}  # fmt: skip
_COUNTING = {"count", "counter", "counts", "cnt", "pieces", "parts", "pcs", "qty", "quantity"}
_PLAIN = {"good", "scrap", "reject", "rejects", "rework"}
"""Words that need no other beside them to mean a count."""

_TEXTS: dict[Role, set[str]] = {
    "product_id": {"product", "article", "sku"},
    "order_id": {"order", "job"},
    "part_id": {"part", "serial", "barcode"},
}
_NAMING = {"id", "no", "number", "code", "current", "active"}
_MEASURED: dict[Role, tuple[set[str], set[str]]] = {
    "cycle_time": ({"cycle", "time"}, {"s", "ms", "min"}),
    "energy": ({"energy"}, {"Wh", "kWh", "MWh", "J", "kJ", "MJ"}),
    "speed": ({"speed"}, set()),
}
_NOT_NOW = {
    "set", "setpoint", "sp", "target", "preset", "plan", "planned", "limit", "max", "min", "reset", "cmd", "command", "last",
    "previous", "prev", "shift", "today", "hour", "hourly", "daily", "batch", "avg", "mean", "average", "next",
}  # fmt: skip
"""A name with one of these is not simply the present value of what it names."""

_STATE = {"state", "status", "mode"}
_REASON = {"reason", "cause"}
_ALARM = {"alarm", "fault", "error", "warning"}
_FLAG = {"run", "running", "auto", "idle", "ready", "blocked", "starved", "setup"}
_SUFFIX = re.compile(r"(?:^|[_ .])(degC|s|ms|bar|kPa|MPa|mm|kg|rpm|kWh|kW|pct|percent)$")


@dataclass(frozen=True)
class Guess:
    """A role, whether it is sure enough to be written, a remark where it is not, and the largest value of a counter [1]."""

    role: Role = "process_value"
    remark: str | None = None
    max_value: int | None = None


def words(name: str) -> list[str]:
    """Return the words of a tag's name, in small letters without accents.

    Parameters
    ----------
    name : str
        Such as ``GoodCount``, ``good_count`` or ``"DB_Press"."Số lượng đạt"``.

    Returns
    -------
    list of str
        Digits are left out.
    """
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", letters)]


def guess(name: str, variable: Variable, *, machine: str = "") -> Guess:
    """Return what a tag may mean.

    Parameters
    ----------
    name : str
        Of the tag itself.
    variable : Variable
        What the server says of it.
    machine : str
        Name of its machine, which says nothing where the tag repeats it.

    Returns
    -------
    Guess
        With a role other than process_value only where name and type leave no other reading.
    """
    repeats = words(machine)
    named = words(name)
    said = set(named[len(repeats) :] if repeats and named[: len(repeats)] == repeats else named)
    found = _counter(said, variable) or _identifier(said, variable) or _measured(said, variable) or _other(said, variable)
    if found is None:
        suffix = _SUFFIX.search(name)
        if suffix is not None and variable.unit is None and variable.kind == "real":
            return Guess(remark=f'perhaps unit = "{suffix[1]}", as its name ends so')
        return Guess()
    return found


def _counter(said: set[str], variable: Variable) -> Guess | None:
    roles = [role for role, names in _COUNTS.items() if said & names]
    counting = said & _COUNTING
    if variable.kind not in {"whole", "real"} or (not roles and not counting):
        return None
    if not roles:
        return Guess(remark='a counter? perhaps role = "good_count", "reject_count" or "total_count"')
    role, strange = roles[0], said - _COUNTING - _COUNTS[roles[0]]
    is_named = bool(counting) or bool(said & _PLAIN)
    if len(roles) == 1 and not strange and is_named and variable.kind == "whole":
        return Guess(role, None, variable.largest)
    if strange and not counting and not said & _PLAIN:
        return None
    return Guess(remark=f"perhaps role = {' or '.join(_quoted(role) for role in roles)}{_why(strange, variable)}")


def _identifier(said: set[str], variable: Variable) -> Guess | None:
    for role, names in _TEXTS.items():
        if said & names:
            strange = said - names - _NAMING
            if variable.kind == "text" and not strange:
                return Guess(role)
            if variable.kind in {"text", "whole"} and said <= names | _NAMING | _NOT_NOW:
                return Guess(remark=f"perhaps role = {_quoted(role)}{_why(strange, variable)}")
    return None


def _measured(said: set[str], variable: Variable) -> Guess | None:
    if variable.kind not in {"whole", "real"}:
        return None
    for role, (names, units) in _MEASURED.items():
        if names <= said:
            strange = said - names - {"actual", "current", "cur", "mach", "machine", "line"}
            if not strange and variable.unit is not None and (not units or variable.unit in units):
                return Guess(role)
            return Guess(remark=f"perhaps role = {_quoted(role)}; it needs its unit{_why(strange, variable)}")
    return None


def _other(said: set[str], variable: Variable) -> Guess | None:
    if said & _REASON and variable.kind in {"whole", "text"}:
        return Guess(remark='perhaps role = "reason"')
    if said & _STATE and variable.kind in {"whole", "text"}:
        return Guess(remark='perhaps role = "state"; then say what each value means: map = { 1 = "running", … }')
    if variable.kind == "flag" and said & _ALARM:
        return Guess(remark='perhaps role = "alarm", or "flag" for a rule of the state')
    if variable.kind == "flag" and said & _FLAG:
        return Guess(remark='perhaps role = "flag", for a rule of the state')
    return None


def _why(strange: set[str], variable: Variable) -> str:
    told = sorted(strange & _NOT_NOW) or sorted(strange)
    if told:
        return f", but for {', '.join(map(_quoted, told))} in its name"
    return "" if variable.kind == "whole" else f", though its type is {variable.kind}"


def _quoted(text: str) -> str:
    return f'"{text}"'
