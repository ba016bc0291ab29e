"""What clients get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from smartfab.improvements.register import Improvement


class Answer(BaseModel):
    """A body of an answer, made from a record."""

    model_config = ConfigDict(from_attributes=True)


class Fault(Answer):
    """One fault of a request."""

    where: str | None
    found: str
    expected: str | None
    remedy: str | None


class Problem(Answer):
    """RFC 9457: what went wrong, with its title in both languages."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    title_en: str
    title_vi: str
    detail: str | None = None
    faults: list[Fault] | None = None


class AuthorOut(Answer):
    """An author; the share is exact text, in percent."""

    person_id: str
    share: str


class ImprovementOut(Answer):
    """An improvement as it stands."""

    id: Annotated[str, Field(examples=["CT-2026-0007"])]
    version: int
    state: Annotated[str, Field(examples=["accepted"])]
    noun: Annotated[str, Field(examples=["giải pháp"], description="sáng kiến only once it is recognised.")]
    track: str
    lane: str
    title_vi: str
    title_en: str | None
    problem: str
    solution: str
    authors: list[AuthorOut]
    line_id: str | None
    unit_id: str | None
    kpi: str | None
    expected: list[float] | None
    scope: Mapping[str, list[str]]
    drive: str | None
    parent_id: str | None
    paper_no: str | None
    proposed_on: str
    applied_on: str | None
    registered_at: str
    late: bool
    by: str
    entered_by: str | None

    @classmethod
    def of(cls, item: Improvement) -> ImprovementOut:
        """Return the answer for an improvement."""
        said = item.to_dict()
        said["authors"] = [{"person_id": person, "share": share} for person, share in item.authors]
        return cls.model_validate(said)


class Page(Answer):
    """Some of what was found; `next_offset` is null on the last page."""

    items: list[ImprovementOut]
    next_offset: int | None


class StepOut(Answer):
    """A deed of the chain."""

    seq: int
    at: str
    by: str
    entered_by: str | None
    action: str
    from_state: str | None
    to_state: str | None
    reason: str | None
    hash: str


class CommentOut(Answer):
    """A comment."""

    comment_id: int
    at: str
    by: str
    text: str


class ReviewOut(Answer):
    """A review; scores by criterion."""

    review_id: int
    at: str
    by: str
    kind: str
    text: str
    scores: dict[str, float]


class AttachmentOut(Answer):
    """A file, without its content."""

    id: int
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    by: str
    at: str


class Made(Answer):
    """The number of what was entered."""

    id: int


class PlanOut(Answer):
    """A measurement plan: what it will find, what would find more, and the plan itself."""

    status: Annotated[str, Field(examples=["adequate"])]
    mde: float | None
    sentence: dict[str, str]
    advice: dict[str, list[str]]
    digest: str
    frozen: bool
    plan: dict[str, Any]


class InterventionOut(Answer):
    """What was done to the line."""

    happened_at: str
    kind: str
    by: str
    entered_by: str | None
    note: str | None


class MeasurementOut(Answer):
    """A measurement; `result` is what the engine said."""

    id: int
    at: str
    by: str
    status: str
    grade: str
    estimate: float | None
    low: float | None
    high: float | None
    rows_sha256: str
    supersedes: int | None
    result: dict[str, Any]


class DeclarationOut(Answer):
    """A declared benefit: grade D."""

    declaration_id: int
    at: str
    by: str
    benefit: int | None
    basis: str
    documents: list[str]
    grade: str


class BenefitOut(Answer):
    """The benefit of a year [VND]."""

    benefit_id: int
    year: int
    amount: int | None
    low: int | None
    high: int | None
    content: dict[str, Any]
    signed_by: str | None
    signed_at: str | None


class RewardOut(Answer):
    """What an author is due for a year [VND]."""

    reward_id: int
    year: int
    person_id: str | None
    share: str | None
    gross: int
    tax: int
    net: int
    due: str | None
    paid_on: str | None
    document: str | None
    kind: str
    stage: str
    pack: str
