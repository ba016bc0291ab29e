"""The secured simulator lets in one certificate with one password over one policy, and nobody else."""

import asyncio
import os
import stat
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from smartfab.connectors.opcua.simulator import SimulatorServer
from smartfab.connectors.opcua.simulator_pki import make_secrets

from tests.connectors.opcua import small_line as line

ENCRYPTED, SIGNED = ua.MessageSecurityMode.SignAndEncrypt, ua.MessageSecurityMode.Sign


@pytest.fixture(scope="module")
def secure():
    with SimulatorServer(line.many(200), speed=float("inf"), security="secure", hold=True) as server:
        yield server


def way_in(server):
    return server.plant.lines[0].security


def password_of(server):
    return server.password_file.read_text()


async def client_of(server, *, user="collector", password=None, own=None, mode=ENCRYPTED):
    way = way_in(server)
    folder = Path(way.certificate).parent if own is None else own
    client = Client(server.endpoint, timeout=3)
    client.session_timeout = 60_000
    client.application_uri = "urn:smartfab:collector"
    if user is not None:
        client.set_user(user)
        client.set_password(password if password is not None else password_of(server))
    trusted = Path(way.trust) / "simulator.der"
    await client.set_security(
        SecurityPolicyBasic256Sha256, folder / "own.der", folder / "own.pem", server_certificate=trusted, mode=mode
    )
    return client


def enter(server, **who):
    async def go():
        client = await client_of(server, **who)
        async with client:
            index = await client.get_namespace_index(line.PLC)
            return await client.get_node(ua.NodeId("Press01.Good", index)).read_value()

    return asyncio.run(go())


def test_the_right_certificate_and_password_come_in(secure):
    assert enter(secure) == 4_294_967_290


@pytest.mark.parametrize("who", [{"password": "wrong"}, {"password": ""}, {"user": "admin"}, {"user": "Collector"}])
def test_a_wrong_user_or_password_is_refused(secure, who):
    with pytest.raises(ua.uaerrors.BadUserAccessDenied):
        enter(secure, **who)


def test_nobody_comes_in_without_a_name(secure):
    with pytest.raises(ua.uaerrors.BadIdentityTokenRejected):
        enter(secure, user=None)


def test_a_certificate_that_is_not_known_is_refused_even_with_the_password(secure, tmp_path):
    make_secrets(tmp_path)
    with pytest.raises(ua.uaerrors.BadCertificateUntrusted):
        enter(secure, own=tmp_path)


def knock_without_protection(server):
    client = Client(server.endpoint, timeout=3)
    client.set_user("collector")
    client.set_password(password_of(server))
    asyncio.run(client.connect())


def test_no_session_stands_on_an_open_channel(secure, monkeypatch):
    with pytest.raises(ua.UaError, match="No matching endpoints"):
        knock_without_protection(secure)
    # a client that does not mind that no endpoint of the server is open
    monkeypatch.setattr(Client, "find_endpoint", staticmethod(lambda endpoints, mode, uri: endpoints[0]))
    with pytest.raises(ua.uaerrors.BadSecurityModeInsufficient):
        knock_without_protection(secure)


def test_it_offers_one_policy_one_mode_and_a_password(secure):
    (offered,) = asyncio.run(Client(secure.endpoint).connect_and_get_server_endpoints())
    assert (offered.SecurityPolicyUri, offered.SecurityMode) == (SecurityPolicyBasic256Sha256.URI, ENCRYPTED)
    assert [token.TokenType for token in offered.UserIdentityTokens] == [ua.UserTokenType.UserName]
    assert offered.EndpointUrl == secure.endpoint
    assert offered.Server.ApplicationUri == "urn:smartfab:simulator"
    assert offered.Server.DiscoveryUrls == [secure.endpoint]


def test_signed_but_readable_is_refused(secure):
    with pytest.raises((ua.UaError, ConnectionError, TimeoutError)):
        enter(secure, mode=SIGNED)


def test_every_sample_arrives_over_the_protected_channel():
    async def go(server):
        heard = line.Heard(server)
        await heard.connect(await client_of(server))
        await heard.subscribe()
        server.play()
        assert await asyncio.to_thread(server.wait_acknowledged, 60)
        await heard.client.disconnect()
        return heard.frame()

    with SimulatorServer(line.many(2000), speed=float("inf"), security="secure", hold=True) as server:
        assert line.rows_of(asyncio.run(go(server))) == line.rows_of(server.played())


def test_the_secrets_are_private_and_gone_afterwards():
    with SimulatorServer(line.small_line(), security="secure", hold=True) as server:
        way = way_in(server)
        files = [Path(way.private_key), server.password_file]
        assert server.password_file == Path(way.password_file)
        folder = server.password_file.parent
        keys = [path for path in folder.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
        assert keys == [Path(way.private_key)]  # the server's own key is on no disk
        assert password_of(server) not in repr(server.plant) + server.plant.to_toml()
        if os.name == "posix":
            assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_the_certificates_say_what_part_6_asks_for(tmp_path):
    made = make_secrets(tmp_path)
    (tmp_path / "again").mkdir()
    assert made.password != make_secrets(tmp_path / "again").password
    assert len(made.password) >= 20
    assert made.password not in repr(made)
    assert "PRIVATE" not in repr(made)
    for identity, uri in ((made.server, "urn:smartfab:simulator"), (made.client, "urn:smartfab:collector")):
        certificate = x509.load_der_x509_certificate(identity.certificate)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.UniformResourceIdentifier) == [uri]
        assert "127.0.0.1" in map(str, names.get_values_for_type(x509.IPAddress))
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.digital_signature
        assert usage.content_commitment
        assert usage.key_encipherment
        assert usage.data_encipherment
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH} <= set(extended)
        assert certificate.public_key().key_size >= 2048


def test_the_open_simulator_takes_no_password_and_lets_nobody_write():
    async def go(server):
        named = Client(server.endpoint, timeout=3)
        named.set_user("admin")
        named.set_password("admin")
        with pytest.raises(ua.UaError):
            await named.connect()
        async with Client(server.endpoint, timeout=3) as client:
            good = client.get_node(ua.NodeId("Press01.Good", await client.get_namespace_index(line.PLC)))
            with pytest.raises(ua.uaerrors.BadUserAccessDenied):
                await good.write_value(ua.Variant(7, ua.VariantType.UInt32))
            with pytest.raises(ua.UaError):
                await client.nodes.objects.add_variable(1, "mine", 1)
            return await good.read_value()

    with SimulatorServer(line.small_line(), hold=True) as server:
        assert server.password_file is None
        assert asyncio.run(go(server)) == 4_294_967_290
