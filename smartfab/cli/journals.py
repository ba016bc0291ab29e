"""`smartfab journal ls | retry | export`: what the journals of a store set aside as unreadable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smartfab.cli import exit_codes
from smartfab.cli.upkeep import AsJson, StoreFolder

if TYPE_CHECKING:
    from smartfab.store.journals import Glance

Name = Annotated[str, typer.Argument(help="Name of the journal, as ls shows it.", show_default=False)]
Number = Annotated[int | None, typer.Option(help="Number of one batch; all that were set aside if left out.")]


def ls(store: StoreFolder, as_json: AsJson = False) -> int:
    """List the journals of a store and the batches they set aside.

    Example: smartfab journal ls --store store
    """
    from smartfab.cli.stores import existing
    from smartfab.store.journals import glances
    from smartfab.store.set_aside import listed

    kept = existing(store)
    found = [(glance, listed(kept.path, glance.name)) for glance in glances(kept.path)]
    if as_json:
        typer.echo(json.dumps({"journals": [{**_shown(glance), "set_aside": aside} for glance, aside in found]}, default=str))
        return exit_codes.OK
    for glance, aside in found:
        owned = "no owner" if glance.owner is None else f"owned by process {glance.owner}"
        typer.echo(f"{glance.name}  {owned}, {glance.waiting.rows:,} rows wait, {glance.size:,} bytes, {len(aside)} set aside")
        for batch in aside:
            typer.echo(f"  {batch['number']}  {batch['table']}  {batch['rows']} rows  {batch['reason']}")
    return exit_codes.OK


def _shown(glance: Glance) -> dict[str, Any]:
    return {
        "name": glance.name,
        "owner": glance.owner,
        "waiting_rows": glance.waiting.rows,
        "bytes": glance.size,
        "error": glance.error,
    }


def retry(name: Name, store: StoreFolder, number: Number = None) -> int:
    """Try again to read batches that were set aside; those that can be read go into the store.

    Ends 0 when all of them could be, else 3.

    Example: smartfab journal retry press-1 --store store
    """
    from smartfab.cli.stores import existing
    from smartfab.store.set_aside import tried_again

    kept = existing(store)
    moved, left = tried_again(kept, name, number)
    code = exit_codes.PARTIAL if left else exit_codes.OK
    typer.echo(json.dumps({"command": "journal retry", "exit": code, "rows": moved, "left": left}))
    return code


def export(
    name: Name,
    store: StoreFolder,
    out: Annotated[Path, typer.Option(help="Folder for the files; made if there is none.", show_default=False)],
    number: Number = None,
) -> int:
    """Write the bytes of batches that were set aside to files, for somebody who can mend them; the last line is JSON.

    Example: smartfab journal export press-1 --store store --out rescued
    """
    from smartfab.cli.stores import existing
    from smartfab.store.set_aside import exported

    paths = exported(existing(store).path, name, out, number)
    for path in paths:
        typer.echo(str(path))
    typer.echo(json.dumps({"command": "journal export", "exit": exit_codes.OK, "files": len(paths)}))
    return exit_codes.OK
