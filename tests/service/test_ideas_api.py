"""The contract of /v1 for ideas: versions, keys, pages, reach, files, languages."""

from __future__ import annotations

import threading

import pytest

from tests.service.house import IDEA, PHOTO


def test_an_idea_is_proposed_read_changed_and_brought_on(house):
    made = house.ask("E0123", "POST", "/improvements", json=IDEA, status=201)
    idea = made.json()
    assert (made.headers["etag"], made.headers["location"]) == ('"1"', f"/v1/improvements/{idea['id']}")
    assert (idea["authors"], idea["unit_id"], idea["noun"]) == ([{"person_id": "E0123", "share": "100"}], "DAP", "giải pháp")
    changed = house.ask("E0123", "PATCH", f"/improvements/{idea['id']}", json={"solution": "Hai bên"}, status=200,
                        headers={"If-Match": '"1"'})  # fmt: skip
    assert (changed.json()["solution"], changed.headers["etag"]) == ("Hai bên", '"2"')
    house.ask("L001", "POST", f"/improvements/{idea['id']}/transitions", json={"state": "accepted"}, status=200)
    read = house.ask("E0123", "GET", f"/improvements/{idea['id']}", status=200)
    assert (read.json()["state"], read.json()["version"]) == ("accepted", 3)
    same = house.ask("E0123", "GET", f"/improvements/{idea['id']}", headers={"If-None-Match": read.headers["etag"]}, status=304)
    assert same.content == b""
    steps = house.ask("E0123", "GET", f"/improvements/{idea['id']}/history").json()
    assert [(step["action"], step["by"], step["to_state"]) for step in steps] == [
        ("submit", "E0123", "submitted"), ("edit", "E0123", None), ("transition", "L001", "accepted"),
    ]  # fmt: skip
    assert house.register.audit.verify()


def test_whoever_is_too_late_gets_the_newer_text(house):
    name = house.idea()["id"]
    put = {"headers": {"If-Match": '"1"'}}
    house.ask("E0123", "PATCH", f"/improvements/{name}", json={"solution": "Một"}, status=200, **put)
    late = house.ask("E0123", "PATCH", f"/improvements/{name}", json={"solution": "Hai"}, status=412, **put)
    assert (late.json()["current"]["solution"], late.json()["current"]["version"]) == ("Một", 2)
    stale = house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "accepted", "version": 1}, status=409)
    assert stale.json()["current"]["version"] == 2
    house.ask("E0123", "PATCH", f"/improvements/{name}", json={"solution": "Hai"}, status=428)
    house.ask("E0123", "PATCH", f"/improvements/{name}", json={"solution": "Hai"}, headers={"If-Match": "*"}, status=200)


@pytest.mark.parametrize("tag", ['"x"', "", '"99999999999"', '"-1"', '"１"'])
def test_a_tag_that_is_no_version_is_stale(house, tag):
    name = house.idea()["id"]
    sent = {"If-Match": tag.encode()}
    house.ask("E0123", "PATCH", f"/improvements/{name}", json={"solution": "Hai"}, headers=sent, status=412)


def test_sixteen_at_once_are_one_after_the_other(house):
    """Each adds a line to the text it read, and tries again when somebody was faster: no line is lost."""
    name = house.idea(solution="0")["id"]

    def add(n):
        with house.client("E0123") as client:
            while True:
                read = client.get(f"/v1/improvements/{name}")
                text = f"{read.json()['solution']}\n{n}"
                sent = {"If-Match": read.headers["etag"]}
                answer = client.patch(f"/v1/improvements/{name}", json={"solution": text}, headers=sent)
                if answer.status_code == 200:
                    return
                assert answer.status_code == 412, answer.text

    writers = [threading.Thread(target=add, args=(n,)) for n in range(1, 17)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    text = house.ask("E0123", "GET", f"/improvements/{name}").json()["solution"]
    assert sorted(map(int, text.split("\n"))) == list(range(17))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", IDEA), ("/{id}/comments", {"text": "Xem"}), ("/{id}/transitions", {"state": "submitted"}),
        ("/{id}/declarations", {"basis": "Biên bản"}),
    ],
)  # fmt: skip
def test_the_same_key_is_carried_out_once(house, path, body):
    name = house.idea(draft=True)["id"]
    sent = {"path": f"/improvements{path.replace('{id}', name)}", "json": body, "headers": {"Idempotency-Key": "k-1"}}
    first, again = (house.ask("E0123", "POST", **sent) for _ in range(2))
    assert first.status_code == again.status_code
    assert first.status_code in {200, 201}
    assert first.json() == again.json()
    rows = house.register.audit.verify().rows
    assert house.ask("E0123", "POST", **sent).json() == first.json()
    assert house.register.audit.verify().rows == rows
    other = {**body, next(iter(body)): "closed", **({"reason": "x"} if "state" in body else {})}
    house.ask("E0123", "POST", sent["path"], json=other, headers=sent["headers"], status=409)


def test_keys_of_different_people_do_not_meet(house):
    for person in ("E0123", "E0456"):
        house.ask(person, "POST", "/improvements", json=IDEA, headers={"Idempotency-Key": "1"}, status=201)
    assert len(house.register.search()) == 2


def test_pages_follow_each_other_without_a_gap(house):
    names = [house.idea(title_vi=f"Ý {n}")["id"] for n in range(7)]
    seen, path = [], "/improvements?limit=3"
    while path is not None:
        answer = house.ask("E0123", "GET", path, status=200)
        seen += [item["id"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"].split("/v1")[1] if "next" in answer.links else None
        assert (answer.json()["next_offset"] is None) is (path is None)
    assert sorted(seen) == sorted(names)


@pytest.mark.parametrize(("words", "found"), [("ga nhanh", 1), ("GÁ", 1), ("băng tải", 1), ("khong co", 0), ("%", 0), ("'", 0)])
def test_search_folds_diacritics_and_takes_nothing_for_a_command(house, words, found):
    house.idea()
    house.idea(title_vi="Che băng tải", problem="x", solution="y")
    assert len(house.ask("E0123", "GET", "/improvements", params={"q": words}).json()["items"]) == found


def test_another_units_idea_is_neither_read_nor_listed(house):
    name = house.idea()["id"]
    house.ask("X009", "GET", f"/improvements/{name}", status=403)
    assert house.ask("X009", "GET", "/improvements").json()["items"] == []
    assert [item["id"] for item in house.ask("L001", "GET", "/improvements").json()["items"]] == [name]
    shared = house.idea("X009", authors=[{"person_id": "X009", "share": 50}, {"person_id": "E0456", "share": 50}])["id"]
    assert {item["id"] for item in house.ask("E0456", "GET", "/improvements").json()["items"]} == {name, shared}


def test_a_deputy_may_what_the_other_may_for_those_days(house):
    name = house.idea()["id"]
    house.ask("X009", "POST", f"/improvements/{name}/transitions", json={"state": "screening"}, status=403)
    away = {"deputy_id": "X009", "valid_from": "2026-02-23", "valid_to": "2026-02-25", "reason": "Nghỉ phép"}
    house.ask("L001", "POST", "/people/L001/substitutions", json=away, status=201)
    house.ask("X009", "POST", f"/improvements/{name}/transitions", json={"state": "screening"}, status=200)
    house.clock.set("2026-02-25")
    house.ask("X009", "POST", f"/improvements/{name}/transitions", json={"state": "accepted"}, status=403)


def test_a_clerk_types_for_the_author_and_nobody_else_does(house):
    paper = {**IDEA, "on_behalf_of": "E0456", "paper_no": "P-7", "authors": [{"person_id": "E0456", "share": 100}]}
    house.ask("E0123", "POST", "/improvements", json=paper, status=403)
    made = house.ask("C001", "POST", "/improvements", json=paper, status=201).json()
    assert (made["by"], made["entered_by"], made["paper_no"]) == ("E0456", "C001", "P-7")
    changed = house.ask(
        "C001", "PATCH", f"/improvements/{made['id']}", json={"solution": "Rõ hơn"}, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200
    assert house.register.history(made["id"])[-1].by == "E0456"


def test_a_file_comes_back_as_it_was_and_is_never_run(house):
    name = house.idea()["id"]
    sent = {"files": {"file": ('../../Ảnh "1".jpg', PHOTO, "text/html")}, "data": {"kind": "before"}}
    made = house.ask("E0123", "POST", f"/improvements/{name}/attachments", status=201, **sent).json()
    assert made["media_type"] == "image/jpeg"
    assert "/" not in made["name"]
    back = house.ask("L001", "GET", f"/improvements/{name}/attachments/{made['id']}", status=200)
    assert back.content == PHOTO
    assert back.headers["content-type"] == "application/octet-stream"
    assert back.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert back.headers["x-content-type-options"] == "nosniff"
    other = house.idea(title_vi="Khác")["id"]
    house.ask("L001", "GET", f"/improvements/{other}/attachments/{made['id']}", status=404)


@pytest.mark.parametrize(("lang", "title"), [("vi", "Không tìm thấy"), ("en", "Not found"), ("de, en;q=0.5", "Not found")])
def test_a_problem_speaks_the_readers_language(house, lang, title):
    answer = house.ask("E0123", "GET", "/improvements/CT-1", headers={"Accept-Language": lang}, status=404)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["title"], answer.json()["title_en"], answer.json()["status"]) == (title, "Not found", 404)


def test_every_fault_of_a_proposal_is_told_at_once(house):
    wrong = {**IDEA, "authors": [{"person_id": "E0123", "share": 60}, {"person_id": "E9999", "share": 30}],
             "expected": 3.0, "proposed_on": "2027-01-01"}  # fmt: skip
    faults = house.ask("E0123", "POST", "/improvements", json=wrong, status=422).json()["faults"]
    assert {fault["where"].split(".")[0] for fault in faults} >= {"authors", "expected", "proposed_on"}
    assert house.register.search() == []
