"""Between us and the server: whatever is configured and whoever answers, no byte of a secret can be read on the way."""

import base64

import pytest
from smartfab.connectors.opcua import OpcUaSource

from smartfab.errors import SourceRefused
from tests.connectors.opcua.certificates import identity
from tests.connectors.opcua.live_server import URI, LiveServer
from tests.connectors.opcua.tcp_proxy import Proxy

PASSWORD = "mật khẩu"
SHORTEST = 6


def pieces(secret):
    """Every run of bytes by which a secret would be known, also in other encodings."""
    for whole in (
        secret,
        base64.b64encode(secret).rstrip(b"="),
        secret.hex().encode(),
        secret.decode("utf-8").encode("utf-16-le"),
    ):
        yield from (whole[at : at + SHORTEST] for at in range(len(whole) - SHORTEST + 1))


def seen_by_proxy(port, line_of, name, security):
    """What a client says through a proxy, and how it ended."""
    with Proxy(port, keep=True) as proxy:
        try:
            with OpcUaSource(line_of(proxy.url, {"good": name}, security), password=lambda: PASSWORD, timeout=5.0) as source:
                ended = source.read()["value"].tolist()
        except SourceRefused as refused:
            ended = refused
        return bytes(proxy.seen), ended


def test_the_proxy_would_see_it(live, line_of, node):
    """A session without encryption says what it wants in the clear: so the others are looked at with open eyes."""
    name, _ = node("Good", 5)
    seen, ended = seen_by_proxy(live.port, line_of, name, {"allow_insecure": "test bench"})
    assert ended == [5]
    assert name.encode() in seen


@pytest.mark.parametrize("policy", ["Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss"])
def test_an_accepted_password_is_not_on_the_wire(live, line_of, node, secure, client_identity, policy):
    name, _ = node("Good", 5)
    seen, ended = seen_by_proxy(live.port, line_of, name, {**secure, "policy": policy, **_user()})
    assert ended == [5]
    assert len(seen) > 3_000
    assert not [piece for piece in pieces(PASSWORD.encode()) if piece in seen]
    assert name.encode() not in seen
    key = client_identity.key.private_numbers()
    for part in (key.d, key.p, key.q):
        assert part.to_bytes((part.bit_length() + 7) // 8, "big")[:16] not in seen


def test_an_untrusted_server_gets_no_session_and_no_secret(live, line_of, node, secure, tmp_path):
    name, _ = node("Good", 5)
    (tmp_path / "trusted" / "server.der").unlink()
    before = live.created_sessions
    seen, ended = seen_by_proxy(live.port, line_of, name, {**secure, **_user()})
    assert isinstance(ended, SourceRefused)
    assert live.created_sessions == before
    assert not [piece for piece in (*pieces(PASSWORD.encode()), *pieces(b"collector")) if piece in seen]


@pytest.mark.parametrize("policies", ["none", "sign"])
def test_a_server_that_offers_less_gets_no_session_and_no_secret(line_of, secure, server_identity, policies):
    from asyncua import ua

    kind = {"none": ua.SecurityPolicyType.NoSecurity, "sign": ua.SecurityPolicyType.Basic256Sha256_Sign}[policies]
    with LiveServer(server_identity, policies=(kind,)) as server:
        seen, ended = seen_by_proxy(server.port, line_of, "x", {**secure, **_user()})
        assert server.created_sessions == 0
    assert isinstance(ended, SourceRefused)
    assert not [piece for piece in (*pieces(PASSWORD.encode()), *pieces(b"collector")) if piece in seen]


def test_a_server_with_a_certificate_for_another_host_gets_nothing(line_of, secure, tmp_path, server_identity):
    elsewhere = identity(URI, key=server_identity.key, names=("other.example",), addresses=())
    (tmp_path / "trusted" / "elsewhere.der").write_bytes(elsewhere.der)
    with LiveServer(elsewhere) as server:
        seen, ended = seen_by_proxy(server.port, line_of, "x", {**secure, **_user()})
        assert server.created_sessions == 0
    assert isinstance(ended, SourceRefused)
    assert not [piece for piece in (*pieces(PASSWORD.encode()), *pieces(b"collector")) if piece in seen]


def _user():
    return {"user": "collector", "password_env": "TEST_PASSWORD"}
