"""The OpenAPI document and the service agree: requests made from it, right and wrong ones, are answered as it says."""

from __future__ import annotations

import contextlib
from collections import Counter

import pytest
import schemathesis
from schemathesis.engine import events, from_schema

import smartfab as sf
from smartfab.improvements.register import ROLES, Person
from smartfab.service import create_app
from smartfab.service.plant_side import PlantSide
from tests.service.house import IDEA, House

ME = "A001"
BY_THE_RULES = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "428"]
"""What a request that fits its schema may get: shares may not sum to 100, and another request may have ended its token."""
CONFIG = {
    "seed": 20, "continue-on-failure": True, "generation": {"max-examples": 5, "deterministic": True, "database": "none"},
    "checks": {"positive_data_acceptance": {"expected-statuses": BY_THE_RULES}},
}  # fmt: skip


@contextlib.contextmanager
def served(folder):
    """A register with people, and a plant with a store, behind the service."""
    sim = sf.simulation.line(days=0.1)
    sf.open_store(folder / "store").append("samples", sim.samples)
    made = House(f"sqlite:///{folder / 'plant.db'}", folder).fill()
    made.clock.set("2026-03-03")
    made.app = create_app(made.settings, register=made.register, plant=PlantSide(sim.plant, folder / "store", made.clock))
    for role in ROLES:
        made.register.people.grant(ME, role, by="setup")
    with made.open():
        yield made


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with served(tmp_path_factory.mktemp("asked")) as opened:
        yield opened


@pytest.fixture
def stirred(tmp_path):
    """One for itself: its people and tokens do not outlive what is asked of it."""
    with served(tmp_path) as opened:
        yield opened


def all_powerful(house):
    """Let requests bear a token of somebody with every role, and give another where a request ended that one."""
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", house.app, config=schemathesis.Config.from_dict(CONFIG))
    access, people = house.register.access, house.register.people

    @schema.auth(refresh_interval=None)
    class Token:
        held = ""

        def get(self, case, context):
            if access.token_owner(Token.held) is None:
                people.put(people=[Person(ME, "Quản trị")], by="setup")
                Token.held = access.make_token(ME, "schema", days=300, by="setup")[1]
            return Token.held

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"

    return schema


def test_every_answer_is_one_the_document_tells_of(stirred):
    """All checks of schemathesis: statuses, media types, bodies, headers, wrong data refused, no token, no such method."""
    faults, answers, phases, broken = [], Counter(), [], []
    for event in from_schema(all_powerful(stirred)).execute():
        if isinstance(event, events.ScenarioFinished):
            kept = event.recorder
            answers.update(one.response.status_code for one in kept.interactions.values() if one.response is not None)
            checks = [check.failure_info for made in kept.checks.values() for check in made]
            faults += [
                f"{kept.label}: {told.failure.title}\n{told.failure.message}\n{told.code_sample}" for told in checks if told
            ]
        elif isinstance(event, events.PhaseFinished):
            phases.append((event.phase.name.value, event.phase.is_enabled))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            broken.append(str(getattr(event, "info", event)))
    assert faults == [], "\n\n".join(faults)
    assert broken == []
    assert {"examples", "coverage", "fuzzing", "stateful"} <= {name.lower().split()[0] for name, enabled in phases if enabled}
    assert answers[200] > 100 < answers[422]
    assert answers[401] > 50 < answers[405]
    assert stirred.register.audit.verify()


@pytest.fixture(scope="module")
def document(house):
    return house.app.openapi()


def operations(document):
    return [(method, path, told) for path, methods in document["paths"].items() for method, told in methods.items()]


def test_every_error_is_a_problem_with_a_schema(document):
    for method, path, told in operations(document):
        errors = {status: answer for status, answer in told["responses"].items() if int(status) >= 400}
        assert {"500", "503"} <= set(errors)
        assert ("401" in errors) is (path != "/v1/health"), path
        for status, answer in errors.items():
            assert answer["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }, (method, path, status)  # fmt: skip


def test_every_body_and_parameter_that_must_be_there_has_an_example(document):
    schemas = document["components"]["schemas"]
    for method, path, told in operations(document):
        for parameter in told.get("parameters", []):
            if parameter["required"] and "number" not in parameter["name"]:
                assert {"examples", "enum"} & set(parameter["schema"]), (method, path, parameter["name"])
        body = told.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            schema = schemas[body["schema"]["$ref"].rpartition("/")[2]]
            for name in schema.get("required", []) if "examples" not in schema else []:
                assert {"examples", "enum", "const"} & set(schema["properties"][name]), (method, path, name)


def test_whoever_is_unknown_learns_nothing_else(house, document):
    """401 comes before 404 and 422: a stranger is told neither what is there nor what is wrong with a request."""
    for method, path, told in operations(document):
        where = path.replace("{number}", "no-number").replace("{name}", "nothing")
        answer = house.web.request(method.upper(), where, content="{no json" if "requestBody" in told else None)
        assert (answer.status_code == 401) is (path != "/v1/health"), (method, path, answer.status_code)


def test_a_method_that_is_not_offered_names_those_that_are(house):
    answer = house.ask(ME, "PUT", "/improvements/CT-1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, PATCH")
    assert house.web.delete("/ideas").headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("/meetings", {"date": "2026-02-30", "members": ["H001"], "minutes": "x"}, "date"),
        ("/meetings", {"date": 20260201, "members": ["H001"], "minutes": "x"}, "date"),
        ("/improvements", {**IDEA, "draft": "true"}, "draft"), ("/improvements", {**IDEA, "expected": "0.03"}, "expected"),
        ("/improvements", {**IDEA, "authors": [{"person_id": "A001", "share": "100"}]}, "share"),
        ("/tokens", {"name": "x", "days": "9"}, "days"), ("/tokens", {"name": "x", "days": True}, "days"),
        ("/stops/reason", {"machine_id": "Press01", "start": "2026-03-02T08:00", "end": "2026-03-02T09:00:00Z",
                           "reason_id": "JAM"}, "start"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_or_no_day_of_the_calendar_is_refused(house, path, body, fault):
    answer = house.ask("L001", "POST", path, json=body, status=422)
    assert [told["where"] for told in answer.json()["faults"] if fault in told["where"]], answer.text


@pytest.mark.parametrize(("ask", "where"), [("oee?from=2020-01-01&to=2026-01-01", "from, to"), ("plan", "at")])
def test_nobody_keeps_the_service_busy_with_a_window_of_centuries(house, ask, where):
    if ask == "plan":
        made = house.idea("E0123", line_id="L1")["id"]
        answer = house.ask("E0123", "POST", f"/improvements/{made}/plan", json={"at": "1900-03-02"})
    else:
        answer = house.ask("R001", "GET", f"/{ask}")
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, where)


@pytest.mark.parametrize(
    "path",
    ["/lines?from=x", "/lines?from=2026-02-30", "/lines?from=1900-01-01", "/lines?from=2199-01-01",
     "/stops/explain?machine_id=x&start=1&end=2",
     "/ideas/{id}/plan?at=x", "/ideas/{id}/plan?at=1900-01-01", "/ideas/{id}/report"],
)  # fmt: skip
def test_nonsense_in_the_address_of_a_page_is_refused(house, path):
    made = house.idea("E0123", line_id="L1")["id"]
    answer = house.visitor("E0123").get(path.replace("{id}", made))
    assert answer.status_code in {200, 403, 404, 409, 422}, answer.text
