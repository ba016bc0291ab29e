"""Keys, certificates and a password for one run of the simulator, in a folder that lives as long as the run."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from smartfab.plant_grammar import Security

SERVER_URI = "urn:smartfab:simulator"
CLIENT_URI = "urn:smartfab:collector"
USER = "collector"


@dataclass(frozen=True, slots=True)
class Identity:
    """A self-signed certificate (DER) and its private key (PEM)."""

    certificate: bytes
    private_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What both sides of a secured run need; keys and password do not show in a repr."""

    server: Identity
    client: Identity
    password: str = field(repr=False)
    folder: Path

    @property
    def password_file(self) -> Path:
        """The file, mode 0600, that holds the password of the user and nothing else."""
        return self.folder / "password.txt"

    @property
    def security(self) -> Security:
        """The security table of plant.toml for a client of this run."""
        return Security(
            policy="Basic256Sha256",
            mode="SignAndEncrypt",
            certificate=str(self.folder / "own.der"),
            private_key=str(self.folder / "own.pem"),
            trust=str(self.folder / "trusted"),
            user=USER,
            password_file=str(self.password_file),
        )


def make_secrets(folder: Path) -> Secrets:
    """Return fresh keys, certificates and a password, the client's share of them written into `folder`.

    The server's private key is never written.

    Parameters
    ----------
    folder : Path
        An empty folder that only this user can enter.

    Returns
    -------
    Secrets
        Valid for a week.
    """
    made = Secrets(_identity(SERVER_URI, "smartfab simulator"), _identity(CLIENT_URI, "smartfab collector"),
                   secrets.token_urlsafe(18), folder)  # fmt: skip
    (folder / "trusted").mkdir()
    (folder / "trusted" / "simulator.der").write_bytes(made.server.certificate)
    (folder / "own.der").write_bytes(made.client.certificate)
    _write_secret(folder / "own.pem", made.client.private_key)
    _write_secret(made.password_file, made.password.encode())
    return made


def _write_secret(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _identity(uri: str, name: str) -> Identity:
    """Part 6, 6.2.2 asks for the application URI and the host in subjectAltName, and for these key usages."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    hosts = dict.fromkeys(["localhost", socket.gethostname()])
    places = [x509.DNSName(host) for host in hosts if host.isascii()]  # a machine's name may carry letters DNS cannot
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True, key_agreement=False,
        key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri), *places,
                                      x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False),
    ]  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))  # a client's clock may lag
        .not_valid_after(now + dt.timedelta(days=7))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    return Identity(certificate, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
