"""The grammar of plant.toml, piece by piece: each model checks what can be said of it alone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from smartfab import clock
from smartfab.errors import SmartfabError
from smartfab.standard_states import StateMapName, state_map
from smartfab.vocabulary import CATEGORIES

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
EVERY_DAY: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CYCLES = re.compile(r"(\d+(?:\.\d+)?) cycles?")
Role = Literal[
    "state", "flag", "reason", "good_count", "reject_count", "rework_count", "total_count", "product_id", "order_id",
    "part_id", "cycle_time", "speed", "process_value", "energy", "alarm",
]  # fmt: skip
State = Literal["running", "idle", "blocked", "starved", "setup", "planned_stop", "unplanned_stop", "off"]


def _zone(name: str) -> str:
    _retell(clock.zone, name)
    return name


def _time(text: object) -> str:
    if isinstance(text, dt.time):
        text = text.isoformat()
    if not isinstance(text, str):
        raise ValueError("expected a time of day such as '06:00'")  # noqa: TRY004  pydantic reads ValueError
    _retell(clock.clock_time, text)
    return text


def _date(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise ValueError("expected a date such as '2026-01-31'") from error


def _length(value: object) -> str:
    if value is None:
        raise ValueError("expected a duration such as '5min'")
    _retell(lambda v: clock.duration(v, what="duration"), value)
    return f"{value:.6f}s" if isinstance(value, float) else f"{value}s" if isinstance(value, int) else str(value)


def _offsets(value: object) -> object:
    """One length holds for ever; a table of lengths says from which date on each holds."""
    dated = value if isinstance(value, dict) else {"1970-01-01": value}
    return value and {_date(at): "-" * str(off).startswith("-") + _length(str(off).lstrip("+-")) for at, off in dated.items()}


def _retell(check: Any, value: object) -> None:  # noqa: ANN401
    """Pydantic gathers ValueErrors: hand it the short half of ours."""
    try:
        check(value)
    except SmartfabError as error:
        raise ValueError(f"{error.found}; expected {error.expected}") from error


def _seconds_between(first: str, last: str) -> int:
    a, b = clock.clock_time(first), clock.clock_time(last)
    return ((b.hour - a.hour) * 3600 + (b.minute - a.minute) * 60 + b.second - a.second) % 86_400


def _is_pause(text: str | None) -> bool:
    """Whether this is a number of cycles or a duration, more than nothing."""
    if cycles := CYCLES.fullmatch(text or ""):
        return float(cycles[1]) > 0
    try:
        return clock.duration(text or "", what="stopped_after") > 0
    except SmartfabError:
        return False


def _id(text: str) -> str:
    if not text.strip() or "/" in text or text != text.strip():
        raise ValueError("expected a name without '/' and without blanks around it")
    return text


Id = Annotated[str, AfterValidator(_id)]
ClockTime = Annotated[str, BeforeValidator(_time)]
Date = Annotated[str | None, BeforeValidator(_date)]
Length = Annotated[str, BeforeValidator(_length)]
Number = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Grammar(BaseModel):
    """A piece of plant.toml: unknown keys are faults, values never change, secrets never show in messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, hide_input_in_errors=True, populate_by_name=True)


class ShiftRule(Grammar):
    """A shift as wall-clock times on days of the week; it may end on the next day."""

    id: Id
    start: ClockTime
    end: ClockTime
    days: tuple[Day, ...] = EVERY_DAY
    breaks: tuple[tuple[ClockTime, ClockTime], ...] = ()
    line: str | None = None
    machine: str | None = None
    valid_from: Date = None
    valid_to: Date = None

    @model_validator(mode="after")
    def _breaks_inside(self) -> ShiftRule:
        length = _seconds_between(self.start, self.end) or 86_400
        for first, last in self.breaks:
            if _seconds_between(self.start, first) + (_seconds_between(first, last) or 86_400) > length:
                raise ValueError(
                    f"break {first}–{last} is not inside the shift; expected times from {self.start} to {self.end}"
                )
        return self


class Rotation(Grammar):
    """Teams that walk through a pattern of shifts, one step a day, each team a whole part of the pattern behind."""

    teams: Annotated[tuple[Id, ...], Field(min_length=1)]
    pattern: Annotated[tuple[str, ...], Field(min_length=1)]
    start: Annotated[str, BeforeValidator(_date)]
    end: Date = None


class CalendarException(Grammar):
    """Days that differ from the rules: a holiday, overtime, or a make-up day (làm bù)."""

    first: Annotated[Date, Field(alias="from")]
    last: Annotated[Date, Field(alias="to")] = None
    kind: Literal["holiday", "overtime", "make_up"]
    name: str = ""
    shifts: tuple[str, ...] = ()
    start: ClockTime | None = None
    end: ClockTime | None = None
    line: str | None = None

    @model_validator(mode="after")
    def _times(self) -> CalendarException:
        if (self.start is None) != (self.end is None):
            raise ValueError("one of start and end is missing; expected both, or neither")
        if self.start is not None and self.kind == "holiday":
            raise ValueError("a holiday with times of day; expected whole shifts, named in shifts where it is not all of them")
        if self.start is not None and len(self.shifts) > 1:
            raise ValueError("start and end beside several shifts; expected one shift that the time is booked on")
        return self


class Security(Grammar):
    """How the channel to a server is protected. None and Sign only with a written reason."""

    policy: Literal["Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss", "None"] = "Basic256Sha256"
    mode: Literal["SignAndEncrypt", "Sign", "None"] = "SignAndEncrypt"
    certificate: str | None = None
    private_key: str | None = None
    trust: str | None = None
    server_sha256: str | None = None
    server_name: str | None = None
    user: str | None = None
    password_env: str | None = None
    password_file: str | None = None
    allow_insecure: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _reason_alone_means_none(cls, data: object) -> object:
        if isinstance(data, dict) and str(data.get("allow_insecure") or "").strip() and not {"policy", "mode"} & set(data):
            return {**data, "policy": "None", "mode": "None"}
        return data

    @model_validator(mode="after")
    def _closed(self) -> Security:
        if (self.policy == "None") != (self.mode == "None"):
            raise ValueError("policy and mode must both be 'None', or neither")
        reason = (self.allow_insecure or "").strip()
        if self.mode != "SignAndEncrypt" and not reason:
            raise ValueError(f"mode {self.mode!r} needs allow_insecure = \"the reason\"; expected 'SignAndEncrypt'")
        if self.policy != "None" and not (self.certificate and self.private_key):
            raise ValueError("certificate and private_key are missing; expected the paths of both")
        if self.policy != "None" and not (self.trust or self.server_sha256):
            raise ValueError('nothing says which server to trust; expected trust = "folder" or server_sha256')
        if self.user and not (self.password_env or self.password_file):
            raise ValueError("user without a password source; expected password_env or password_file")
        if self.user and self.mode != "SignAndEncrypt":
            raise ValueError("a password never leaves on an unencrypted channel; expected mode 'SignAndEncrypt'")
        return self


class FlagRule(Grammar):
    """One rule of a machine without a state tag: when this flag is up, the state is so."""

    when: str
    is_: Annotated[State, Field(alias="is")]
    reason: str | None = None


class Signal(Grammar):
    """One tag of a machine: where it is on the server, and what it means."""

    node: str | None = None
    path: str | None = None
    role: Role = "process_value"
    map: StateMapName | dict[str, Id] | None = None
    rules: tuple[FlagRule, ...] | None = None
    otherwise: str | None = None
    from_counter: str | None = None
    stopped_after: str | None = None
    unit: str | None = None
    max_value: Number | None = None
    max_rate: Number | None = None
    max_gap: Length | None = None
    history: Literal["auto", "yes", "no"] = "auto"
    sampling: Length | None = None
    publishing: Length | None = None
    queue: Annotated[int, Field(ge=1)] | None = None
    deadband: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Signal:
        given = [name for name in ("node", "path", "rules", "from_counter") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"{' and '.join(given) or 'nothing'} given; expected one of node, path, rules, from_counter")
        if self.node is not None and re.match(r"(ns|svr)=\d+;", self.node):
            raise ValueError(f"raw index in {self.node!r}; expected 'alias;…' with the alias in [namespaces]")
        if self.node is not None and not re.match(r"[^;=]+;[isgb]=.+|[^;=]+;[^=;]+=.+", self.node):
            raise ValueError(f"{self.node!r} is no node id; expected 'alias;s=Name' or 'alias;i=42'")
        if self.from_counter is not None and not _is_pause(self.stopped_after):
            raise ValueError(f"stopped_after is {self.stopped_after!r}; expected '3 cycles' or a duration such as '30s'")
        of_reasons = self.role in {"reason", "alarm", "flag"} and not isinstance(self.map, str)
        strange = [said for said in self.state_map.values() if said not in CATEGORIES and not of_reasons]
        if strange:
            raise ValueError(f"map gives {strange[0]!r}; expected one of {', '.join(map(repr, CATEGORIES))}")
        if self.otherwise is not None and self.otherwise not in CATEGORIES:
            raise ValueError(f"{self.otherwise!r} is no category; expected one of {', '.join(CATEGORIES)}")
        return self

    @property
    def state_map(self) -> dict[str, str]:
        """Category of each raw number and text (of a reason: its id): the table of `map`, or that of a named standard."""
        return state_map(self.map) if isinstance(self.map, str) else dict(self.map or {})

    @property
    def on_server(self) -> bool:
        """Whether there is a tag to read, rather than a rule to derive."""
        return self.node is not None or self.path is not None


class Connection(Grammar):
    """How to reach a server; may stand at a line or at a machine, and the machine's word wins."""

    endpoint: str | None = None
    security: Security | None = None
    namespaces: dict[str, str] | None = None
    sampling: Length | None = None
    publishing: Length | None = None
    queue: Annotated[int, Field(ge=1)] | None = None
    deadband: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    clock: Literal["source", "server", "collector"] | None = None
    clock_offset: Annotated[dict[str, str] | None, BeforeValidator(_offsets)] = None
    events: bool | None = None

    @model_validator(mode="after")
    def _no_user_in_url(self) -> Connection:
        if self.endpoint is not None and "@" in self.endpoint.split("://")[-1].split("/")[0]:
            raise ValueError("user information in the endpoint; expected security = { user = …, password_env = … }")
        if self.endpoint is not None and not self.endpoint.startswith(("opc.tcp://", "file://")):
            raise ValueError("unknown kind of endpoint; expected opc.tcp://host:port or file://folder")
        return self


class PlantHead(Grammar):
    """The [plant] table. products, orders, reasons, setups, calendar and people may name a file of such rows."""

    id: Id
    timezone: Annotated[str, AfterValidator(_zone)]
    language: Literal["vi", "en"] = "vi"
    day_start: ClockTime = "00:00"
    min_coverage: Annotated[float, Field(ge=0, le=1)] = 0.90
    products: str | None = None
    orders: str | None = None
    reasons: str | None = None
    setups: str | None = None
    calendar: str | None = None
    people: str | None = None
