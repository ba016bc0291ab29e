"""`smartfab certificate make | show | trust`: who this collector is to the servers, and which servers it trusts."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli import exit_codes

if TYPE_CHECKING:
    from smartfab.connectors.opcua.own_certificate import Shown

_Folder = Annotated[Path, typer.Option(help="Folder of own.der, own.pem and trusted/.")]


def make(
    folder: _Folder = Path("pki"),
    name: Annotated[str | None, typer.Option(help="Of this collector; the name of this machine if left out.")] = None,
    host: Annotated[list[str] | None, typer.Option(help="Another name or address of this machine.")] = None,
    days: Annotated[int, typer.Option(min=1, help="Validity in days.")] = 1826,
) -> int:
    """Make the certificate of this collector, and its private key that only you can read.

    Nothing is ever replaced. The servers have to be told to trust the certificate.

    Example: smartfab certificate make
    """
    from smartfab.connectors.opcua.own_certificate import make as made

    told = made(folder, name=name or f"collector-{socket.gethostname()}", hosts=host or [], days=days)
    typer.echo(f"made {folder / 'own.der'} and {folder / 'own.pem'}: have the server trust own.der, keep own.pem to yourself")
    return _end("certificate make", told)


def show(
    certificate: Annotated[Path | None, typer.Argument(help="A certificate, PEM or DER; our own if left out.")] = None,
    folder: _Folder = Path("pki"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and no text.")] = False,
) -> int:
    """Show what a certificate says: whose it is, for which hosts, until when, and its SHA-256.

    Example: smartfab certificate show pki/trusted/press-1.der
    """
    from smartfab.connectors.opcua.own_certificate import OWN, shown

    return _end("certificate show", shown(certificate or folder / OWN), as_json=as_json)


def trust(
    certificate: Annotated[Path, typer.Argument(help="The server's certificate, PEM or DER.", show_default=False)],
    into: Annotated[Path, typer.Option("--trust", help="Folder of trusted certificates.")] = Path("pki/trusted"),
    sha256: Annotated[str | None, typer.Option(help="SHA-256 the server itself shows; another one is refused.")] = None,
) -> int:
    """Trust the server that shows this certificate.

    Compare the SHA-256 with what the server's own display or configuration says, or give that with --sha256.

    Example: smartfab certificate trust pki/rejected/1f…09.der
    """
    from smartfab.connectors.opcua.own_certificate import trust as trusted

    told, kept = trusted(certificate, into, sha256=sha256)
    typer.echo(f"trusted, kept as {kept}")
    return _end("certificate trust", told)


def _end(command: str, told: Shown, *, as_json: bool = False) -> int:
    rows = {
        "subject": told.subject,
        "application": ", ".join(told.uris) or "none",
        "hosts": ", ".join(told.hosts) or "none",
        "valid": f"{told.not_before:%Y-%m-%d} to {told.not_after:%Y-%m-%d}",
        "SHA-256": told.sha256,
    }
    for name, value in () if as_json else rows.items():
        typer.echo(f"{name:12} {value}")
    summary = {
        "command": command, "exit": exit_codes.OK, "subject": told.subject, "uris": told.uris, "hosts": told.hosts,
        "not_before": told.not_before.isoformat(), "not_after": told.not_after.isoformat(), "sha256": told.sha256,
    }  # fmt: skip
    typer.echo(json.dumps(summary, ensure_ascii=False))
    return exit_codes.OK
