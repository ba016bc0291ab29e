"""From the plan to the payment through the API: the engine measures, money is not for everybody, the council decides."""

from __future__ import annotations

import pytest

from smartfab.improvements import Measurement
from smartfab.service.pictures import REPORT_POLICY
from tests.service.house import IDEA, PHOTO


def planned(house):
    name = house.idea()["id"]
    house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "accepted"}, status=200)
    house.ask("L001", "POST", f"/improvements/{name}/plan", json={"at": "2026-03-02", "freeze": True}, status=200)
    return name


def measured(house):
    name = planned(house)
    house.clock.set("2026-03-02")
    made = {"at": "2026-03-02", "kind": "install"}
    house.ask("E0123", "POST", f"/improvements/{name}/interventions", json=made, status=201)
    house.clock.set("2026-04-17")
    house.ask("E0123", "POST", f"/improvements/{name}/measurements", status=201)
    return name


def test_a_plan_is_shown_before_it_is_frozen_and_frozen_as_it_was_shown(house):
    name = house.idea()["id"]
    house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "accepted"}, status=200)
    house.ask("E0123", "GET", f"/improvements/{name}/plan", status=404)
    asked = {"at": "2026-03-02", "report_days": 40}
    shown = house.ask("E0123", "POST", f"/improvements/{name}/plan", json=asked, status=200).json()
    assert (shown["frozen"], shown["status"]) == (False, "adequate")
    assert 0 < shown["mde"] < 0.03
    assert "điểm" in shown["sentence"]["vi"]
    assert house.register.get(name).state == "accepted"
    other = {**asked, "freeze": True, "digest": "0" * 64}
    assert "shown" in house.ask("E0123", "POST", f"/improvements/{name}/plan", json=other, status=409).text
    frozen = house.ask("E0123", "POST", f"/improvements/{name}/plan", json={**other, "digest": shown["digest"]}, status=200)
    assert (frozen.json()["frozen"], house.register.get(name).state) == (True, "planned")
    assert house.ask("E0123", "GET", f"/improvements/{name}/plan").json()["digest"] == shown["digest"]


def test_a_plan_that_finds_too_little_needs_a_reason(house):
    name = house.idea(expected=0.001)["id"]
    house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "accepted"}, status=200)
    weak = {"at": "2026-03-02", "freeze": True}
    house.ask("E0123", "POST", f"/improvements/{name}/plan", json=weak, status=409)
    told = house.ask("E0123", "POST", f"/improvements/{name}/plan", json={**weak, "override": "Không đợi được"}, status=200)
    assert told.json()["status"] == "underpowered"
    assert told.json()["advice"]["vi"]


def test_the_engine_measures_and_nobody_else(house):
    name = measured(house)
    found = house.ask("K007", "GET", f"/improvements/{name}/measurements", status=200).json()
    assert (found[-1]["status"], found[-1]["grade"]) == ("gain_confirmed", "B")
    assert found[-1]["low"] < 0.03 < found[-1]["high"]
    assert house.register.get(name).state == "gain_confirmed"
    assert isinstance(house.register.reproduce(found[-1]["id"]), Measurement)
    for state in ("gain_confirmed", "loss_confirmed"):
        house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": state}, status=409)
    printed = house.ask("K007", "GET", f"/improvements/{name}/report?lang=en", status=200)
    assert "What an improvement was worth" in printed.text
    assert IDEA["title_vi"] in printed.text
    assert printed.headers["content-security-policy"] == REPORT_POLICY["Content-Security-Policy"]
    picture = house.ask("K007", "GET", f"/improvements/{name}/measurements/latest.svg", status=200)
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.rstrip().endswith("</svg>")


def test_the_verifier_is_of_another_unit_and_no_author(house):
    name = measured(house)
    house.ask("A001", "POST", "/people/E0456/roles", json={"role": "verifier"}, status=201)
    house.ask("A001", "POST", "/people/E0123/roles", json={"role": "verifier"}, status=201)
    for person in ("E0456", "E0123"):  # of the author's unit; the author
        house.ask(person, "POST", f"/improvements/{name}/transitions", json={"state": "verified"}, status=409)
    house.ask("K007", "POST", f"/improvements/{name}/transitions", json={"state": "verified"}, status=200)


def recognised(house):
    name = measured(house)
    house.ask("K007", "POST", f"/improvements/{name}/transitions", json={"state": "verified"}, status=200)
    met = {"date": "2026-04-17", "members": ["H001", "H002"], "minutes": "Thống nhất"}
    meeting = house.ask("H001", "POST", "/meetings", json=met, status=201).json()["id"]
    for member in ("H001", "H002"):
        vote = {"meeting_id": meeting, "vote": "for", "member": member}
        house.ask("H001", "POST", f"/improvements/{name}/votes", json=vote, status=201)
    said = {"decision_no": "15/QĐ", "decision_date": "2026-04-17", "signer": "Giám đốc", "meeting_id": meeting,
            "accept_unreviewed": True}  # fmt: skip
    decided = house.ask("H001", "POST", f"/improvements/{name}/decision", json=said, status=201).json()
    assert decided["certificate_no"] == "001/2026"
    return name


def test_the_council_decides_and_the_certificate_bears_the_head(house):
    name = recognised(house)
    page = house.ask("E0123", "GET", f"/improvements/{name}/papers/certificate", status=200)
    assert house.register.audit.head() in page.text
    assert "Nhà máy gạch" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    word = house.ask("E0123", "GET", f"/improvements/{name}/papers/certificate?form=docx", status=200)
    assert word.content.startswith(b"PK")
    house.ask("E0456", "GET", f"/improvements/{name}/papers/minutes", status=403)
    assert house.ask("E0123", "GET", f"/improvements/{name}").json()["noun"] == "sáng kiến"
    head = house.register.audit.head()
    assert house.ask("R001", "GET", "/audit/verify", params={"head": head}, status=200).json()["ok"] is True


def test_money_is_signed_by_finance_and_each_sees_his_own(house):
    name = recognised(house)
    benefit = {"year": 1, "amount": 2_246_400_000, "low": 674_400_000, "high": 3_818_400_000, "content": {"margin": "18000"}}
    number = house.ask("F001", "POST", f"/improvements/{name}/benefits", json=benefit, status=201).json()["id"]
    mine = house.ask("E0123", "GET", f"/improvements/{name}/benefits", status=200).json()
    assert (mine[0]["amount"], mine[0]["content"]) == (2_246_400_000, {})  # the margin is not for the author
    assert house.ask("F001", "GET", f"/improvements/{name}/benefits").json()[0]["content"] == {"margin": "18000"}
    for person in ("L001", "K007", "R001", "X009"):
        house.ask(person, "GET", f"/improvements/{name}/benefits", status=403)
    signed = house.ask("F001", "POST", f"/improvements/{name}/benefits/{number}/signature", status=200).json()
    assert signed[0]["signed_by"] == "F001"
    award = {"year": 1, "accept_unreviewed": True}
    rows = house.ask("F001", "POST", f"/improvements/{name}/rewards", json=award, status=201).json()
    assert [(row["person_id"], row["gross"]) for row in rows] == [("E0123", 157_248_000)]
    assert house.ask("E0123", "GET", f"/improvements/{name}/rewards").json() == rows
    house.ask("E0456", "GET", f"/improvements/{name}/rewards", status=403)
    paid = {"paid_on": "2026-04-17", "document": "UNC 45"}
    path = f"/improvements/{name}/rewards/{rows[0]['reward_id']}/payment"
    assert house.ask("F001", "POST", path, json=paid, status=200).json()[0]["paid_on"] == "2026-04-17"
    house.ask("F001", "POST", path, json=paid, status=422)
    other = house.idea(title_vi="Khác")["id"]
    house.ask("F001", "POST", f"/improvements/{other}/benefits/{number}/signature", status=404)


def test_several_authors_each_see_their_own_pay(house):
    shares = [{"person_id": "E0123", "share": 60}, {"person_id": "E0456", "share": 40}]
    name = house.idea(authors=shares, track="no_measurement", lane="standard")["id"]
    house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "accepted"}, status=200)
    house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "applied"}, status=200)
    declared = {"basis": "Biên bản 12", "benefit": 10_000_000, "documents": ["12/BB"]}
    house.ask("E0123", "POST", f"/improvements/{name}/declarations", json=declared, status=201)
    house.ask("K007", "POST", f"/improvements/{name}/transitions", json={"state": "verified"}, status=200)
    said = {"decision_no": "1", "decision_date": "2026-02-23", "signer": "Giám đốc", "accept_unreviewed": True}
    house.ask("H001", "POST", f"/improvements/{name}/decision", json=said, status=201)
    house.ask("F001", "POST", f"/improvements/{name}/rewards", json={"accept_unreviewed": True}, status=201)
    seen = {person: [row["person_id"] for row in house.ask(person, "GET", f"/improvements/{name}/rewards").json()]
            for person in ("E0123", "E0456", "F001")}  # fmt: skip
    assert seen == {"E0123": ["E0123"], "E0456": ["E0456"], "F001": ["E0123", "E0456"]}
    told = {person: house.ask(person, "GET", f"/improvements/{name}/declarations").json()[0]["benefit"]
            for person in ("E0456", "L001", "F001")}  # fmt: skip
    assert told == {"E0456": 10_000_000, "L001": None, "F001": 10_000_000}


def test_a_5s_fix_goes_its_short_way_on_a_photo(house):
    name = house.idea(track="no_measurement")["id"]
    house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "accepted"}, status=200)
    house.ask("L001", "POST", f"/improvements/{name}/transitions", json={"state": "applied"}, status=200)
    house.ask("K007", "POST", f"/improvements/{name}/transitions", json={"state": "verified"}, status=409)
    house.ask("E0123", "POST", f"/improvements/{name}/attachments", files={"file": ("sau.jpg", PHOTO)}, status=201)
    house.ask("K007", "POST", f"/improvements/{name}/transitions", json={"state": "verified"}, status=200)


def test_without_a_plant_the_service_says_how_to_connect_one(house, monkeypatch):
    name = planned(house)
    monkeypatch.setattr(house.app.state, "hall", type(house.app.state.hall)(house.register, None, house.settings))
    for method, path in (
        ("POST", f"/improvements/{name}/plan"),
        ("GET", "/stops"),
        ("GET", "/oee?from=2026-02-01&to=2026-02-02"),
    ):
        answer = house.ask("L001", method, path, json={"at": "2026-03-02"} if method == "POST" else None, status=409)
        assert "--plant" in answer.text


@pytest.mark.parametrize(("person", "machines"), [("O001", ["Press01"]), ("L001", ["Press01", "Press02"])])
def test_stops_are_those_of_the_own_line(house, person, machines):
    assert [row["machine_id"] for row in house.ask(person, "GET", "/stops", status=200).json()["rows"]] == machines


def test_a_reason_is_given_once_and_only_for_the_own_line(house):
    row = house.ask("O001", "GET", "/stops").json()["rows"][0]
    said = {"machine_id": "Press01", "start": row["start"], "end": row["end"], "reason_id": "JAM"}
    house.ask("O001", "POST", "/stops/reason", json=said, status=204)
    assert house.plant.reasons == [("Press01", row["start"], row["end"], "JAM", "O001")]
    house.ask("O001", "POST", "/stops/reason", json={**said, "machine_id": "Press02"}, status=403)
    house.ask("L001", "POST", "/stops/reason", json={**said, "machine_id": "Oven"}, status=404)


def test_oee_is_null_where_nothing_is_known(house):
    rows = house.ask("R001", "GET", "/oee?from=2026-02-20&to=2026-02-21", status=200).json()["rows"]
    assert [(row["line_id"], row["oee"]) for row in rows] == [("L3", 0.61), ("L4", None)]


def test_statistics_and_metrics(house):
    house.idea()
    assert house.ask("E0123", "GET", "/stats", status=200).json()["state"] == {"submitted": 1}
    rows = house.ask("L001", "GET", "/emulation?from=2026-01-01&to=2027-01-01", status=200).json()["rows"]
    assert [(row["unit"], row["submitted"]) for row in rows if row["submitted"]] == [("DAP", 1.0)]
    assert "benefit" not in rows[0]
    text = house.ask("R001", "GET", "/metrics", status=200).text
    assert 'smartfab_improvements{state="submitted"} 1' in text
    assert 'smartfab_http_responses_total{method="POST",status="201"} 1' in text
