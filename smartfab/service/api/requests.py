"""What clients send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from smartfab.service.api.fields import Amount, Day, Instant, Long, Model, Moment, Name, Number, Share, Title

Expected = float | Annotated[list[float], Field(min_length=3, max_length=3)]
Scope = Annotated[dict[Name, Annotated[list[Name], Field(max_length=200)]], Field(max_length=20)]


class Author(Model):
    """An author and his share."""

    person_id: Annotated[Name, Field(examples=["E0123"])]
    share: Share


_EXAMPLE: JsonDict = {
    "title_vi": "Gá nhanh khuôn máy dập", "problem": "Thay khuôn mất 40 phút", "solution": "Gá côn thay bu lông",
    "authors": [{"person_id": "E0123", "share": 60}, {"person_id": "E0456", "share": 40}], "line_id": "L3", "kpi": "oee",
    "expected": [0.01, 0.02, 0.03],
}  # fmt: skip


class Proposal(Model):
    """A proposal; without authors it is the caller's own."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, json_schema_extra={"examples": [_EXAMPLE]})

    title_vi: Title
    title_en: Title | None = None
    problem: Long
    solution: Long
    authors: Annotated[list[Author], Field(min_length=1, max_length=50)] | None = None
    line_id: Name | None = None
    unit_id: Name | None = None
    kpi: Name | None = None
    expected: Expected | None = None
    scope: Scope | None = None
    track: Literal["measured", "no_measurement"] = "measured"
    lane: Literal["standard", "small"] | None = None
    drive: Name | None = None
    proposed_on: Day | None = None
    applied_on: Day | None = None
    paper_no: Name | None = None
    parent_id: Name | None = None
    draft: bool = False
    on_behalf_of: Annotated[Name | None, Field(description="Whose paper form is typed in; for clerks.")] = None


class Changes(Model):
    """What is to be changed in a proposal; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", allow_inf_nan=False, json_schema_extra={"examples": [{"solution": "Gá côn thay bu lông, hai bên"}]}
    )

    title_vi: Title | None = None
    title_en: Title | None = None
    problem: Long | None = None
    solution: Long | None = None
    authors: Annotated[list[Author], Field(min_length=1, max_length=50)] | None = None
    line_id: Name | None = None
    unit_id: Name | None = None
    kpi: Name | None = None
    expected: Expected | None = None
    scope: Scope | None = None
    drive: Name | None = None
    paper_no: Name | None = None


class StepRequest(Model):
    """A step; `version` in place of If-Match."""

    state: Annotated[Name, Field(examples=["accepted"])]
    reason: Long | None = None
    version: Number | None = None


class Remark(Model):
    """A comment."""

    text: Annotated[Long, Field(examples=["Đã xem tại chuyền."])]


class ReviewRequest(Model):
    """A review."""

    kind: Annotated[Literal["screening", "technical", "finance", "verification", "council"], Field(examples=["technical"])]
    text: Annotated[Long, Field(examples=["Khả thi, chi phí thấp."])]
    scores: Annotated[dict[Name, Annotated[float, Field(ge=-1e6, le=1e6)]], Field(max_length=50)] | None = None


class PlanRequest(Model):
    """How it is to be measured; with `freeze` the plan is put into the improvement."""

    at: Day
    report_days: Annotated[int, Field(ge=1, le=3660)] = 45
    controls: Literal["auto", "none"] | Annotated[list[Name], Field(min_length=1, max_length=50)] = "auto"
    method: Literal["auto", "controls", "series", "switchback"] = "auto"
    freeze: bool = False
    digest: Annotated[Name | None, Field(description="Freeze only the plan that was shown under it.")] = None
    override: Annotated[Long | None, Field(description="Why a plan that finds too little is taken.")] = None
    hindsight: Annotated[Long | None, Field(description="Why it comes after the change.")] = None
    version: Number | None = None


class InterventionRequest(Model):
    """When the change was tried, installed or taken back."""

    at: Moment
    kind: Annotated[Literal["trial", "install", "revert"], Field(examples=["install"])]
    note: Long | None = None
    version: Number | None = None


class DeclarationRequest(Model):
    """A benefit without machine data."""

    basis: Annotated[Long, Field(examples=["Biên bản nghiệm thu số 12"])]
    benefit: Amount | None = None
    documents: Annotated[list[Name], Field(max_length=50, default_factory=list)]


class BenefitRequest(Model):
    """The benefit of a year, in đồng."""

    year: Annotated[int, Field(ge=1, le=100, examples=[1])]
    amount: Amount
    low: Amount | None = None
    high: Amount | None = None
    content: Annotated[
        dict[Name, Any], Field(max_length=50, default_factory=dict, description="Assumptions and steps of the calculation.")
    ]


class AwardRequest(Model):
    """What is due for a year, after a rule pack."""

    rules: Annotated[Literal["VN-2012-13"], Field(examples=["VN-2012-13"])] = "VN-2012-13"
    year: Annotated[int, Field(ge=1, le=100)] = 1
    stage: Literal["advance", "final"] = "final"
    accept_unreviewed: bool = False


class PaymentRequest(Model):
    """When a reward was paid."""

    paid_on: Day
    document: Annotated[Name, Field(examples=["UNC 0045"])]


class MeetingRequest(Model):
    """A meeting of the council; the first member presides."""

    date: Day
    members: Annotated[list[Name], Field(min_length=1, max_length=100, examples=[["K007", "L001", "F001"]])]
    minutes: Annotated[Long, Field(examples=["Hội đồng thống nhất công nhận."])]


class VoteRequest(Model):
    """A vote; `member` if it is typed in for somebody who was there."""

    meeting_id: Annotated[Number, Field(examples=[1])]
    vote: Annotated[Literal["for", "against", "abstain", "conflict"], Field(examples=["for"])]
    member: Name | None = None
    reason: Long | None = None


class DecisionRequest(Model):
    """The council's decision."""

    decision_no: Annotated[Name, Field(examples=["15/QĐ-SK"])]
    decision_date: Day
    signer: Annotated[Name, Field(examples=["Giám đốc"])]
    meeting_id: Number | None = None
    level: Name | None = None
    accept_unreviewed: bool = False
    version: Number | None = None


class PersonRequest(Model):
    """Somebody who works here."""

    name: Annotated[Name, Field(examples=["Nguyễn Văn Ước"])]
    unit_id: Name | None = None
    job_title: Name | None = None
    qualification: Name | None = None
    birth_date: Day | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class UnitRequest(Model):
    """A unit of the plant."""

    name_vi: Name | None = None
    name_en: Name | None = None
    parent_id: Name | None = None
    headcount: Annotated[int, Field(ge=0, le=10**6)] | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class RoleRequest(Model):
    """A role, where and when it holds."""

    role: Annotated[
        Literal["operator", "author", "clerk", "reviewer", "verifier", "finance", "council", "admin", "read"],
        Field(examples=["reviewer"]),
    ]
    unit_id: Name | None = None
    line_id: Name | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class SubstitutionRequest(Model):
    """Who stands in, and for how long ("ủy quyền")."""

    deputy_id: Annotated[Name, Field(examples=["E0456"])]
    valid_from: Day
    valid_to: Day
    reason: Annotated[Name, Field(examples=["Giấy ủy quyền 08"])]
    role: Name | None = None


class PasswordRequest(Model):
    """A new password."""

    password: Annotated[
        Name,
        Field(
            min_length=10,
            max_length=200,
            examples=["mật khẩu đủ dài"],
            json_schema_extra={"writeOnly": True, "format": "password"},
        ),
    ]


class TokenRequest(Model):
    """What a token is for, and how long it holds."""

    name: Annotated[Name, Field(examples=["nightly export"])]
    days: Annotated[int, Field(ge=1, le=366)] = 90
    person_id: Annotated[Name | None, Field(description="As whom; oneself if left out.")] = None


class ReasonRequest(Model):
    """Why a machine stood."""

    machine_id: Annotated[Name, Field(examples=["Press01"])]
    start: Instant
    end: Annotated[Instant, Field(examples=["2026-03-02T08:20:00+07:00"])]
    reason_id: Annotated[Name, Field(examples=["MOLD"])]
