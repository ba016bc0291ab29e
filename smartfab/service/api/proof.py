"""Plans, changes, measurements, declarations."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from smartfab.improvements import Plan
from smartfab.improvements.canonical import plain
from smartfab.service.api.callers import Asking, answered, problems, scoped, wanted_version
from smartfab.service.api.fields import Id, IfMatch, Key
from smartfab.service.api.quick_routes import QuickRoute
from smartfab.service.api.requests import DeclarationRequest, InterventionRequest, PlanRequest
from smartfab.service.api.responses import DeclarationOut, ImprovementOut, InterventionOut, Made, MeasurementOut, PlanOut
from smartfab.service.pictures import PICTURE_POLICY, REPORT_POLICY, as_svg, drawn
from smartfab.service.refusals import NotFound

router = APIRouter(route_class=QuickRoute, tags=["proof"])
Lang = Annotated[Literal["vi", "en"], Query()]


@router.get("/improvements/{improvement_id}/plan", responses=problems(404))
def frozen_plan(office: Asking, improvement_id: Id) -> PlanOut:
    """Return the plan that was frozen last."""
    found = office.frozen(improvement_id)
    if found is None:
        raise NotFound("no plan", where=improvement_id, expected="a plan that was frozen")
    return _told(found.plan, frozen=True)


@router.post("/improvements/{improvement_id}/plan", responses=problems(404, 409, 412))
def make_plan(
    office: Asking, improvement_id: Id, asked: PlanRequest, if_match: IfMatch = None, idempotency_key: Key = None
) -> PlanOut:
    """Tell what a measurement will be able to find; with `freeze`, put that plan into the improvement."""
    how = asked.model_dump(include={"at", "report_days", "controls", "method"})
    if not asked.freeze:
        return _told(office.draft_plan(improvement_id, how), frozen=False)
    _, made = office.freeze(
        improvement_id, how, digest=asked.digest, override=asked.override, hindsight=asked.hindsight,
        version=wanted_version(if_match, asked.version, needed=False), key=scoped(idempotency_key, office),
    )  # fmt: skip
    return _told(made, frozen=True)


@router.get("/improvements/{improvement_id}/interventions", responses=problems(404))
def interventions(office: Asking, improvement_id: Id) -> list[InterventionOut]:
    """Return what was done to the line."""
    return [InterventionOut.model_validate(row) for row in office.interventions(improvement_id)]


@router.post("/improvements/{improvement_id}/interventions", status_code=201, responses=problems(404, 409, 412))
def intervene(
    office: Asking, improvement_id: Id, said: InterventionRequest, response: Response, if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> ImprovementOut:  # fmt: skip
    """Say when the change was tried, installed or taken back."""
    item = office.intervene(
        improvement_id, at=said.at, kind=said.kind, note=said.note, key=scoped(idempotency_key, office),
        version=wanted_version(if_match, said.version, needed=False),
    )  # fmt: skip
    return answered(item, response)


@router.get("/improvements/{improvement_id}/measurements", responses=problems(404))
def measurements(office: Asking, improvement_id: Id) -> list[MeasurementOut]:
    """Return its measurements; the last one holds."""
    return [MeasurementOut.model_validate(found) for found in office.measurements(improvement_id)]


@router.post("/improvements/{improvement_id}/measurements", status_code=201, responses=problems(404, 409))
def measure(office: Asking, improvement_id: Id) -> MeasurementOut:
    """Let the engine measure after the frozen plan; nobody types a measurement."""
    return MeasurementOut.model_validate(office.measure(improvement_id))


@router.get(
    "/improvements/{improvement_id}/measurements/latest.svg", response_class=Response,
    responses={200: {"description": "the picture", "content": {"image/svg+xml": {}}}, **problems(404)},
)  # fmt: skip
def gain_picture(office: Asking, improvement_id: Id, lang: Lang = "vi") -> Response:
    """Return the measured gain as a picture."""
    measured = office.measured(improvement_id)
    if measured is None:
        raise NotFound("no measurement", where=improvement_id, expected="one that was made")
    data = as_svg(drawn(lambda: measured.plot(lang=lang)))
    return Response(data, media_type="image/svg+xml", headers=PICTURE_POLICY)


@router.get(
    "/improvements/{improvement_id}/report", response_class=Response,
    responses={200: {"description": "the page", "content": {"text/html": {}}}, **problems(404, 409)},
)  # fmt: skip
def report(office: Asking, improvement_id: Id, lang: Lang = "vi") -> Response:
    """Return the printed page of what it was worth by measurement, with its evidence."""
    return Response(office.report(improvement_id, lang), media_type="text/html", headers=REPORT_POLICY)


@router.get("/improvements/{improvement_id}/declarations", responses=problems(404))
def declarations(office: Asking, improvement_id: Id) -> list[DeclarationOut]:
    """Return what was declared; amounts only for those who may see money."""
    return [DeclarationOut.model_validate(row) for row in office.declarations(improvement_id)]


@router.post("/improvements/{improvement_id}/declarations", status_code=201, responses=problems(404, 409))
def declare(office: Asking, improvement_id: Id, said: DeclarationRequest, idempotency_key: Key = None) -> Made:
    """Declare a benefit that no machine data show."""
    number = office.declare(
        improvement_id, basis=said.basis, benefit=said.benefit, documents=said.documents, key=scoped(idempotency_key, office)
    )
    return Made(id=number)


def _told(made: Plan, *, frozen: bool) -> PlanOut:
    mde = made.mde()
    return PlanOut(
        status=made.status, mde=mde if mde == mde and abs(mde) != float("inf") else None, digest=made.digest, frozen=frozen,  # noqa: PLR0124  NaN
        sentence={lang: made.sentence(lang) for lang in ("vi", "en")},
        advice={lang: list(made.suggest(lang=lang)) for lang in ("vi", "en")}, plan=plain(made.to_dict()),
    )  # fmt: skip
