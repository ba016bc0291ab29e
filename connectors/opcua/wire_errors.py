"""What goes wrong on the wire, told as one of our errors."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator

from asyncua import ua
from asyncua.crypto.uacrypto import InvalidSignature as InvalidHash
from cryptography.exceptions import InvalidSignature

from smartfab.errors import SmartfabError, SourceError, SourceRefused, SourceUnavailable

_FORGED = (InvalidSignature, InvalidHash)
WIRE_FAULTS = (ua.UaError, OSError, *_FORGED, struct.error, ValueError, LookupError, ArithmeticError)
"""What a broken connection or a server that breaks the protocol can raise in asyncua."""

_CREDENTIALS = {
    ua.StatusCodes.BadUserAccessDenied,
    ua.StatusCodes.BadIdentityTokenRejected,
    ua.StatusCodes.BadIdentityTokenInvalid,
    ua.StatusCodes.BadUserSignatureInvalid,
}
_OUR_CERTIFICATE = {
    ua.StatusCodes.BadSecurityChecksFailed,
    ua.StatusCodes.BadCertificateInvalid,
    ua.StatusCodes.BadCertificateUntrusted,
    ua.StatusCodes.BadCertificateTimeInvalid,
    ua.StatusCodes.BadCertificateIssuerTimeInvalid,
    ua.StatusCodes.BadCertificateHostNameInvalid,
    ua.StatusCodes.BadCertificateUriInvalid,
    ua.StatusCodes.BadCertificateUseNotAllowed,
    ua.StatusCodes.BadCertificateIssuerUseNotAllowed,
    ua.StatusCodes.BadCertificateRevoked,
    ua.StatusCodes.BadCertificateIssuerRevoked,
    ua.StatusCodes.BadCertificateRevocationUnknown,
    ua.StatusCodes.BadCertificateIssuerRevocationUnknown,
    ua.StatusCodes.BadCertificateChainIncomplete,
    ua.StatusCodes.BadCertificatePolicyCheckFailed,
    ua.StatusCodes.BadApplicationSignatureInvalid,
    ua.StatusCodes.BadNoValidCertificates,
}
_POLICY = {ua.StatusCodes.BadSecurityPolicyRejected, ua.StatusCodes.BadSecurityModeRejected}


def retold(error: Exception, *, where: str, doing: str) -> SmartfabError:
    """Return the error of ours that tells what `error` means.

    Parameters
    ----------
    error : Exception
        From asyncua, asyncio, the operating system, or one of ours already.
    where : str
        The endpoint.
    doing : str
        What was being done, as "opening the session".

    Returns
    -------
    SmartfabError
        SourceRefused where trying again cannot help, else SourceUnavailable.
    """
    if isinstance(error, SmartfabError):
        return error
    if isinstance(error, ua.UaStatusCodeError):
        return _of_status(error, where=where, doing=doing)
    if isinstance(error, _FORGED):
        return SourceRefused(
            f"a signature of the server is wrong while {doing}",
            where=where,
            expected="one made with the key of its certificate",
            remedy="Find out who answers at this address.",
        )
    if isinstance(error, TimeoutError):
        return SourceUnavailable(f"no answer in time while {doing}", where=where)
    if isinstance(error, OSError):
        return SourceUnavailable(f"{_short(error)} while {doing}", where=where)
    return SourceUnavailable(
        f"{type(error).__name__} while {doing}: {_short(error)}",
        where=where,
        expected="an OPC UA server that follows the protocol",
        remedy="Try again; if it stays, the server and this client do not understand each other.",
    )


def _of_status(error: ua.UaStatusCodeError, *, where: str, doing: str) -> SourceError:
    name, meaning = ua.status_codes.get_name_and_doc(error.code)
    found = f"{name} while {doing}"
    if error.code in _CREDENTIALS:
        return SourceRefused(
            f"the server refused the user ({found})",
            where=where,
            expected="a user and password the server knows",
            remedy="Correct security.user and its password, and the rights of that user on the server.",
        )
    if error.code in _OUR_CERTIFICATE:
        return SourceRefused(
            f"the server refused our certificate ({found})",
            where=where,
            expected="a certificate the server trusts",
            remedy="Trust security.certificate on the server.",
        )
    if error.code in _POLICY:
        return SourceRefused(
            f"the server refused the security policy ({found})",
            where=where,
            remedy="Choose a policy and mode the server offers.",
        )
    return SourceUnavailable(f"{found}: {meaning.rstrip('.')}", where=where, remedy="Try again later.")


def _short(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.splitlines()[0] if text else type(error).__name__


@contextlib.contextmanager
def retelling(*, where: str, doing: str) -> Iterator[None]:
    """Turn what is raised inside into one of our errors.

    Parameters
    ----------
    where : str
        The endpoint.
    doing : str
        What is being done, as "opening the session".

    Raises
    ------
    SourceError
        In place of every other exception.
    """
    try:
        yield
    except SmartfabError:
        raise
    except WIRE_FAULTS as error:
        raise retold(error, where=where, doing=doing) from error
