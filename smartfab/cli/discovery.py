"""`smartfab discover`: a server's tags → the draft of a plant.toml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from smartfab.cli import exit_codes
from smartfab.cli.working import patience
from smartfab.errors import PlantError, SourceRefused


def discover(
    url: Annotated[str, typer.Argument(help="Address of the server, opc.tcp://host:port.", show_default=False)],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the draft there; else to the terminal.")] = None,
    profile: Annotated[str, typer.Option(help="Models to look for: auto, machinery, packml or plain.")] = "auto",
    policy: Annotated[str, typer.Option(help="Security policy; never negotiated down.")] = "Basic256Sha256",
    user: Annotated[str | None, typer.Option(help="User name.")] = None,
    password_env: Annotated[str | None, typer.Option(help="Environment variable that holds the password.")] = None,
    certificate: Annotated[Path, typer.Option(help="Our certificate.")] = Path("pki/own.der"),
    key: Annotated[Path, typer.Option(help="Our private key.")] = Path("pki/own.pem"),
    trust: Annotated[Path, typer.Option(help="Folder of trusted server certificates.")] = Path("pki/trusted"),
    server_name: Annotated[str | None, typer.Option(help="Name in the server's certificate, if not that of the URL.")] = None,
    allow_insecure: Annotated[str | None, typer.Option(help="The reason to do without encryption, on a test bench.")] = None,
) -> int:
    """Browse a server into the draft of a plant.toml; doubtful guesses are comments in it.

    A server met for the first time is not trusted: the command ends 2, with its SHA-256 and what to type to trust it.

    Example: smartfab discover opc.tcp://press-1:4840 -o plant.toml
    """
    from smartfab.connectors.opcua import discover as discovered

    if out is not None and out.exists():
        raise PlantError("there is a file already", where=str(out), remedy="Choose another name: a draft replaces nothing.")
    if allow_insecure is not None and user is None:
        security: dict[str, object] = {"allow_insecure": allow_insecure}
    else:
        if not certificate.exists():
            raise SourceRefused("we have no certificate yet", where=str(certificate), remedy="Type: smartfab certificate make")
        named = {"user": user, "password_env": password_env, "server_name": server_name, "allow_insecure": allow_insecure}
        security = {"policy": policy, "certificate": str(certificate), "private_key": str(key), "trust": str(trust)}
        security |= {name: value for name, value in named.items() if value is not None}
    with patience("smartfab discover"):
        draft = discovered(url, profile, security=security)
    text = draft.to_toml()
    if out is None:
        typer.echo(text, nl=False)
        return exit_codes.OK
    out.write_text(text, encoding="utf-8")
    machines = [machine for line in draft.lines for machine in line.machines]
    signals = sum(len(machine.signals) for machine in machines)
    typer.echo(f"{out}: {len(machines)} machines, {signals} signals, {len(draft.remarks)} doubts in comments")
    summary = {"command": "discover", "exit": exit_codes.OK, "machines": len(machines), "signals": signals,
               "doubts": len(draft.remarks), "left_out": sum(map(len, draft.left_out.values()))}  # fmt: skip
    typer.echo(json.dumps(summary))
    return exit_codes.OK
