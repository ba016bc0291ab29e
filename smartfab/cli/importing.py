"""`smartfab import`: a plant's own file into the store, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smartfab.cli.exit_codes import OK, PARTIAL
from smartfab.cli.reading_options import DateFormat, Decimal, OnBad, WhatOfBad
from smartfab.cli.registers import By, somebody
from smartfab.cli.working import patience

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.bad_rows import BadRow
    from smartfab.findings import Finding
    from smartfab.plant import Plant
    from smartfab.store import Store

Pairs = list[str]


def import_file(
    file: Annotated[Path, typer.Argument(help="The export: CSV, TXT or XLSX.", show_default=False)],
    table: Annotated[str, typer.Option(help="What it holds: stops, counts, samples, stop_reasons …", show_default=False)],
    plant: Annotated[Path, typer.Option(help="The plant.toml.", show_default=False)],
    store: Annotated[Path | None, typer.Option(help="Folder of the store; made if it is new.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and say what was understood; store nothing.")] = False,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.", show_default=False)] = None,
    column: Annotated[
        Pairs | None, typer.Option(help='What a header means: "Đạt=good"; "Ghi chú=" leaves it out.', show_default=False)
    ] = None,
    value: Annotated[Pairs | None, typer.Option(help='What a cell means: "Chạy=running".', show_default=False)] = None,
    fixed: Annotated[Pairs | None, typer.Option(help='The same in every row: "machine_id=M1".', show_default=False)] = None,
    decimal: Decimal = None,
    date_format: DateFormat = None,
    replace: Annotated[bool, typer.Option("--replace", help="Correct counts entered before to what this file says.")] = False,
    by: By = None,
    on_bad: WhatOfBad = OnBad.stop,
) -> int:
    """Read a file that another system or a person made, and add its rows to the store.

    What the store has already is not added again; nothing is edited. Every fault of the file is told with its row. With
    --on-bad quarantine the rows in order are added and the others put aside; it ends 3 then.

    Example: smartfab import dung-may.xlsx --table stops --plant plant.toml --store store --dry-run
    """
    import pandas as pd

    from smartfab.data_imports import entered_rows, kept_in
    from smartfab.errors import TableError
    from smartfab.plant_file import read_plant
    from smartfab.plant_names import names_of
    from smartfab.store import open_store

    target = kept_in(table)
    if store is None and not dry_run:
        raise TableError("not given", where="--store", expected="a folder, or --dry-run", remedy="Give --store.")
    described = read_plant(plant)
    said: dict[str, Any] = {
        "sheet": sheet, "tz": described.timezone, "day_start": described.day_start, "ids": names_of(described),
        "columns": {name: said or None for name, said in _pairs(column, "--column").items()},
        "values": dict(_pairs(value, "--value").items()), "fixed": _pairs(fixed, "--fixed"),
        "decimal": None if decimal is None else decimal.value, "date_format": date_format,
    }  # fmt: skip
    read, bad = _read(file, table, on_bad, said)
    rows, remarks = entered_rows(read, table, by=somebody(by), recorded_at=pd.Timestamp.now("UTC"))
    _tell(remarks)
    told = len(rows) + len(bad)
    if store is None or dry_run:
        beside = f", {len(bad)} to be put aside" if bad else ""
        typer.echo(f"{len(rows)} rows for table {target}{beside}; nothing was stored (--dry-run)")
        return OK
    kept = open_store(store)
    if on_bad is OnBad.quarantine:
        rows = _aside(kept, target, rows, bad, file)
    typer.echo(_stored(kept, target, rows, described, replace))
    return PARTIAL if len(rows) < told else OK


def _tell(remarks: list[Finding]) -> None:
    from smartfab.findings import merged
    from smartfab.remarks import sentence

    for item in merged(remarks):
        typer.echo(f"  {item['count']} × {sentence(item['code'], 'en')} {item['evidence'].get('columns', '')}".rstrip())


def _aside(kept: Store, target: str, rows: pd.DataFrame, bad: list[BadRow], file: Path) -> pd.DataFrame:
    """Put bad rows aside, those that can be read and yet cannot be true among them; return the others."""
    new = kept.put_aside(bad)
    good, more = kept.sift(target, rows, source=f"{file.name}, rows in order")
    typer.echo(f"{len(bad) + len(rows) - len(good)} bad rows, {new + more} of them new in the quarantine")
    return good


def _read(file: Path, table: str, on_bad: OnBad, said: dict[str, Any]) -> tuple[pd.DataFrame, list[BadRow]]:
    from smartfab.exports import read_export
    from smartfab.exports.reading import read_export_apart

    if on_bad is OnBad.quarantine:
        return read_export_apart(file, table=table, **said)
    return read_export(file, table=table, **said), []


def _stored(kept: Store, target: str, rows: pd.DataFrame, plant: Plant, replace: bool) -> str:
    import hashlib

    from smartfab.cli.counts_again import only_new
    from smartfab.store.known_rows import without_known

    with patience("smartfab import"):
        if target == "entered_counts":
            new, known = only_new(rows, kept.read(target), replace=replace)
        else:
            new = without_known(kept, target, rows)
            known = len(rows) - len(new)
        said = new.drop(columns=[name for name in ("by", "recorded_at") if name in new])
        digest = hashlib.sha256(said.to_csv(index=False).encode()).hexdigest()[:32]
        added = len(new) > 0 and kept.append(target, new, app_id=f"import/{plant.id}/{target}/{digest}", seq=1)
    if not added:
        return f"The store has these {len(rows)} rows of table {target} already; nothing was added."
    beside = f"; {known} it had already" if known else ""
    return f"{len(new)} rows added to table {target}{beside}"


def _pairs(texts: Pairs | None, option: str) -> dict[str, str]:
    from smartfab.errors import SmartfabError, TableError

    faults: list[SmartfabError] = [
        TableError(repr(text), where=option, expected='"name=value"', remedy="Put = between them.")
        for text in texts or ()
        if "=" not in text
    ]
    if faults:
        raise TableError.of(faults, where=option)
    return {name.strip(): said.strip() for name, _, said in (text.rpartition("=") for text in texts or ())}
