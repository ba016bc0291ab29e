"""`smartfab quarantine ls | retry | export`: bad rows that were put aside."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from smartfab.cli import exit_codes
from smartfab.cli.jobs import PlantFile
from smartfab.cli.registers import By, somebody
from smartfab.cli.upkeep import AsJson, StoreFolder

_NUMBER = re.compile(r"[-+]?[\d.,\s]+")
"""Begins like a formula, and is none."""


def ls(store: StoreFolder, as_json: AsJson = False) -> int:
    """List the rows that are aside: where they came from, why they cannot be used, and what they said.

    Example: smartfab quarantine ls --store store
    """
    from smartfab.cli.stores import existing
    from smartfab.pipelines.taking_back import shown

    rows = list(shown(existing(store)))
    if as_json:
        typer.echo(json.dumps({"rows": rows}, ensure_ascii=False))
        return exit_codes.OK
    for row in rows:
        typer.echo(f"{row['table']}  {row['source']}  {row['reason']}  {row['raw']}")
    counts = ", ".join(f"{count} of {table}" for table, count in sorted(Counter(row["table"] for row in rows).items()))
    typer.echo(f"{len(rows)} rows aside{f': {counts}' if counts else ''}")
    return exit_codes.OK


def retry(plant: PlantFile, store: StoreFolder, by: By = None) -> int:
    """Read the rows that are aside once more, with plant.toml as it is now; those that can be used go into their tables.

    Ends 0 when nothing is aside any more, else 3; the last line is JSON.

    Example: smartfab quarantine retry plant.toml --store store
    """
    from smartfab.cli.stores import existing
    from smartfab.pipelines.taking_back import take_back
    from smartfab.plant_file import read_plant

    moved, left = take_back(read_plant(plant), existing(store), by=somebody(by))
    code = exit_codes.PARTIAL if left else exit_codes.OK
    typer.echo(json.dumps({"command": "quarantine retry", "exit": code, "rows": moved, "left": left}))
    return code


def export(
    store: StoreFolder,
    out: Annotated[Path, typer.Option(help="The CSV file to be written.", show_default=False)],
    table: Annotated[str | None, typer.Option(help="Of this table only.", show_default=False)] = None,
) -> int:
    """Write the rows that are aside to a CSV file, a column for each thing they say, to be corrected and imported.

    The columns quarantine_reason and quarantine_source stand behind the others. The last line is JSON.

    Example: smartfab quarantine export --store store --table stops --out mend.csv
    """
    import pandas as pd

    from smartfab.cli.stores import existing
    from smartfab.exports.cells_out import safe_text
    from smartfab.pipelines.taking_back import shown

    rows = [row for row in shown(existing(store)) if table in (None, row["table"])]
    said = pd.DataFrame([json.loads(row["raw"]) for row in rows])
    frame = said.assign(quarantine_reason=[row["reason"] for row in rows], quarantine_source=[row["source"] for row in rows])
    plain = frame.map(lambda cell: cell if not isinstance(cell, str) or _NUMBER.fullmatch(cell) else safe_text(cell))
    plain.to_csv(out, index=False, encoding="utf-8-sig")
    typer.echo(json.dumps({"command": "quarantine export", "exit": exit_codes.OK, "rows": len(rows), "file": str(out)}))
    return exit_codes.OK
