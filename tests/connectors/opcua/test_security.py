"""The channel: what is refused, and that nothing secret leaves before the server is known."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from smartfab.connectors.opcua import OpcUaSource, session
from smartfab.connectors.opcua.credentials import access

from smartfab.errors import SourceRefused
from smartfab.plant import Endpoint
from smartfab.plant_grammar import Security
from tests.connectors.opcua.certificates import identity
from tests.connectors.opcua.live_server import URI, LiveServer

WITH_USER = {"user": "collector", "password_env": "TEST_PASSWORD"}


@pytest.fixture
def read(live, node, line_of):
    """Read one signal of the live server, or of another address, with a security table."""
    name, _ = node("Good", 5)

    def reading(security, url=live.url, **options):
        with OpcUaSource(line_of(url, {"good": name}, security), **options) as source:
            return source.read()["value"].tolist()

    return reading


@pytest.mark.parametrize("policy", ["Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss"])
def test_every_policy_signs_and_encrypts(read, secure, policy, monkeypatch):
    monkeypatch.setenv("TEST_PASSWORD", "mật khẩu")
    assert read({**secure, "policy": policy, **WITH_USER}) == [5]


def test_sign_alone_needs_a_reason(read, secure):
    assert read({**secure, "mode": "Sign", "allow_insecure": "test bench"}) == [5]


def test_passwords_come_from_file_or_callable(read, secure, tmp_path):
    path = tmp_path / "password"
    path.write_text("mật khẩu\n", encoding="utf-8")
    path.chmod(0o600)
    assert read({**secure, "user": "collector", "password_file": str(path)}) == [5]
    assert read({**secure, **WITH_USER}, password=lambda: "mật khẩu") == [5]


def test_a_wrong_password_is_refused_and_told_nowhere(read, secure, monkeypatch, caplog):
    monkeypatch.setenv("TEST_PASSWORD", "hunter2-secret")
    caplog.set_level(0)
    with pytest.raises(SourceRefused, match="refused the user") as caught:
        read({**secure, **WITH_USER})
    told = [str(caught.value), repr(caught.value), *map(str, caplog.messages)]
    error = caught.value
    while error is not None:
        told += [str(error), *getattr(error, "__notes__", [])]
        error = error.__cause__ or error.__context__
    assert not [text for text in told if "hunter2" in text]


def test_a_missing_password_names_where_it_was_looked_for(read, secure, monkeypatch):
    monkeypatch.delenv("TEST_PASSWORD", raising=False)
    with pytest.raises(SourceRefused, match="environment variable TEST_PASSWORD"):
        read({**secure, **WITH_USER})


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
@pytest.mark.parametrize("which", ["private_key", "password_file"])
def test_secrets_that_others_may_read_are_refused(read, secure, tmp_path, which):
    path = tmp_path / "password"
    path.write_text("mật khẩu", encoding="utf-8")
    path.chmod(0o600)
    security = {**secure, "user": "collector", "password_file": str(path)}
    Path(security[which]).chmod(0o640)
    with pytest.raises(SourceRefused, match=r"0640.*expected mode 0600"):
        read(security)


def test_an_untrusted_certificate_is_refused_and_kept(read, secure, server_identity, tmp_path):
    (tmp_path / "trusted" / "server.der").unlink()
    (tmp_path / "trusted" / "notes.txt").write_text("no certificate")
    with pytest.raises(SourceRefused, match="not trusted") as caught:
        read(secure)
    (kept,) = (tmp_path / "rejected").iterdir()
    assert kept.read_bytes() == server_identity.der
    assert kept.stem in str(caught.value)


def test_a_trusted_certificate_may_be_pem(read, secure, server_identity, tmp_path):
    (tmp_path / "trusted" / "server.der").unlink()
    (tmp_path / "trusted" / "server.crt").write_bytes(server_identity.pem)
    assert read(secure) == [5]


def test_a_pinned_fingerprint_trusts(read, secure, server_identity):
    print_ = hashlib.sha256(server_identity.der).hexdigest().upper()
    pinned = {key: value for key, value in secure.items() if key != "trust"}
    assert read({**pinned, "server_sha256": ":".join(print_[n : n + 2] for n in range(0, 64, 2))}) == [5]
    with pytest.raises(SourceRefused, match="not trusted"):
        read({**pinned, "server_sha256": "0" * 64})


def test_nothing_is_said_to_a_server_that_is_not_trusted(live, read, secure, tmp_path):
    (tmp_path / "trusted" / "server.der").unlink()
    before = live.created_sessions
    with pytest.raises(SourceRefused):
        read(secure)
    assert live.created_sessions == before


def test_every_fault_of_a_trusted_certificate_is_told(read, secure, server_identity, tmp_path):
    bad = identity(URI, key=server_identity.key, names=("other.example",), addresses=(), starts=-10, ends=-1)
    (tmp_path / "trusted" / "bad.der").write_bytes(bad.der)
    with (
        LiveServer(bad) as server,
        pytest.raises(SourceRefused, match=r"expired on .* is for host other.example and not for 127"),
    ):
        read(secure, url=server.url)


def test_server_name_states_the_host_where_the_address_differs(read, secure):
    assert read({**secure, "server_name": "LOCALHOST"}) == [5]
    with pytest.raises(SourceRefused, match="not for plc-7"):
        read({**secure, "server_name": "plc-7.example"})


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"policy": "None", "mode": "None", "allow_insecure": None}, "mode 'None'"),
        ({"policy": "None", "mode": "None", "allow_insecure": "  "}, "mode 'None'"),
        ({"policy": "Basic256Sha256", "mode": "Sign", "allow_insecure": None}, "mode 'Sign'"),
        ({"policy": "None", "mode": "SignAndEncrypt"}, "policy 'None' with mode 'SignAndEncrypt'"),
        ({"policy": "Basic256", "mode": "SignAndEncrypt"}, "policy 'Basic256'"),
        ({"mode": "Sign", "allow_insecure": "bench", "user": "collector"}, "a user on a channel that is not encrypted"),
        ({"policy": "None", "mode": "None", "allow_insecure": "bench", "user": "collector"}, "a user on a channel"),
    ],
)
def test_what_the_grammar_refuses_is_refused_here_too(secure, table, told):
    security = Security.model_construct(**{**secure, **table})
    with pytest.raises(SourceRefused, match=told):
        access(Endpoint.model_construct(url="opc.tcp://plc-7:4840", security=security))


def test_user_information_in_the_address_is_refused_and_not_repeated(line_of):
    line = line_of("opc.tcp://host", {"good": "x"}).model_copy(update={"endpoint": "opc.tcp://me:hunter2@127.0.0.1:4840"})
    with OpcUaSource(line) as source, pytest.raises(SourceRefused, match="user information") as caught:
        source.read()
    assert "hunter2" not in str(caught.value) + repr(source)


@pytest.mark.parametrize("which", ["certificate", "private_key"])
def test_an_unreadable_file_of_ours_is_named(read, secure, which, tmp_path):
    path = tmp_path / "broken"
    path.write_bytes(b"-----BEGIN nonsense")
    path.chmod(0o600)
    with pytest.raises(SourceRefused, match=f"{path}.*cannot be read"):
        read({**secure, which: str(path)})
    with pytest.raises(SourceRefused, match="absent"):
        read({**secure, which: str(tmp_path / "absent")})


def test_our_certificate_and_key_must_belong_together_and_be_valid(read, secure, client_identity, tmp_path):
    other, _ = identity("urn:test:client").save(tmp_path, "other")
    with pytest.raises(SourceRefused, match="does not belong"):
        read({**secure, "certificate": other})
    old, _ = identity("urn:test:client", key=client_identity.key, starts=-9, ends=-1).save(tmp_path, "old")
    with pytest.raises(SourceRefused, match="our certificate is valid from"):
        read({**secure, "certificate": old})


def test_asyncua_prints_nothing(live, secure, line_of):
    """A refused log-in in a program that never configured logging: one typed error, and nothing on stderr."""
    line = line_of(live.url, {"good": "x"}, {**secure, **WITH_USER})
    program = """
import sys
from pathlib import Path
from smartfab.connectors.opcua import OpcUaSource, session
from smartfab.connectors.opcua.credentials import access
from smartfab.errors import SourceRefused
from smartfab.plant import Line
with OpcUaSource(Line.model_validate_json(sys.stdin.read())) as source:
    try:
        source.read()
    except SourceRefused:
        print("refused")
"""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=line.model_dump_json(by_alias=True),
        env={**os.environ, "TEST_PASSWORD": "wrong"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("refused\n", "", 0)


def test_the_channel_is_renewed_before_it_ends(live, node, line_of, secure, store, collecting, until, monkeypatch):
    monkeypatch.setattr(session, "CHANNEL_LIFE_MS", 1000)
    name, tag = node("Good", 0)
    renewals = []
    renew = session.WireClient.open_secure_channel

    async def noted(self, renew_=False, **options):
        renewals.append(options.get("renew", renew_))
        await renew(self, renew=renewals[-1])

    monkeypatch.setattr(session.WireClient, "open_secure_channel", noted)
    with OpcUaSource(line_of(live.url, {"good": name}, secure)) as source:
        stop, outcome = collecting(source, store)
        until(lambda: renewals.count(True) >= 3)
        live.write(tag, 1)
        until(lambda: source.health()["appended"] == 2)
        stop.set()
        outcome["thread"].join()
    assert "error" not in outcome
    assert store.values("Press01/good") == [0, 1]
