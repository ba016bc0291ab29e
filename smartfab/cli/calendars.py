"""`smartfab shifts`: who works when, with rotations, exceptions and dates of validity worked out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smartfab.cli.registers import AsJson, show_json, show_rows
from smartfab.cli.sheets_out import Xlsx, write_sheets


def shifts(
    plant: Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)],
    start: Annotated[str, typer.Option("--from", help="First production date.", show_default=False)],
    end: Annotated[str, typer.Option("--to", help="First production date no longer in it.", show_default=False)],
    as_json: AsJson = False,
    xlsx: Xlsx = None,
) -> None:
    """Show the shifts and breaks of a window as they come out of rules, rotation, exceptions and validity.

    Example: smartfab shifts plant.toml --from 2026-02-14 --to 2026-02-24
    """
    from smartfab.charts.wording import language
    from smartfab.cli.moments import typed
    from smartfab.clock import interval, zone
    from smartfab.exports.json_rows import plain_rows
    from smartfab.plant_file import read_plant
    from smartfab.shifts import expand
    from smartfab.vocabulary import COLUMNS, label

    described = read_plant(plant)
    window = typed(start, described, "--from"), typed(end, described, "--to")
    interval(*window)
    table = expand(described, *window)
    if as_json:
        show_json(plain_rows(table))
    else:
        lang = language(described.plant.language)
        names = [name for name in _SHOWN if name not in {"line_id", "machine_id", "team_id"} or table[name].notna().any()]
        tz = zone(described.timezone)
        local = {name: table[name].dt.tz_convert(tz).dt.strftime("%d/%m %H:%M") for name in ("start", "end")}
        spoken = table["kind"].map(lambda kind: label(kind, lang))
        shown = table.assign(**local, kind=spoken, production_date=table["production_date"].dt.strftime("%d/%m/%Y"))
        rows = shown[names].astype(object).where(shown[names].notna(), None).to_numpy().tolist()
        show_rows([COLUMNS[name].label(lang) for name in names], rows, left=len(names))
    write_sheets({"shifts": table}, xlsx, described)


_SHOWN = ("production_date", "shift_id", "team_id", "line_id", "machine_id", "kind", "start", "end")
