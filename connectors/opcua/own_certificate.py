"""Our own certificate in a folder, and the servers that are trusted there: make, show, trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from smartfab.errors import SourceRefused

from .credentials import names_in, parsed_certificates
from .identity import made_identity, write_secret
from .security import fingerprint

OWN, KEY, TRUSTED = "own.der", "own.pem", "trusted"
"""Names in the folder: our certificate, its private key, and the certificates of servers we trust."""


@dataclass(frozen=True)
class Shown:
    """What a certificate says: subject, application URIs, hosts, validity, and its SHA-256."""

    subject: str
    uris: list[str]
    hosts: list[str]
    not_before: dt.datetime
    not_after: dt.datetime
    sha256: str


def shown(path: Path) -> Shown:
    """Return what a certificate says.

    Parameters
    ----------
    path : Path
        PEM or DER.

    Returns
    -------
    Shown
        Nothing secret.

    Raises
    ------
    SourceRefused
        If it cannot be read.
    """
    certificate = _read(path)
    return Shown(
        certificate.subject.rfc4514_string(),
        names_in(certificate, x509.UniformResourceIdentifier),
        [*names_in(certificate, x509.DNSName), *names_in(certificate, x509.IPAddress)],
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        fingerprint(certificate),
    )


def make(folder: Path, *, name: str, hosts: Sequence[str] = (), days: int = 1826) -> Shown:
    """Make a key, a certificate and an empty trust folder.

    Parameters
    ----------
    folder : Path
        Made if there is none; nothing in it is ever replaced.
    name : str
        Of this collector; its application URI is made of it.
    hosts : sequence of str
        Names and addresses of this machine, beside those it knows itself.
    days : int
        Validity [d].

    Returns
    -------
    Shown
        The certificate; it is to be trusted on the servers.

    Raises
    ------
    SourceRefused
        If there is a certificate or a key already.
    """
    there = [path for path in (folder / OWN, folder / KEY) if path.exists()]
    if there:
        raise SourceRefused(
            "there is one already, and servers may trust it",
            where=", ".join(map(str, there)),
            remedy="Move it away first if a new one is meant.",
        )
    uri = f"urn:smartfab:{quote(name, safe='')}"
    made = made_identity(uri, name, hosts=hosts, lifetime=dt.timedelta(days=days))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / TRUSTED).mkdir(exist_ok=True)
    write_secret(folder / KEY, made.private_key)
    (folder / OWN).write_bytes(made.certificate)
    return shown(folder / OWN)


def trust(path: Path, folder: Path, *, sha256: str | None = None) -> tuple[Shown, Path]:
    """Put the certificate of a server into a trust folder.

    Parameters
    ----------
    path : Path
        PEM or DER, such as one that was kept as rejected.
    folder : Path
        Where trusted certificates are.
    sha256 : str, optional
        What the certificate must have, as read off the server itself.

    Returns
    -------
    tuple of (Shown, Path)
        The certificate, and where it lies now.

    Raises
    ------
    SourceRefused
        If it cannot be read, or is another one than the SHA-256 says.
    """
    told = shown(path)
    wanted = (sha256 or told.sha256).replace(":", "").replace(" ", "").lower()
    if wanted != told.sha256:
        raise SourceRefused(
            f"its SHA-256 is {told.sha256}",
            where=str(path),
            expected=wanted,
            remedy="Find out whose certificate this is before you trust it.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{told.sha256}.der"
    kept.write_bytes(_read(path).public_bytes(Encoding.DER))
    return told, kept


def _read(path: Path) -> x509.Certificate:
    try:
        return parsed_certificates(path.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise SourceRefused(
            "no certificate can be read", where=str(path), expected="a PEM or DER file", remedy="Check the path."
        ) from error
