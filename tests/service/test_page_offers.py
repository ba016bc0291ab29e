"""What the pages offer to whom, in which words, and that nonsense in an address breaks nothing."""

from __future__ import annotations

import pytest

from smartfab.improvements.register import ROLES, STATES, Person
from smartfab.service.rights import STEPS
from smartfab.service.web.page_words import words
from tests.service.test_proof_api import measured


@pytest.mark.parametrize(
    "path",
    ["/lines?from=x&to=2026-02-30", "/lines?from=1900-01-01&to=2199-01-01", "/reports?from=x&to=y",
     "/ideas?state=x&line_id=%00",
     "/stops/explain?machine_id=x&start=x&end=y", "/ideas/{id}/plan?at=x", "/ideas/{id}/plan?at=1900-01-01",
     "/ideas/{id}/plan?at=2026-03-02&report_days=x", "/ideas/{id}/files/x", "/ideas/{id}/papers/x", "/people/%00"],
)  # fmt: skip
def test_nonsense_in_an_address_breaks_nothing(house, path):
    answer = house.visitor("A001").get(path.replace("{id}", house.idea()["id"]))
    assert answer.status_code in {200, 403, 404, 422}, answer.text
    assert "Traceback" not in answer.text


def test_a_refusal_says_in_the_readers_language_what_to_do(house):
    visitor = house.visitor("E0123")
    assert "Hãy hỏi người quản trị" in visitor.get("/people", headers={"Accept-Language": "vi"}).text
    assert "Ask an administrator" in visitor.get("/people", headers={"Accept-Language": "en"}).text


def test_every_step_role_and_paper_has_its_word():
    held = set(words("vi"))
    assert {f"role_{role}" for role in ROLES} <= held
    assert {f"step_{state}" for state in STEPS if state in STATES} <= held


def test_ones_own_ideas_can_all_be_found(house):
    for number in range(9):
        house.idea(title_vi=f"Của tôi {number}")
    house.idea("E0456", title_vi="Của người khác")
    visitor = house.visitor("E0123")
    home = visitor.get("/").text
    assert home.count('<article class="card">') == 8
    mine = visitor.get("/ideas?author=E0123").text
    assert 'href="/ideas?author=E0123"' in home
    assert mine.count('<article class="card">') == 9
    assert "Của người khác" not in mine


def test_papers_are_offered_to_those_who_may_see_them(house):
    name = house.idea()["id"]
    assert f"/ideas/{name}/papers/application" in house.visitor("E0123").get(f"/ideas/{name}").text
    assert "/papers/" not in house.visitor("X009").get(f"/ideas/{name}").text
    assert "/papers/" not in house.visitor("R001").get(f"/ideas/{name}").text


def test_an_expectation_is_told_as_the_plant_speaks_of_it(house):
    name = house.idea(expected=0.03)["id"]
    visitor = house.visitor("E0123")
    shown = {lang: visitor.get(f"/ideas/{name}", headers={"Accept-Language": lang}).text for lang in ("vi", "en")}
    assert "3,0 điểm %" in shown["vi"]
    assert "3.0 points" in shown["en"]
    assert 'value="0,03"' in visitor.get(f"/ideas/{name}/edit", headers={"Accept-Language": "vi"}).text
    assert 'value="0.03"' in visitor.get(f"/ideas/{name}/edit", headers={"Accept-Language": "en"}).text


def test_people_are_found_and_shown_some_at_a_time(house):
    names = [Person(f"N{number:03d}", f"Đường Hàn {number}", "HAN") for number in range(205)]
    house.register.people.put(people=names, by="setup")
    first = house.ask("A001", "GET", "/people?q=duong", status=200)
    assert len(first.json()) == 200
    rest = house.web.get(first.links["next"]["url"], headers=house.headers("A001"))
    assert [person["person_id"] for person in rest.json()] == [f"N{number}" for number in range(200, 205)]
    assert "link" not in rest.headers
    visitor = house.visitor("A001")
    page = visitor.get("/people?q=duong+han+20").text
    assert page.count('<td><a href="/people/N') == 7  # 20, 120, 200 to 204
    assert 'href="/people?q=&amp;n=100"' in visitor.get("/people").text


def test_a_picture_kept_by_the_browser_is_one_of_the_readers_language(house):
    name = measured(house)
    visitor = house.visitor("E0123")
    pages = [visitor.get(f"/ideas/{name}", headers={"Accept-Language": lang}).text for lang in ("vi", "en")]
    vi, en = (page.split('src="/ideas/')[1].split('"')[0] for page in pages)
    assert vi.startswith(f"{name}/gain.svg")
    assert vi != en
