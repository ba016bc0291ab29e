"""Benefits, signatures, rewards, payments."""

from __future__ import annotations

from fastapi import APIRouter

from smartfab.service.api.callers import Asking, problems, scoped
from smartfab.service.api.fields import Id, Key, RowId
from smartfab.service.api.quick_routes import QuickRoute
from smartfab.service.api.requests import AwardRequest, BenefitRequest, PaymentRequest
from smartfab.service.api.responses import BenefitOut, Made, RewardOut

router = APIRouter(route_class=QuickRoute, tags=["money"])


@router.get("/improvements/{improvement_id}/benefits", responses=problems(404))
def benefits(office: Asking, improvement_id: Id) -> list[BenefitOut]:
    """Return the benefits in money, for finance, administrators and the authors."""
    return [BenefitOut.model_validate(row) for row in office.benefits(improvement_id)]


@router.post("/improvements/{improvement_id}/benefits", status_code=201, responses=problems(404, 409))
def value(office: Asking, improvement_id: Id, said: BenefitRequest, idempotency_key: Key = None) -> Made:
    """Write down the benefit of a year, with what it was computed from."""
    return Made(id=office.value(improvement_id, **said.model_dump(), key=scoped(idempotency_key, office)))


@router.post("/improvements/{improvement_id}/benefits/{number}/signature", responses=problems(404))
def sign(office: Asking, improvement_id: Id, number: RowId) -> list[BenefitOut]:
    """Sign a benefit for finance; an author cannot sign his own."""
    office.sign(improvement_id, number)
    return [BenefitOut.model_validate(row) for row in office.benefits(improvement_id)]


@router.get("/improvements/{improvement_id}/rewards", responses=problems(404))
def rewards(office: Asking, improvement_id: Id) -> list[RewardOut]:
    """Return what was awarded: all of it for finance, one's own for an author."""
    return [RewardOut.model_validate(row) for row in office.rewards(improvement_id)]


@router.post("/improvements/{improvement_id}/rewards", status_code=201, responses=problems(404, 409))
def award(office: Asking, improvement_id: Id, said: AwardRequest, idempotency_key: Key = None) -> list[RewardOut]:
    """Award what is due for a year after a rule pack."""
    rows = office.award(improvement_id, key=scoped(idempotency_key, office), **said.model_dump())
    return [RewardOut.model_validate(row) for row in rows]


@router.post("/improvements/{improvement_id}/rewards/{number}/payment", responses=problems(404))
def pay(office: Asking, improvement_id: Id, number: RowId, said: PaymentRequest) -> list[RewardOut]:
    """Write down that a reward was paid."""
    office.pay(improvement_id, number, paid_on=said.paid_on, document=said.document)
    return [RewardOut.model_validate(row) for row in office.rewards(improvement_id)]
