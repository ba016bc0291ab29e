"""What clients get of the council, of people and of the service itself."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from smartfab.service.api.responses import Answer


class MeetingOut(Answer):
    """A meeting of the council."""

    id: int
    date: str
    members: list[str]
    minutes: str


class VoteOut(Answer):
    """A vote."""

    meeting_id: int
    person_id: str
    vote: str
    reason: str | None


class DecisionOut(Answer):
    """A decision; certificate numbers have no gap within their year."""

    improvement_id: str
    decision_no: str
    decision_date: str
    signer: str
    level: str | None
    certificate_no: str
    meeting_id: int | None
    pack: str


class PersonOut(Answer):
    """Somebody who works here."""

    person_id: str
    name: str
    unit_id: str | None
    job_title: str | None
    qualification: str | None
    valid_from: str | None
    valid_to: str | None


class UnitOut(Answer):
    """A unit."""

    unit_id: str
    name_vi: str | None
    name_en: str | None
    parent_id: str | None
    headcount: int | None
    valid_from: str | None
    valid_to: str | None


class RoleOut(Answer):
    """A role somebody was given."""

    role_id: int
    role: str
    unit_id: str | None
    line_id: str | None
    valid_from: str | None
    valid_to: str | None


class TokenOut(Answer):
    """A token without its secret."""

    id: int
    person_id: str
    name: str
    made_by: str
    created_at: str
    expires_at: str
    revoked_at: str | None


class NewToken(TokenOut):
    """A token with its secret, which is told this once."""

    secret: str


class Me(Answer):
    """Who the token acts as, and what its roles reach."""

    person_id: str
    roles: list[str]
    actions: dict[str, bool]


class Changed(Answer):
    """Rows that are new or changed."""

    changed: int


class Table(Answer):
    """Rows of a table; missing knowledge is null."""

    rows: list[dict[str, Any]]
    findings: list[dict[str, Any]] = Field(default_factory=list)


class AuditOut(Answer):
    """What an audit found."""

    ok: bool
    head: str
    rows: int
    faults: list[dict[str, str]]


class Health(Answer):
    """Whether the register answers."""

    status: str
    version: str
    plant: bool
