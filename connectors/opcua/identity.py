"""Certificates of applications: self-signed, with the fields OPC UA asks for, and keys that only their owner may read."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_KEY_BITS = 2048
"""What every policy in use takes: OPC 10000-7."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A self-signed certificate (DER) and its private key (PEM)."""

    certificate: bytes
    private_key: bytes = field(repr=False)


def made_identity(uri: str, name: str, *, hosts: Sequence[str] = (), lifetime: dt.timedelta) -> Identity:
    """Return a new key and a certificate signed with it.

    Parameters
    ----------
    uri : str
        Of the application; it stands in the certificate.
    name : str
        Common name, for people.
    hosts : sequence of str
        Names and addresses beside those of this machine.
    lifetime : timedelta
        Validity from now on.

    Returns
    -------
    Identity
        For client and server use.

    References
    ----------
    OPC 10000-6, 6.2.2: application URI and host in subjectAltName, and these key usages.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    places = [
        _place(host) for host in dict.fromkeys(["localhost", socket.gethostname(), *hosts, "127.0.0.1"]) if host.isascii()
    ]
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True, key_agreement=False,
        key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri), *places]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))  # the other side's clock may lag
        .not_valid_after(now + lifetime)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    return Identity(certificate, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _place(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def write_secret(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read.

    Parameters
    ----------
    path : Path
        Of a file that is not there yet.
    content : bytes
        What to keep.

    Raises
    ------
    FileExistsError
        If it is there already.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
