"""Whether a server is the one we mean: everything about its certificate is checked here, before anything secret is sent."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import ipaddress
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from asyncua import ua
from asyncua.crypto.uacrypto import x509_from_der
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from smartfab.errors import SourceRefused

from .credentials import POLICIES, Access, names_in, parsed_certificates

_SHA2 = {"sha256", "sha384", "sha512"}
_NO_ENCRYPTION = {None, "", "http://opcfoundation.org/UA/SecurityPolicy#None"}


def trusted_server(offered: Iterable[ua.EndpointDescription], access: Access) -> x509.Certificate:
    """Return the certificate of the server, once everything about it is right.

    Parameters
    ----------
    offered : iterable of EndpointDescription
        What the server says it offers; not authenticated yet.
    access : Access
        What we want.

    Returns
    -------
    Certificate
        The only one the channel may be opened with.

    Raises
    ------
    SourceRefused
        If the server does not offer the policy and mode configured, or its certificate is not trusted, not valid, not
        made for this use, or not made for this host and application.
    """
    description = _wanted(list(offered), access)
    try:
        certificate: x509.Certificate | None = x509_from_der(description.ServerCertificate)  # type: ignore[no-untyped-call]
    except (ValueError, LookupError) as error:
        raise SourceRefused("the server's certificate cannot be read", where=access.url) from error
    if certificate is None:
        raise SourceRefused("the server shows no certificate", where=access.url)
    _check_trust(certificate, access)
    faults = [*_validity(certificate), *_use(certificate), *_names(certificate, description, access)]
    if faults:
        raise SourceRefused(
            f"the server's certificate ({fingerprint(certificate)}) {', '.join(faults)}",
            where=access.url,
            remedy="Give the server a certificate that is right; if only the name differs, say which it has: server_name in "
            "plant.toml, --server-name of discover.",
        )
    return certificate


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, in hexadecimal.

    Parameters
    ----------
    certificate : Certificate
        Any.

    Returns
    -------
    str
        64 digits.
    """
    return hashlib.sha256(_der(certificate)).hexdigest()


def check_user_token(policies: Iterable[ua.UserTokenPolicy], access: Access) -> None:
    """Refuse to log in where the server would have the password protected by an outdated policy, or takes no such user.

    Parameters
    ----------
    policies : iterable of UserTokenPolicy
        What the server says, over the secured channel.
    access : Access
        With or without a user.

    Raises
    ------
    SourceRefused
        If the server does not take such a user safely.
    """
    kind = ua.UserTokenType.Anonymous if access.user is None else ua.UserTokenType.UserName
    fitting = [policy for policy in policies if policy.TokenType == kind]
    if not fitting:
        raise SourceRefused(
            "the server takes no anonymous session" if access.user is None else "the server takes no user names",
            where=access.url,
            remedy="Configure security.user."
            if access.user is None
            else "Remove security.user, or allow user names on the server.",
        )
    uri = fitting[0].SecurityPolicyUri
    if access.user is not None and uri not in _NO_ENCRYPTION and uri not in {policy.URI for policy in POLICIES.values()}:
        raise SourceRefused(
            f"the server wants the password protected by {uri}", where=access.url, expected=f"one of {', '.join(POLICIES)}"
        )


def _wanted(offered: list[ua.EndpointDescription], access: Access) -> ua.EndpointDescription:
    for description in offered:
        if (
            description.SecurityMode == access.mode
            and description.SecurityPolicyUri == access.policy.URI
            and str(description.EndpointUrl or "").startswith("opc.tcp")
        ):
            return description
    there = {f"{str(item.SecurityPolicyUri).rpartition('#')[2]}/{item.SecurityMode.name.rstrip('_')}" for item in offered}
    security = access.endpoint.security
    raise SourceRefused(
        f"the server does not offer {security.policy}/{security.mode} (it offers: {', '.join(sorted(there)) or 'nothing'})",
        where=access.url,
        remedy="Switch it on at the server; smartfab never falls back to less.",
    )


def _check_trust(certificate: x509.Certificate, access: Access) -> None:
    security = access.endpoint.security
    print_ = fingerprint(certificate)
    pinned = (security.server_sha256 or "").replace(":", "").replace(" ", "").lower()
    folder = Path(security.trust) if security.trust else None
    if print_ == pinned or (folder is not None and _der(certificate) in set(_trusted(folder))):
        return
    kept, remedy = _keep_rejected(certificate, folder) if folder is not None else ("", "If they agree, correct server_sha256.")
    raise SourceRefused(
        f"the server's certificate is not trusted (SHA-256 {print_}){kept}",
        where=access.url,
        expected=f"a certificate in {folder}" if folder is not None else f"SHA-256 {pinned}",
        remedy=f"Compare the SHA-256 with the server's own. {remedy}",
    )


def _trusted(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        # a note or a key that lies in the folder is no certificate, and trusts nobody
        with contextlib.suppress(OSError, ValueError):
            yield from map(_der, parsed_certificates(path.read_bytes()))


def _keep_rejected(certificate: x509.Certificate, trust: Path) -> tuple[str, str]:
    """Keep it beside the trust folder; returns where, and what to do if it is right after all."""
    path = trust.parent / "rejected" / f"{fingerprint(certificate)}.der"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_der(certificate))
    except OSError as error:
        return (
            f", and could not be kept in {path.parent} ({error.strerror})",
            f"If they agree, put the certificate into {trust}.",
        )
    return (
        f", kept as {path}",
        f"If they agree: smartfab certificate trust {shlex.quote(str(path))} --trust {shlex.quote(str(trust))}",
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _validity(certificate: x509.Certificate) -> Iterator[str]:
    now = dt.datetime.now(dt.UTC)
    if now < certificate.not_valid_before_utc:
        yield f"is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
    if now >= certificate.not_valid_after_utc:
        yield f"expired on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"


def _use(certificate: x509.Certificate) -> Iterator[str]:
    """OPC 10000-6, 6.2.2: use of the key, its size, and the signature; OPC 10000-7 gives the limits of the policies."""
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or not 2048 <= key.key_size <= 4096:
        yield "has no RSA key of 2048 to 4096 bits"
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or algorithm.name not in _SHA2:
        yield "is signed with an outdated hash"
    with contextlib.suppress(x509.ExtensionNotFound):
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not usage.digital_signature or not (usage.key_encipherment or usage.data_encipherment):
            yield "is not made for signing and encrypting (key usage)"
    with contextlib.suppress(x509.ExtensionNotFound):
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.SERVER_AUTH not in extended:
            yield "is not made for a server (extended key usage)"


def _names(certificate: x509.Certificate, description: ua.EndpointDescription, access: Access) -> Iterator[str]:
    wanted = access.endpoint.security.server_name or access.host
    names = [*names_in(certificate, x509.DNSName), *names_in(certificate, x509.IPAddress)]
    if _canonical(wanted) not in {_canonical(name) for name in names}:
        yield f"is for host {', '.join(names) or 'nobody'} and not for {wanted}"
    uri = description.Server.ApplicationUri
    uris = names_in(certificate, x509.UniformResourceIdentifier)
    if uri not in uris:
        yield f"is for application {', '.join(uris) or 'nobody'} and not for {uri}"


def _canonical(name: str) -> str:
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.casefold().rstrip(".")
