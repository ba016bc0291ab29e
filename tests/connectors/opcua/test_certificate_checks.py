"""Each way a server's certificate can be wrong, one by one, without a server."""

import pytest
from asyncua import ua
from asyncua.crypto import security_policies
from cryptography.x509.oid import ExtendedKeyUsageOID
from smartfab.connectors.opcua.credentials import access
from smartfab.connectors.opcua.security import check_user_token, fingerprint, trusted_server

from smartfab.errors import SourceRefused
from tests.connectors.opcua.certificates import identity
from tests.connectors.opcua.live_server import URI

BASIC = security_policies.SecurityPolicyBasic256Sha256.URI
NONE = security_policies.SecurityPolicyNone.URI


@pytest.fixture
def check(line_of, secure, tmp_path):
    """Return the certificate if a server that shows these bytes is the one we mean."""

    def checking(shown, *, trust=True, policy=BASIC, mode=ua.MessageSecurityMode.SignAndEncrypt, url="opc.tcp://plc-7:4840"):
        der = shown if isinstance(shown, bytes) or shown is None else shown.der
        if trust and der:
            (tmp_path / "trusted" / "shown.der").write_bytes(der)
        offered = ua.EndpointDescription(
            EndpointUrl="opc.tcp://0.0.0.0:4840",
            Server=ua.ApplicationDescription(ApplicationUri=URI),
            ServerCertificate=der,
            SecurityMode=mode,
            SecurityPolicyUri=policy,
        )
        (endpoint,) = line_of(url, {"good": "x"}, secure).endpoints()
        return trusted_server([offered], access(endpoint))

    return checking


@pytest.fixture(scope="module")
def key():
    return identity(URI).key


def server(key, uri=URI, **options):
    return identity(uri, key=key, **{"names": ("plc-7",), "addresses": (), **options})


def test_the_right_one_is_returned(check, key):
    right = server(key)
    assert fingerprint(check(right)) == fingerprint(right.certificate)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"starts": -10, "ends": -1}, "expired on"),
        ({"starts": 1, "ends": 10}, "not valid before"),
        ({"names": ("other",)}, "is for host other and not for plc-7"),
        ({"names": ()}, "is for host nobody"),
        ({"names": ("*.plc-7",)}, "is for host"),
        ({"uri": "urn:somebody:else"}, "is for application urn:somebody:else"),
        ({"uri": None}, "is for application nobody"),
        ({"signs": False}, "key usage"),
        ({"purpose": ExtendedKeyUsageOID.CLIENT_AUTH}, "extended key usage"),
        ({"key": None, "bits": 1024}, "no RSA key of 2048"),
    ],
)
def test_one_thing_wrong(check, key, options, told):
    with pytest.raises(SourceRefused, match=told):
        check(server(**{"key": key, **options}))


def test_addresses_are_compared_as_addresses(check, key):
    right = server(key, names=(), addresses=("::1",))
    assert check(right, url="opc.tcp://[0:0:0:0:0:0:0:1]:4840")
    with pytest.raises(SourceRefused, match="is for host ::1 and not for ::2"):
        check(right, url="opc.tcp://[::2]:4840")


def test_the_first_certificate_of_a_chain_counts(check, key):
    mine, issuer = server(key), server(key, names=("issuer",))
    with pytest.raises(SourceRefused, match=fingerprint(mine.certificate)):
        check(mine.der + issuer.der)  # the chain itself lies in the trust folder, the server's certificate does not


@pytest.mark.parametrize("shown", [b"", b"nonsense", b"0\x82\x01"])
def test_no_certificate_at_all(check, shown):
    with pytest.raises(SourceRefused, match="certificate"):
        check(shown, trust=False)


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        (NONE, ua.MessageSecurityMode.None_),
        (BASIC, ua.MessageSecurityMode.Sign),
        (security_policies.SecurityPolicyBasic256.URI, ua.MessageSecurityMode.SignAndEncrypt),
    ],
)
def test_nothing_less_than_configured_is_taken(check, key, policy, mode):
    with pytest.raises(SourceRefused, match="does not offer Basic256Sha256/SignAndEncrypt"):
        check(server(key), policy=policy, mode=mode)


@pytest.mark.parametrize(
    ("kind", "uri", "told"),
    [
        (ua.UserTokenType.Anonymous, NONE, "no user names"),
        (ua.UserTokenType.UserName, security_policies.SecurityPolicyBasic128Rsa15.URI, "wants the password protected by"),
    ],
)
def test_a_password_is_not_given_to_an_outdated_protection(line_of, secure, monkeypatch, kind, uri, told):
    monkeypatch.setenv("TEST_PASSWORD", "x")
    (endpoint,) = line_of("opc.tcp://plc-7", {"a": "x"}, {**secure, "user": "u", "password_env": "TEST_PASSWORD"}).endpoints()
    with pytest.raises(SourceRefused, match=told):
        check_user_token([ua.UserTokenPolicy(TokenType=kind, SecurityPolicyUri=uri)], access(endpoint))


def test_secrets_do_not_show_in_a_repr(line_of, secure, monkeypatch):
    monkeypatch.setenv("TEST_PASSWORD", "hunter2")
    (endpoint,) = line_of("opc.tcp://plc-7", {"a": "x"}, {**secure, "user": "u", "password_env": "TEST_PASSWORD"}).endpoints()
    opened = access(endpoint)
    assert opened.password == "hunter2"
    assert repr(opened) == "Access('opc.tcp://plc-7:4840')"
