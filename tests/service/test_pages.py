"""The web page without any JavaScript: every form, in both languages; what other sites and old pages send is refused."""

from __future__ import annotations

import html.parser

import pytest

from smartfab.service.web.page_words import words
from smartfab.service.web.proposal_forms import fields_of, said_of
from smartfab.service.web.sign_in import inside
from tests.service.house import PHOTO

PASSWORD = "mật-khẩu-rất-dài"
SAID = {"title_vi": "Gá nhanh", "problem": "Thay khuôn lâu", "solution": "Gá côn", "line_id": "L3", "kpi": "oee",
        "expected": "0,02", "track": "measured"}  # fmt: skip


class _Forms(html.parser.HTMLParser):
    """The forms of a page: action, and the fields a browser would send."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif given.get("type") == "checkbox":
            assert "checked" not in given
        elif tag in {"input", "textarea", "select"} and self.found and "name" in given:
            self.found[-1][1].setdefault(given["name"], given.get("value", ""))


def form(visitor, page, action):
    """The hidden fields of the form with this action."""
    return next(fields for to, fields in _Forms(visitor.get(page).text).found if to == action and "form_key" in fields)


def send(visitor, page, action, **said):
    """Fill in a form of a page and send it, as a browser does."""
    fields = {name: value for name, value in form(visitor, page, action).items() if name not in {"before", "after", "file"}}
    return visitor.post(action, data={**fields, **said})


def test_log_in_go_where_one_wanted_and_log_out(house):
    house.register.access.set_password("E0123", PASSWORD)
    sent_away = house.web.get("/ideas")
    assert (sent_away.status_code, sent_away.headers["location"]) == (303, "/login?to=%2Fideas")
    client = house.client()
    answer = client.post("/login", data={"person_id": " E0123 ", "password": PASSWORD, "to": "/ideas"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ideas")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # loopback without TLS
    assert client.get("/").status_code == 200
    left = send(client, "/", "/logout")
    assert left.headers["location"] == "/login"
    client.cookies.set("smartfab_session", cookie.split("=")[1].split(";")[0])
    assert client.get("/").status_code == 303  # the session is gone, not only the cookie


def test_a_session_ends_after_half_a_day_and_with_a_new_password(house):
    visitor = house.visitor("E0123")
    assert visitor.get("/").status_code == 200
    house.register.access.set_password("E0123", PASSWORD)
    assert visitor.get("/").status_code == 303
    again = house.visitor("E0123")
    house.clock.set("2026-02-23", 22)
    assert again.get("/").status_code == 303


@pytest.mark.parametrize(
    ("to", "ends"),
    [("/ideas?q=1", "/ideas?q=1"), ("https://evil.example", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"),
     ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: x", "/"), ("", "/")],
)  # fmt: skip
def test_no_link_leads_away_after_the_login(to, ends):
    assert inside(to) == ends


@pytest.mark.parametrize(
    "spoil", [{"form_key": ""}, {"form_key": "x"}, {"headers": {"Origin": "https://evil.example"}},
              {"headers": {"Sec-Fetch-Site": "cross-site"}}],
)  # fmt: skip
def test_a_form_of_another_site_changes_nothing(house, spoil):
    visitor = house.visitor("E0123")
    fields = {**SAID, "form_key": visitor.form_key, **{key: value for key, value in spoil.items() if key != "headers"}}
    assert visitor.post("/ideas", data=fields, headers=spoil.get("headers", {})).status_code == 403
    other = house.visitor("E0456")
    assert visitor.post("/ideas", data={**fields, "form_key": other.form_key}).status_code == 403
    assert house.register.search() == []


def test_the_login_takes_no_form_of_another_site(house):
    house.register.access.set_password("E0123", PASSWORD)
    said = {"person_id": "E0123", "password": PASSWORD}
    assert house.web.post("/login", data=said, headers={"Origin": "https://evil.example"}).status_code == 403


def test_an_idea_with_photos_sent_twice_is_there_once(house):
    visitor = house.visitor("E0123")
    fields = form(visitor, "/ideas/new", "/ideas")
    sent = {"data": {**{name: fields[name] for name in ("form_key", "once")}, **SAID},
            "files": {"before": ("trước.jpg", PHOTO), "after": ("sau.png", b"\x89PNG\r\n\x1a\n" + PHOTO)}}  # fmt: skip
    first, again = (visitor.post("/ideas", **sent) for _ in range(2))
    assert first.status_code == 303, first.text
    assert again.status_code == 303, again.text
    assert (first.status_code, first.headers["location"]) == (303, again.headers["location"])
    (item,) = house.register.search()
    assert (item.expected[1], item.unit_id, [file.kind for file in house.register.attachments(item.id)]) == (
        0.02, "DAP", ["before", "after"],
    )  # fmt: skip
    page = visitor.get(first.headers["location"])
    assert "Gá nhanh" in page.text
    photo = visitor.get(f"/ideas/{item.id}/files/1")
    assert (photo.content, photo.headers["content-type"]) == (PHOTO, "image/jpeg")
    assert "sandbox" in photo.headers["content-security-policy"]


def test_what_is_wrong_is_told_beside_what_was_typed(house):
    visitor = house.visitor("E0123")
    wrong = {"authors": "E0123: 60; E0456: 30", "problem": "Giữ lại <câu này>"}
    answer = send(visitor, "/ideas/new", "/ideas", **{**SAID, **wrong})
    assert answer.status_code == 422
    assert "Giữ lại &lt;câu này&gt;" in answer.text
    assert "sum to 90" in answer.text
    virus = visitor.post("/ideas", data={**SAID, "form_key": visitor.form_key}, files={"before": ("x.exe", b"MZ")})
    assert virus.status_code == 422
    assert house.register.search() == []


def test_two_people_edit_one_idea_and_neither_text_is_lost(house):
    name = house.idea(authors=[{"person_id": "E0123", "share": 50}, {"person_id": "E0456", "share": 50}])["id"]
    one, two = house.visitor("E0123"), house.visitor("E0456")
    path = f"/ideas/{name}/edit"
    early, late = form(one, path, path), form(two, path, path)
    texts = {**SAID, "authors": "E0123: 50; E0456: 50"}
    assert one.post(path, data={**early, **texts, "solution": "Của người một"}).status_code == 303
    stale = two.post(path, data={**late, **texts, "solution": "Của người hai"})
    assert stale.status_code == 409
    assert "Của người một" in stale.text
    assert "Của người hai" in stale.text
    fields = next(fields for to, fields in _Forms(stale.text).found if to == path)
    both = two.post(path, data={**fields, **texts, "solution": "Cả hai"})
    assert both.status_code == 303
    assert house.register.get(name).solution == "Cả hai"


def test_a_clerk_types_a_paper_form(house):
    visitor = house.visitor("C001")
    paper = {"on_behalf_of": "E0456", "paper_no": "P-12", "proposed_on": "2026-02-01", "authors": "E0456"}
    assert send(visitor, "/ideas/new", "/ideas", **SAID, **paper).status_code == 303
    (item,) = house.register.search()
    assert (item.by, item.entered_by, item.paper_no, item.proposed_on) == ("E0456", "C001", "P-12", "2026-02-01")


def test_an_operator_gives_a_reason_in_two_taps(house):
    visitor = house.visitor("O001")
    listed = visitor.get("/stops")
    assert "Press01" in listed.text
    assert "Press02" not in listed.text
    to = listed.text.split('href="/stops/explain')[1].split('"')[0].replace("&amp;", "&")
    page = f"/stops/explain{to}"
    assert "Thay khuôn &lt;gấp&gt;" in visitor.get(page).text
    answer = send(visitor, page, "/stops/reason", reason_id="JAM")
    assert answer.headers["location"] == "/stops?done=true"
    assert house.plant.reasons[0][3:] == ("JAM", "O001")
    assert words("vi")["thanks"] in visitor.get("/stops?done=true").text


def test_the_whole_way_by_forms_alone(house):
    author, reviewer = house.visitor("E0123"), house.visitor("L001")
    idea = send(author, "/ideas/new", "/ideas", **{**SAID, "expected": "0,03"}).headers["location"]
    send(reviewer, idea, f"{idea}/review", review_kind="technical", review_text="Khả thi")
    send(reviewer, idea, f"{idea}/step", state="accepted")
    asked = f"{idea}/plan?at=2026-03-02&report_days=45"
    assert "data:image/svg+xml;base64," in author.get(asked).text
    assert send(author, asked, f"{idea}/plan").status_code == 303
    house.clock.set("2026-03-02")
    author, reviewer, verifier, council, finance = (
        house.visitor(person) for person in ("E0123", "L001", "K007", "H001", "F001")
    )
    assert send(author, idea, f"{idea}/change", changed_at="2026-03-02", change_kind="install").status_code == 303
    house.clock.set("2026-04-17")
    author, verifier, council, finance = (house.visitor(person) for person in ("E0123", "K007", "H001", "F001"))
    assert send(author, idea, f"{idea}/measure").status_code == 303
    assert author.get(f"{idea}/gain.svg").text.rstrip().endswith("</svg>")
    assert "Báo cáo hiệu quả cải tiến" in author.get(f"{idea}/report", headers={"Accept-Language": "vi"}).text
    assert "điểm %" in author.get(idea, headers={"Accept-Language": "vi"}).text
    assert send(verifier, idea, f"{idea}/step", state="verified").status_code == 303
    assert (
        send(council, "/council", "/council", date="2026-04-17", members="H001; H002", minutes="Thống nhất").status_code == 303
    )
    for member in ("H001", "H002"):
        assert send(council, idea, f"{idea}/vote", vote_meeting="1", member=member, vote="for").status_code == 303
    decided = send(council, idea, f"{idea}/decide", decision_no="15", decision_date="2026-04-17", signer="GĐ", meeting_id="1")
    assert decided.status_code == 303
    paper = author.get(f"{idea}/papers/certificate")
    assert house.register.audit.head() in paper.text
    assert send(finance, idea, f"{idea}/value", year="1", amount="2.246.400.000", value_basis="Sổ cái").status_code == 303
    assert send(finance, idea, f"{idea}/sign", benefit_id="1").status_code == 303
    assert send(finance, idea, f"{idea}/award", award_year="1").status_code == 303
    assert "157.248.000" in author.get(idea).text
    assert send(finance, idea, f"{idea}/pay", reward_id="1", document="UNC 45").status_code == 303
    assert house.register.get(idea.rpartition("/")[2]).state == "rewarded"
    assert house.register.audit.verify()


def test_people_roles_and_tokens_by_forms(house):
    visitor = house.visitor("A001")
    assert send(visitor, "/people", "/units", new_unit="SON", unit_name="Tổ sơn", headcount="12").status_code == 303
    added = send(visitor, "/people", "/people", person_id="S001", name="Lê Sơn", unit_id="SON", job_title="")
    assert added.status_code == 303
    assert send(visitor, "/people/S001", "/people/S001/role", role="author", unit_id="SON").status_code == 303
    assert send(visitor, "/people/S001", "/people/S001/password", password=PASSWORD).status_code == 303
    new = house.visitor("S001")
    assert send(new, "/ideas/new", "/ideas", **{**SAID, "line_id": ""}).status_code == 303
    token = send(new, "/account", "/account/token", token_name="xuất", days="3")
    secret = token.text.split('class="secret">')[1].split("<")[0]
    assert house.web.get("/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()["roles"] == ["author"]
    assert send(new, "/account", "/account/revoke", token_id="1").status_code == 303
    assert house.web.get("/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    wrong = send(new, "/account", "/account/password", old="x" * 12, password=PASSWORD + "2")
    assert wrong.status_code == 403
    role = house.register.people.granted("S001")[0]["role_id"]
    assert send(visitor, "/people/S001", "/people/S001/revoke", role_id=str(role)).status_code == 303
    assert new.get("/v1/me").status_code == 401
    assert house.visitor("S001").get("/people").status_code == 403


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "path", ["/", "/ideas", "/ideas/new", "/queue", "/lines", "/reports", "/council", "/people", "/account", "/stops"]
)
def test_a_page_speaks_the_chosen_language(house, path, lang):
    house.ask("A001", "POST", "/people/A001/roles", json={"role": "council"}, status=201)
    visitor = house.visitor("A001")
    assert visitor.get(f"/language/{lang}?to={path}").headers["location"] == path
    page = visitor.get(path)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert words(lang)["logout"] in page.text
    assert page.headers["cache-control"] == "no-store"


def test_both_languages_have_every_word():
    vi, en = words("vi"), words("en")
    assert list(vi) == list(en)
    assert not [key for key in vi if not vi[key] or not en[key]]


def test_a_form_shows_what_it_would_save(house):
    name = house.idea(expected=[0.01, 0.02, 0.03], title_en="Quick clamp")["id"]
    item = house.register.get(name)
    shown = {key: str(value) for key, value in said_of(item).items()}
    fields = fields_of(shown, "E0123", whole=False)
    assert fields.pop("authors") == [("E0123", "100")]
    assert fields.pop("expected") == (0.01, 0.02, 0.03)
    assert fields == {key: getattr(item, key) for key in fields}


def test_a_page_that_is_not_there_and_one_that_broke(house, monkeypatch):
    visitor = house.visitor("E0123")
    assert visitor.get("/ideas/CT-1").status_code == 404
    assert visitor.get("/nothing").status_code == 404
    monkeypatch.setattr(type(house.plant), "oee", lambda *_: 1 / 0)
    broken = visitor.get("/lines")
    assert broken.status_code == 500
    assert "ZeroDivision" not in broken.text
    assert "Traceback" not in broken.text
