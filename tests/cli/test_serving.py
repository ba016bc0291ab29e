"""`smartfab serve` from a shell: its first word, what it refuses, how it ends, and what it keeps to itself."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys

import httpx
import pytest
import sqlalchemy as sa

from tests.connectors.opcua.certificates import identity
from tests.improvements.register.conftest import fresh
from tests.service.served_process import Served, unused_port

PASSWORD = "mật-khẩu-rất-dài"


@pytest.fixture
def port():
    return unused_port()


def typed(*arguments, said=None):
    """A command in a shell of its own: how it ended."""
    command = [sys.executable, "-m", "smartfab", *map(str, arguments)]
    return subprocess.run(command, input=said, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_start_tells_a_token_once_and_it_ends_when_asked_to(tmp_path, port, number):
    db = tmp_path / "plant.db"
    with Served(db, tmp_path, port).answers() as first, first.client() as client:
        assert first.out.count("sfab_") == 1
        assert f"smartfab register password admin --db {db}" in first.err
        assert f"http://127.0.0.1:{port}/" in first.err
        me = client.get("/v1/me").json()
        assert (me["person_id"], me["roles"]) == ("admin", ["admin"])
        first.process.send_signal(number)
        assert first.process.wait(60) == 0
        assert "Traceback" not in first.err
    with Served(db, tmp_path, port).answers() as second, second.client() as client:
        assert second.out.count("sfab_") == 1  # the one of the first start
        assert client.get("/v1/me").status_code == 200
        assert second.stop() == 0


def test_a_password_that_was_set_opens_the_web_page(tmp_path, port):
    db = tmp_path / "plant.db"
    with Served(db, tmp_path, port, "--verbose").answers() as served:
        assert typed("register", "password", "admin", "--db", db, said=f"{PASSWORD}\n").returncode == 0
        with httpx.Client(base_url=served.url, timeout=60) as client:
            for password, status in ((f"{PASSWORD}?", 401), (PASSWORD, 303)):
                answer = client.post("/login", data={"person_id": "admin", "password": password})
                assert answer.status_code == status
            assert client.get("/").status_code == 200
            session = client.cookies["smartfab_session"]
        assert served.stop() == 0
    told = served.out.replace(served.secret, "", 1) + served.err
    assert "'/login' 303" in told
    assert not [word for word in (PASSWORD, session, served.secret) if word in told]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--host", "0.0.0.0"], "TLS"), (["--certificate", "own.pem"], "both or none"),  # noqa: S104
        (["--certificate", "none.pem", "--key", "none.pem"], "none.pem"), (["--plant", "no.toml", "--store", "x"], "no.toml"),
        (["--host", "192.0.2.1", "--behind-proxy"], "192.0.2.1"),
    ],
)  # fmt: skip
def test_what_it_refuses_it_tells_in_a_line(tmp_path, port, options, expected):
    ended = typed("serve", "--db", tmp_path / "plant.db", "--port", port, *options)
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert expected in ended.stderr


def test_a_port_that_is_taken_makes_no_token(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = typed("serve", "--db", tmp_path / "plant.db", "--port", taken.getsockname()[1])
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    assert "--port" in ended.stderr


def test_the_password_of_the_database_is_not_told(tmp_path, port):
    with fresh("postgresql", tmp_path) as address:
        url = sa.make_url(address).set(password="geheim-7").render_as_string(hide_password=False)
        with Served(url, tmp_path, port, "--verbose").answers() as served:
            assert served.stop() == 0
            assert "geheim-7" not in served.out + served.err
            assert "postgresql+psycopg://postgres:***@" in served.err


def test_over_tls_with_a_certificate_of_ones_own(tmp_path, port):
    own = identity(None)
    (tmp_path / "own.pem").write_bytes(own.pem)
    (tmp_path / "own.key").write_bytes(own.key_pem)
    trust = ssl.create_default_context(cadata=own.pem.decode())
    options = ["--certificate", tmp_path / "own.pem", "--key", tmp_path / "own.key"]
    with Served(tmp_path / "plant.db", tmp_path, port, *options, secure=True, verify=trust).answers() as served:
        assert f"https://127.0.0.1:{port}/" in served.err
        typed("register", "password", "admin", "--db", tmp_path / "plant.db", said=f"{PASSWORD}\n")
        with served.client() as client:
            answer = client.post("/login", data={"person_id": "admin", "password": PASSWORD})
            assert "; Secure" in answer.headers["set-cookie"]
            assert answer.headers["strict-transport-security"].startswith("max-age=")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{served.url}/v1/health")  # nobody vouches for it
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/v1/health")
        assert served.stop() == 0
