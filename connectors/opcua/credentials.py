"""What a session is opened with: policy, own certificate and key, user and password. Secrets never show."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from asyncua import ua
from asyncua.crypto import security_policies
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from smartfab.errors import SourceRefused
from smartfab.plant import Endpoint

POLICIES: dict[str, type[security_policies.SecurityPolicy]] = {
    "Basic256Sha256": security_policies.SecurityPolicyBasic256Sha256,
    "Aes128Sha256RsaOaep": security_policies.SecurityPolicyAes128Sha256RsaOaep,
    "Aes256Sha256RsaPss": security_policies.SecurityPolicyAes256Sha256RsaPss,
}
_MODES = {
    "SignAndEncrypt": ua.MessageSecurityMode.SignAndEncrypt,
    "Sign": ua.MessageSecurityMode.Sign,
    "None": ua.MessageSecurityMode.None_,
}


@dataclass(frozen=True, repr=False)
class Access:
    """One endpoint with everything it is opened with; `certificate` and `private_key` are None without security."""

    endpoint: Endpoint
    url: str
    host: str
    mode: ua.MessageSecurityMode
    policy: type[security_policies.SecurityPolicy]
    certificate: x509.Certificate | None = None
    private_key: rsa.RSAPrivateKey | None = None
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Access({self.url!r})"

    @property
    def application_uri(self) -> str:
        """The name our certificate gives us, or a plain one where it gives none."""
        uris = names_in(self.certificate, x509.UniformResourceIdentifier) if self.certificate is not None else []
        return uris[0] if uris else "urn:smartfab:client"


def access(endpoint: Endpoint, password: Callable[[], str] | None = None) -> Access:
    """Gather what `endpoint` is opened with; whatever is not clearly allowed is refused.

    Parameters
    ----------
    endpoint : Endpoint
        From the plant.
    password : callable, optional
        Returns the password, in place of password_env and password_file.

    Returns
    -------
    Access
        Whose repr shows the address alone.

    Raises
    ------
    SourceRefused
        If the settings would weaken the channel, or a file cannot be used.
    """
    url, host = address(endpoint.url)
    security = endpoint.security
    if security.mode not in _MODES or security.policy not in {*POLICIES, "None"} or _half_open(security.policy, security.mode):
        raise SourceRefused(
            f"policy {security.policy!r} with mode {security.mode!r}",
            where=url,
            expected=f"one of {', '.join(POLICIES)} with SignAndEncrypt",
            remedy="Correct security.policy and security.mode.",
        )
    if security.mode != "SignAndEncrypt" and not (security.allow_insecure or "").strip():
        raise SourceRefused(
            f"mode {security.mode!r}",
            where=url,
            expected="SignAndEncrypt",
            remedy='Use it, or write allow_insecure = "the reason".',
        )
    if security.user is not None and security.mode != "SignAndEncrypt":
        raise SourceRefused(
            "a user on a channel that is not encrypted",
            where=url,
            expected="mode SignAndEncrypt",
            remedy="Encrypt the channel, or leave out the user.",
        )
    if security.mode == "None":
        return Access(endpoint, url, host, _MODES["None"], security_policies.SecurityPolicyNone)
    certificate, key = _own_pair(security.certificate, security.private_key, where=url)
    secret = _password(endpoint, password, where=url) if security.user is not None else None
    mode = _MODES[security.mode]
    return Access(endpoint, url, host, mode, POLICIES[security.policy], certificate, key, security.user, secret)


def days_left(accesses: Iterable[Access]) -> int | None:
    """Return for how long our certificates are valid still.

    Parameters
    ----------
    accesses : iterable of Access
        With certificates or without.

    Returns
    -------
    int or None
        Whole days until the first of them ends [d]; None without any.
    """
    now = dt.datetime.now(dt.UTC)
    ends = [access.certificate.not_valid_after_utc for access in accesses if access.certificate is not None]
    return (min(ends) - now).days if ends else None


def _half_open(policy: str, mode: str) -> bool:
    return (policy == "None") != (mode == "None")


def address(text: str) -> tuple[str, str]:
    """Return an address as it may be told, and its host.

    Parameters
    ----------
    text : str
        opc.tcp://host:port.

    Returns
    -------
    tuple of str
        Without anything secret.

    Raises
    ------
    SourceRefused
        If it is none, or holds user information.
    """
    try:
        parts = urlparse(text)
        host, port = parts.hostname, parts.port or 4840
    except ValueError:
        host = None
    if host is None or parts.scheme != "opc.tcp":
        raise SourceRefused("no usable address", where=text.rpartition("@")[2], expected="opc.tcp://host:port")
    if "@" in parts.netloc:
        raise SourceRefused(
            "user information in the address",
            where=f"opc.tcp://{host}:{port}",
            remedy="Use security.user with password_env or password_file.",
        )
    name = f"[{host}]" if ":" in host else host
    return f"opc.tcp://{name}:{port}{parts.path}", host


def _own_pair(certificate: str | None, private_key: str | None, *, where: str) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    if not certificate or not private_key:
        raise SourceRefused("certificate or private_key is missing", where=where, expected="the paths of both")
    own, key = _read_certificate(Path(certificate)), _read_key(Path(private_key))
    now = dt.datetime.now(dt.UTC)
    if not own.not_valid_before_utc <= now < own.not_valid_after_utc:
        raise SourceRefused(
            f"our certificate is valid from {own.not_valid_before_utc:%Y-%m-%d} to {own.not_valid_after_utc:%Y-%m-%d}",
            where=certificate,
            remedy="Make a new one, and trust it on the server.",
        )
    public = own.public_key()
    if not isinstance(public, rsa.RSAPublicKey) or public.public_numbers() != key.public_key().public_numbers():
        raise SourceRefused("the private key does not belong to the certificate", where=private_key)
    return own, key


def parsed_certificates(content: bytes) -> list[x509.Certificate]:
    """Return the certificates in `content`, PEM or DER.

    Parameters
    ----------
    content : bytes
        Of a file.

    Returns
    -------
    list of Certificate
        One or more.

    Raises
    ------
    ValueError
        If there is none.
    """
    if b"-----BEGIN" in content:
        return x509.load_pem_x509_certificates(content)
    return [x509.load_der_x509_certificate(content)]


def names_in(
    certificate: x509.Certificate, kind: type[x509.DNSName | x509.IPAddress | x509.UniformResourceIdentifier]
) -> list[str]:
    """Return the names of one kind in a certificate's SubjectAltName.

    Parameters
    ----------
    certificate : Certificate
        Any.
    kind : type
        DNSName, IPAddress or UniformResourceIdentifier.

    Returns
    -------
    list of str
        Empty without the extension.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name) for name in names.get_values_for_type(kind)]


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return parsed_certificates(path.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise SourceRefused(
            "our certificate cannot be read",
            where=str(path),
            expected="a PEM or DER file",
            remedy="Check security.certificate.",
        ) from error


def _read_key(path: Path) -> rsa.RSAPrivateKey:
    content = _read_private(path)
    load = serialization.load_pem_private_key if b"-----BEGIN" in content else serialization.load_der_private_key
    try:
        key = load(content, password=None)
    except (ValueError, TypeError) as error:
        raise SourceRefused(
            "our private key cannot be read",
            where=str(path),
            expected="an RSA key in PEM or DER, without a passphrase",
            remedy="Check security.private_key.",
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SourceRefused("our private key is no RSA key", where=str(path), expected="RSA of 2048 bits or more")
    return key


def _read_private(path: Path) -> bytes:
    """Read a file that only its owner may read."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise SourceRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="Check the path.") from error
    if os.name == "posix" and mode & 0o077:
        raise SourceRefused(
            f"others may read this secret (mode {mode & 0o777:04o})",
            where=str(path),
            expected="mode 0600",
            remedy=f"chmod 600 {path}",
        )
    return content


def _password(endpoint: Endpoint, given: Callable[[], str] | None, *, where: str) -> str:
    security = endpoint.security
    if given is not None:
        return given()
    if security.password_file is not None:
        return _text(_read_private(Path(security.password_file)), security.password_file)
    if security.password_env is not None and security.password_env in os.environ:
        return os.environ[security.password_env]
    raise SourceRefused(
        f"no password for user {security.user!r}",
        where=where,
        expected=f"environment variable {security.password_env}" if security.password_env else "password_env or password_file",
        remedy="Set it for this process.",
    )


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SourceRefused("the password is no UTF-8", where=path, remedy="Save the file as UTF-8.") from None
