"""`smartfab serve`, and what its register needs from the command line: passwords, backup, restore."""

from __future__ import annotations

import getpass
import logging
import signal
import socket
import ssl
import sys
from pathlib import Path
from typing import Annotated

import typer

from smartfab.cli.exit_codes import OK, PARTIAL
from smartfab.cli.kpi_rows import PlantFile, StoreFolder
from smartfab.cli.registers import AsJson, Db, opened, show_json


def serve(
    db: Db,
    plant: PlantFile = None,
    store: StoreFolder = None,
    host: Annotated[str, typer.Option(help="Where to listen; beyond loopback only with TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8765,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate, PEM.", show_default=False)] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key, PEM.", show_default=False)] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A proxy on this machine has TLS in front.")] = False,
    organisation: Annotated[str, typer.Option(help="Name of the plant on its papers.")] = "…",
    place: Annotated[str, typer.Option(help="Where the plant is, on its papers.")] = "…",
    templates: Annotated[Path | None, typer.Option(help="Folder with the plant's own papers.", show_default=False)] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log each answer.")] = False,
) -> None:
    """Serve the register as a web page and a REST API.

    The first start prints the token of the administrator, once.

    Example: smartfab serve --db plant.db --plant plant.toml --store store
    """
    from smartfab.service.application import create_app
    from smartfab.service.running import Address, first_token, server_for
    from smartfab.service.settings import Settings

    address = Address(host, port, certificate, key, behind_proxy)
    address.check()
    _check_certificate(certificate, key)
    settings = Settings(
        db=db if "://" in db else f"sqlite:///{db}", plant=plant, store=store, organisation=organisation, place=place,
        templates=templates, secure=address.secure, tz=_zone_of(plant),
    )  # fmt: skip
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    app = create_app(settings)
    server = server_for(app, address)
    with _bound(host, port) as listening:
        secret = first_token(app.state.hall.register)
        if secret is not None:
            typer.echo(f"token of the administrator, shown this once: {secret}")
            typer.echo(f"for the web page: smartfab register password admin --db {_shown(db)}", err=True)
        typer.echo(f"{'https' if certificate else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/", err=True)
        for number in (signal.SIGINT, signal.SIGTERM):  # the server hands it on when the last answer is given
            signal.signal(number, lambda *_: sys.exit(OK))
        server.run([listening])


def _check_certificate(certificate: Path | None, key: Path | None) -> None:
    """Refuse a certificate before the first token is made: it is shown only once."""
    from smartfab.service.refusals import Refusal

    if certificate is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except OSError as error:
        raise Refusal(
            f"{certificate} with {key}: {error.strerror or error}", where="--certificate, --key",
            expected="a certificate and its own private key, PEM",
        ) from error  # fmt: skip


def _bound(host: str, port: int) -> socket.socket:
    from smartfab.service.refusals import Refusal

    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048)
    except OSError as error:
        raise Refusal(
            f"{host}, {port}: {error.strerror}", where="--host, --port", expected="an address of this machine that is free",
            remedy="End what listens there, or give another --port.",
        ) from error  # fmt: skip


def _shown(db: str) -> str:
    """Return an address without its password."""
    from sqlalchemy import make_url

    return make_url(db).render_as_string(hide_password=True) if "://" in db else db


def _zone_of(plant: Path | None) -> str:
    from smartfab.plant_file import read_plant

    return "Asia/Ho_Chi_Minh" if plant is None else read_plant(plant).timezone


def password(db: Db, person_id: Annotated[str, typer.Argument(help="Whose.", show_default=False)]) -> None:
    """Give somebody a password for the web page; it is asked for, or read from a pipe.

    Example: smartfab register password E0123 --db plant.db
    """
    from smartfab.errors import RegisterError

    with opened(db) as register:
        if sys.stdin.isatty():
            said, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
        else:
            said = again = sys.stdin.readline().rstrip("\n")
        if said != again:
            raise RegisterError("two different ones", where="password", expected="the same twice")
        register.access.set_password(person_id, said)
    typer.echo(f"password of {person_id} set")


def backup(
    db: Db, folder: Annotated[Path, typer.Argument(help="A new folder.", show_default=False)], as_json: AsJson = False
) -> int:
    """Save the register and its files into a new folder, while it is in use, and verify the copy.

    Ends 3 when the chain of the copy has faults.

    Example: smartfab register backup saved/2026-03-02 --db plant.db
    """
    with opened(db) as register:
        made = register.backup(folder)
    if as_json:
        show_json({"folder": str(made.folder), "files": made.files, **made.audit.to_dict()})
    else:
        typer.echo(f"{made.folder}: {made.rows} rows of the chain, {made.files} files, head {made.head}")
        for fault in made.audit.faults:
            typer.echo(f"{fault.table} {fault.row}: {fault.kind}", err=True)
    return OK if made.audit.ok else PARTIAL


def restore(
    db: Db,
    folder: Annotated[Path, typer.Argument(help="What register backup made.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Fill a new register from a backup; everything is verified first.

    Example: smartfab register restore saved/2026-03-02 --db new.db
    """
    with opened(db, new=True) as register:
        made = register.restore(folder)
    if as_json:
        show_json({"folder": str(made.folder), "files": made.files, **made.audit.to_dict()})
    else:
        typer.echo(f"{made.rows} rows of the chain, {made.files} files, head {made.head}")
