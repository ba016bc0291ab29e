"""`smartfab oee`: OEE of machines, shifts, days or lines from a store."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli.languages import Language

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.plant import Plant
    from smartfab.store import Store


class By(StrEnum):
    """What a row of the result stands for."""

    machine = "machine"
    shift = "shift"
    day = "day"
    line = "line"


KEYS = {
    By.machine: ["machine_id"],
    By.shift: ["production_date", "shift_id", "machine_id"],
    By.day: ["production_date", "machine_id"],
    By.line: ["line_id"],
}


def oee(
    plant: Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)],
    store: Annotated[Path, typer.Option(help="Folder of the store.", show_default=False)],
    start: Annotated[str, typer.Option("--from", help="First production date, or a time with its offset.", show_default=False)],
    end: Annotated[str, typer.Option("--to", help="First production date, or time, no longer in it.", show_default=False)],
    by: Annotated[By, typer.Option(help="What a row stands for.")] = By.shift,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    lang: Annotated[Language | None, typer.Option(help="Language of the labels; the plant's if left out.")] = None,
) -> None:
    """Print the OEE of a window, with its coverage and remarks.

    Example: smartfab oee plant.toml --store store --from 2026-03-02 --to 2026-03-03 --by shift
    """
    from smartfab.cli.moments import typed
    from smartfab.cli.standings import oee_table, plain
    from smartfab.cli.stores import existing
    from smartfab.clock import interval
    from smartfab.plant_file import read_plant

    described = read_plant(plant)
    window = typed(start, described, "--from"), typed(end, described, "--to")
    interval(*window)
    rows = computed(existing(store), described, window, by)
    if as_json:
        told = {"from": window[0].isoformat(), "to": window[1].isoformat(), "by": by.value, "plant": described.id}
        typer.echo(json.dumps({**told, "rows": plain(rows), "findings": rows.attrs.get("findings", [])}, ensure_ascii=False))
        return
    typer.echo(oee_table(rows, KEYS[by], described, lang.value if lang is not None else described.plant.language))


def computed(store: Store, plant: Plant, window: tuple[pd.Timestamp, pd.Timestamp], by: By) -> pd.DataFrame:
    """Return the rows of table `oee` that answer a question.

    Parameters
    ----------
    store : Store
        With the samples of the plant.
    plant : Plant
        What the signals mean.
    window : tuple of Timestamp
        Half-open.
    by : By
        What a row stands for.

    Returns
    -------
    DataFrame
        Durations [s], pieces [1], ratios; findings of all of them.
    """
    import pandas as pd

    from smartfab import oee as engine
    from smartfab.data import PlantData
    from smartfab.findings import attach

    data = PlantData.from_store(store, plant, *window)
    least = plant.plant.min_coverage
    if by is not By.line:
        return engine.evaluate(data, *window, by=KEYS[by], min_coverage=least)
    parts = [engine.line(data, *window, line_id=line.id, min_coverage=least) for line in plant.lines]
    findings = [item for part in parts for item in part.attrs.get("findings", [])]
    for part in parts:
        part.attrs = {}
    return attach(pd.concat(parts, ignore_index=True), findings)
