"""`smartfab oee`: OEE of machines, shifts, days or lines from a store, or from a folder of files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from smartfab.cli.languages import Language
from smartfab.cli.reading_options import DateFormat, Decimal, Folder
from smartfab.cli.sheets_out import Xlsx, write_sheets
from smartfab.cli.working import patience

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.cli.from_files import FilesInHand
    from smartfab.plant import Plant
    from smartfab.store import Store


class By(StrEnum):
    """What a row of the result stands for."""

    machine = "machine"
    shift = "shift"
    day = "day"
    line = "line"
    product = "product"


KEYS = {
    By.machine: ["machine_id"],
    By.shift: ["production_date", "shift_id", "machine_id"],
    By.day: ["production_date", "machine_id"],
    By.line: ["line_id"],
    By.product: ["product_id", "machine_id"],
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a row of the result stands for, and whether a shift without a row in the stop log ran through."""

    by: By
    complete: bool = False


def oee(
    plant: Annotated[
        Path | None, typer.Argument(help="The plant.toml; that in the folder of --from-files if left out.", show_default=False)
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Folder of the store.", show_default=False)] = None,
    files: Annotated[
        Path | None,
        typer.Option("--from-files", help="Folder of CSV and Excel files, in place of a store.", show_default=False),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="First production date, or a time with its offset.", show_default=False)
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="First production date, or time, no longer in it.", show_default=False)
    ] = None,
    by: Annotated[By, typer.Option(help="What a row stands for.")] = By.shift,
    complete: Annotated[
        bool, typer.Option("--complete", help="The stop log is complete: a shift without a row ran through.")
    ] = False,
    decimal: Decimal = None,
    date_format: DateFormat = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    xlsx: Xlsx = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the labels; the plant's if left out.")] = None,
) -> None:
    """Print the OEE of a window, with its coverage and remarks; of a folder of files all they hold, if no window is given.

    Example: smartfab oee plant.toml --store store --from 2026-03-02 --to 2026-03-03 --by shift
    """
    from smartfab.cli.standings import oee_table
    from smartfab.exports.json_rows import plain_rows

    folder = None if files is None else Folder(files, None if decimal is None else decimal.value, date_format)
    with patience("smartfab oee"):
        described, window, rows = _asked(plant, store, folder, (start, end), Question(by, complete))
    if as_json:
        span = {name: at.isoformat() for name, at in zip(("from", "to"), window, strict=False)}
        told = {**span, "plant": described.id, "by": by.value}
        typer.echo(
            json.dumps({**told, "rows": plain_rows(rows), "findings": rows.attrs.get("findings", [])}, ensure_ascii=False)
        )
    else:
        typer.echo(oee_table(rows, KEYS[by], described, lang.value if lang is not None else described.plant.language))
    write_sheets({"oee": rows}, xlsx, described, lang.value if lang is not None else None)


def _asked(
    plant: Path | None, store: Path | None, files: Folder | None, given: tuple[str | None, str | None], asked: Question
) -> tuple[Plant, tuple[pd.Timestamp, ...], pd.DataFrame]:
    """The plant, the window (empty for totals, which name their own shifts) and the rows."""
    from smartfab.cli.moments import typed
    from smartfab.cli.stores import existing
    from smartfab.clock import interval
    from smartfab.errors import PlantError
    from smartfab.plant_file import read_plant

    if (store is None) == (files is None):
        raise PlantError("neither or both", where="--store, --from-files", expected="one of them", remedy="Give one.")
    if files is not None and given == (None, None):
        return _of_files(plant, files, asked)
    if plant is None and files is not None:
        plant = files.path / "plant.toml"
    if plant is None or None in given:
        missing = "PLANT" if plant is None else "--from or --to"
        raise PlantError("not given", where=missing, expected="a plant.toml and a window", remedy="smartfab oee --help")
    described = read_plant(plant)
    window = typed(str(given[0]), described, "--from"), typed(str(given[1]), described, "--to")
    interval(*window)
    if files is not None:
        return _of_files(plant, files, asked, window)
    return described, window, computed(existing(cast("Path", store)), described, window, asked)


def _of_files(
    toml: Path | None, files: Folder, asked: Question, window: tuple[pd.Timestamp, pd.Timestamp] | None = None
) -> tuple[Plant, tuple[pd.Timestamp, ...], pd.DataFrame]:
    from smartfab.cli.from_files import files_in, in_hand, plant_of, span_of
    from smartfab.cli.from_totals import figures_of_totals, plant_of_totals
    from smartfab.findings import attach

    plant = plant_of(toml, files.path)
    read = files_in(files.path, plant, toml, decimal=files.decimal, date_format=files.date_format)
    if "totals" in read or plant is None:
        rows = figures_of_totals(read, plant, KEYS[asked.by], window)
        return plant or plant_of_totals(files.path), window or (), rows
    span = window or span_of(read, plant)
    hand = in_hand(read, plant)
    return plant, span, attach(computed(hand, plant, span, asked), hand.findings)


def computed(
    store: Store | FilesInHand, plant: Plant, window: tuple[pd.Timestamp, pd.Timestamp], asked: Question
) -> pd.DataFrame:
    """Return the rows of table `oee` that answer a question.

    Parameters
    ----------
    store : Store or FilesInHand
        With the samples of the plant, or what people wrote.
    plant : Plant
        What the signals mean.
    window : tuple of Timestamp
        Half-open.
    asked : Question
        What a row stands for, and whether the stop log is complete.

    Returns
    -------
    DataFrame
        Durations [s], pieces [1], ratios; findings of all of them.
    """
    import pandas as pd

    from smartfab import oee as engine
    from smartfab.data import PlantData
    from smartfab.findings import attach

    held = cast("Store", store)  # files in hand are read as a store is
    data = PlantData.from_store(held, plant, *window, complete=asked.complete)
    least = plant.plant.min_coverage
    if asked.by is not By.line:
        return engine.evaluate(data, *window, by=KEYS[asked.by], min_coverage=least)
    parts = [engine.line(data, *window, line_id=line.id, min_coverage=least) for line in plant.lines]
    findings = [item for part in parts for item in part.attrs.get("findings", [])]
    for part in parts:
        part.attrs = {}
    return attach(pd.concat(parts, ignore_index=True), findings)
