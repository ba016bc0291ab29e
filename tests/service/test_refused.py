"""What the door keeps out: strangers, old keys, guesses, other sites, heavy and slow requests, code in fields."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import re
import socket
import sqlite3
import time

import httpx
import pytest

from smartfab.service import running
from smartfab.service.login_limit import MOST_OF_A_NAME, LoginLimit
from smartfab.service.refusals import Refusal, TooManyTries
from tests.service.house import IDEA, House

PASSWORD = "mật-khẩu-rất-dài"
CODE = ("'; DROP TABLE improvements; --", "<script>alert(1)</script>", "{{7*7}}", "=cmd|'/c calc'!A0", "\u202eabc",
        "../../etc/passwd", "%00", "a" * 19_000)  # fmt: skip


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x", "Bearer sfab_x", "Basic YTpi", "Bearer \u00e9"])
def test_without_a_token_that_holds_nothing_is_told(house, header):
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    answer = house.web.get("/v1/improvements", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_ends_by_time_by_word_and_when_its_owner_leaves(house):
    house.ask("E0123", "GET", "/me", status=200)
    made = house.ask("E0123", "POST", "/tokens", json={"name": "export", "days": 2}, status=201)
    assert made.headers["cache-control"] == "no-store"
    secret = {"Authorization": f"Bearer {made.json()['secret']}"}
    assert house.web.get("/v1/me", headers=secret).status_code == 200
    house.clock.now += dt.timedelta(days=2)
    assert house.web.get("/v1/me", headers=secret).status_code == 401
    again = house.ask("E0123", "POST", "/tokens", json={"name": "export"}, status=201).json()
    house.ask("X009", "DELETE", f"/tokens/{again['id']}", status=404)
    house.ask("E0123", "DELETE", f"/tokens/{again['id']}", status=204)
    assert house.web.get("/v1/me", headers={"Authorization": f"Bearer {again['secret']}"}).status_code == 401
    house.ask("A001", "PUT", "/people/E0456", json={"name": "Đã nghỉ", "valid_to": "2026-02-25"}, status=200)
    house.ask("E0456", "GET", "/me", status=401)


def test_secrets_are_kept_as_hashes_and_never_told_again(house):
    secret = house.ask("E0123", "POST", "/tokens", json={"name": "export"}).json()["secret"]
    house.register.access.set_password("E0123", PASSWORD)
    listed = house.ask("E0123", "GET", "/tokens").text
    with house.register._ledger.database.reading() as connection:
        held = "".join(
            str(row)
            for name in ("tokens", "accounts", "audit", "sessions")
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}")
        )
    for place in (listed, held):
        assert secret not in place
        assert PASSWORD not in place
    assert "$argon2id$" in held


def test_no_secret_reaches_a_log(house, caplog):
    caplog.set_level(logging.DEBUG)
    house.register.access.set_password("E0123", PASSWORD)
    house.ask("E0123", "GET", "/me")
    house.web.post("/login", data={"person_id": "E0123", "password": PASSWORD})
    house.web.post("/login", data={"person_id": "E0123", "password": PASSWORD + "?"})
    house.ask("A001", "PUT", "/people/E0456/password", json={"password": PASSWORD}, status=204)
    house.ask("A001", "PUT", "/people/E0456/password", json={"password": PASSWORD, "x": 1}, status=422)
    told = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore")))
    assert "/login" in told
    assert PASSWORD not in told
    assert house.token("E0123") not in told
    assert "mật" not in repr(house.settings)


def test_a_wrong_body_is_not_repeated_with_its_secret(house):
    answer = house.ask("A001", "PUT", "/people/E0456/password", json={"password": 7, "note": PASSWORD}, status=422)
    assert PASSWORD not in answer.text


def test_guessing_passwords_is_slow_even_for_the_right_one(house):
    house.register.access.set_password("E0123", PASSWORD)
    wrong = [house.web.post("/login", data={"person_id": "E0123", "password": f"x{n}"}) for n in range(MOST_OF_A_NAME)]
    assert {answer.status_code for answer in wrong} == {401}
    right = house.web.post("/login", data={"person_id": "e0123", "password": PASSWORD})
    assert right.status_code == 429
    assert 0 < int(right.headers["retry-after"]) <= 900
    assert house.web.post("/login", data={"person_id": "X009", "password": "x"}).status_code == 401


def test_the_limit_forgets_after_its_window():
    now = [0.0]
    limit = LoginLimit(lambda: now[0])
    for n in range(30):
        limit.wrong(f"E{n}", "10.0.0.1")
    with pytest.raises(TooManyTries):
        limit.check("E99", "10.0.0.1")
    limit.check("E99", "10.0.0.2")
    now[0] = 900.0
    limit.check("E99", "10.0.0.1")
    assert ("address", "10.0.0.1") not in limit._wrong


@pytest.mark.parametrize("code", CODE, ids=lambda text: text[:12])
def test_code_in_a_field_is_text(house, code):
    visitor = house.visitor("E0123")
    for field in ("title_vi", "problem", "solution", "line_id", "kpi", "drive", "paper_no"):
        answer = house.ask("E0123", "POST", "/improvements", json={**IDEA, field: code, "expected": None})
        assert answer.status_code in {201, 422}, (field, answer.text)
        if answer.status_code == 201:
            assert answer.json()[field] == code
            page = visitor.get(f"/ideas/{answer.json()['id']}")
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "{{7*7}}" in page.text or code != "{{7*7}}" or field == "drive"
    assert house.register.audit.verify()
    house.ask("E0123", "GET", "/improvements", params={"q": code[:200]}, status=200)


@pytest.mark.parametrize("path", ["..%2f..%2fplant.db", "%2e%2e/plant.db", "1/../../../plant.db", "0", "-1", "9" * 30])
def test_no_path_leads_out_of_the_folder_of_files(house, path):
    name = house.idea()["id"]
    assert house.web.get(f"/v1/improvements/{name}/attachments/{path}", headers=house.headers("E0123")).status_code in {
        404,
        422,
    }
    assert house.web.get(f"/static/{path}").status_code == 404
    house.ask("E0123", "POST", f"/improvements/{name}/attachments", files={"file": ("../../x.exe", b"MZ")}, status=422)


def test_a_gigabyte_is_refused_before_it_is_read(house):
    head = (f"POST /v1/improvements HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token('E0123')}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n")  # fmt: skip
    with _connection(house) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("media", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_never_says_its_length_is_cut_off(house, media):
    def endless():
        while True:
            yield b"x" * 65_536

    try:
        with httpx.Client(base_url=house.url, headers=house.headers("E0123"), timeout=60) as client:
            answer = client.post("/v1/improvements", content=endless(), headers={"Content-Type": media})
        assert answer.status_code == 413
    except httpx.TransportError:
        pass  # the connection was closed while more was sent
    assert house.web.get("/v1/health").status_code == 200


def test_a_body_that_drips_is_given_up(tmp_path):
    with House(f"sqlite:///{tmp_path / 'p.db'}", tmp_path, receive_s=0.5).fill().open() as house, _connection(house) as drip:
        head = (f"POST /v1/improvements HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token('E0123')}\r\n"
                "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")  # fmt: skip
        drip.sendall(head.encode())
        assert drip.recv(4096).startswith(b"HTTP/1.1 408")


def test_a_head_that_never_ends_is_hung_up_on(house, monkeypatch):
    monkeypatch.setattr(running, "HEADERS_S", 0.3)
    with _connection(house) as idle, _connection(house) as slow:
        slow.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\nX-A: ")
        assert idle.recv(10) == b""
        assert slow.recv(10) == b""
    with _connection(house) as whole:
        whole.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert whole.recv(4096).startswith(b"HTTP/1.1 200")


def _connection(house):
    return socket.create_connection(("127.0.0.1", int(house.url.rpartition(":")[2])), timeout=30)


def test_a_head_without_end_is_hung_up_on(house):
    more = b"X-More: " + b"a" * 8000 + b"\r\n"
    with _connection(house) as endless, pytest.raises(OSError, match=r"reset|Broken pipe"):
        endless.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\n" + more * (64 * running.MOST_HEAD // len(more)))
    house.ask("E0123", "GET", "/me", status=200)


@contextlib.contextmanager
def _by_this_process(house):
    with house.register._ledger.database.writing():
        yield


@contextlib.contextmanager
def _by_another_one(house):
    with contextlib.closing(sqlite3.connect(house.settings.db.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("locked", [_by_this_process, _by_another_one])
def test_a_locked_register_says_when_to_try_again(tmp_path, locked):
    with House(f"sqlite:///{tmp_path / 'p.db'}", tmp_path, patience_s=0.2).fill().open() as house:
        house.token("E0123")
        with locked(house):
            began = time.monotonic()
            answer = house.ask("E0123", "POST", "/improvements", json=IDEA, status=503)
            assert time.monotonic() - began < 10
            assert int(answer.headers["retry-after"]) >= 1
            house.ask("E0123", "GET", "/improvements", status=200)  # readers do not wait
        house.ask("E0123", "POST", "/improvements", json=IDEA, status=201)


@pytest.mark.parametrize(
    ("host", "more", "allowed"),
    [
        ("127.0.0.1", {}, True), ("::1", {}, True), ("localhost", {}, True), ("0.0.0.0", {}, False), ("10.1.2.3", {}, False),  # noqa: S104
        ("plant.example", {}, False), ("0.0.0.0", {"behind_proxy": True}, True), ("127.0.0.1", {"certificate": "a"}, False),  # noqa: S104
        ("0.0.0.0", {"certificate": "a", "key": "b"}, True),  # noqa: S104
    ],
)  # fmt: skip
def test_nothing_listens_to_the_network_in_the_clear(host, more, allowed):
    address = running.Address(host, **more)
    if allowed:
        address.check()
    else:
        with pytest.raises(Refusal):
            address.check()


def test_every_answer_bears_its_policy(house):
    for path in ("/v1/health", "/v1/nothing", "/login", "/static/style.css", "/v1/improvements"):
        headers = house.web.get(path).headers
        assert re.search(r"default-src 'none'", headers["content-security-policy"]), path
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
        assert "server" not in headers
