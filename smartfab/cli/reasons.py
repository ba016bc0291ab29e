"""`smartfab reasons …`: why machines stood, said afterwards: on the command line, or in a sheet with a drop-down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli.registers import AsJson, By, show_json, show_rows, somebody
from smartfab.cli.sheets_out import Xlsx, write_sheets
from smartfab.cli.working import patience

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.plant import Plant

PlantFile = Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)]
StoreFolder = Annotated[Path, typer.Option(help="Folder of the store.", show_default=False)]
From = Annotated[str, typer.Option("--from", help="First production date, or a time with its offset.", show_default=False)]
To = Annotated[str, typer.Option("--to", help="First production date, or time, no longer in it.", show_default=False)]


def todo(plant: PlantFile, store: StoreFolder, start: From, end: To, as_json: AsJson = False, xlsx: Xlsx = None) -> None:
    """List the stops longer than a minor stop that have no reason, the longest first.

    Example: smartfab reasons todo plant.toml --store store --from 2026-03-02 --to 2026-03-03
    """
    from smartfab.exports.json_rows import plain_rows
    from smartfab.vocabulary import COLUMNS

    described, stops = _open(plant, store, start, end)
    if as_json:
        show_json(plain_rows(stops))
    else:
        lang = described.plant.language
        names = ("machine_id", "start", "end", "duration_s", "shift_id")
        minutes = (stops["duration_s"] / 60).map("{:.1f} min".format)
        local = {name: [_local(at, described) for at in stops[name]] for name in ("start", "end")}
        shown = stops.assign(**local, duration_s=minutes)[[*names]]
        rows = shown.astype(object).where(shown.notna(), None).to_numpy().tolist()
        show_rows([COLUMNS[name].label(lang) for name in names], rows, left=3)
    write_sheets({"stops": stops}, xlsx, described)


def assign(
    plant: PlantFile,
    machine: Annotated[str, typer.Argument(help="Its id.", show_default=False)],
    start: Annotated[str, typer.Argument(help='Such as "2026-03-02 08:00", at the plant.', show_default=False)],
    end: Annotated[str, typer.Argument(help="When it ran again.", show_default=False)],
    reason: Annotated[str, typer.Argument(help="Id or name of a reason of the plant.", show_default=False)],
    store: StoreFolder,
    by: By = None,
) -> None:
    """Say why a machine stood; every entry is kept, and the latest one counts.

    Example: smartfab reasons set plant.toml Press01 "2026-03-02 08:00" "2026-03-02 08:30" MOLD --store store
    """
    from smartfab import states
    from smartfab.cli.moments import at_the_plant
    from smartfab.cli.stores import existing
    from smartfab.plant_file import read_plant
    from smartfab.plant_names import id_of

    described = read_plant(plant)
    machine_id, reason_id = id_of(described, "machine_id", machine), id_of(described, "reason_id", reason)
    window = at_the_plant(start, described, "START"), at_the_plant(end, described, "END")
    states.assign_reason(existing(store), machine_id, *window, reason_id, by=somebody(by))
    typer.echo(f"{machine_id} {_local(window[0], described)} – {_local(window[1], described)}: {reason_id}")


def export(
    plant: PlantFile,
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.", show_default=False)],
    store: StoreFolder,
    start: From,
    end: To,
) -> None:
    """Write the stops without a reason to a sheet in which reasons are chosen from a list.

    Example: smartfab reasons export plant.toml ly-do.xlsx --store store --from 2026-03-02 --to 2026-03-03
    """
    from smartfab.cli.stops_to_explain import write_sheet

    described, stops = _open(plant, store, start, end)
    write_sheet(stops, file, described)
    typer.echo(f"{len(stops)} stops in {file}. Choose reasons, then: smartfab reasons import {plant} {file} --store {store}")


def import_sheet(
    plant: PlantFile,
    file: Annotated[Path, typer.Argument(help="The sheet with its reasons chosen.", show_default=False)],
    store: StoreFolder,
    by: By = None,
) -> None:
    """Enter the reasons somebody chose in a sheet; rows without one are left for later.

    Example: smartfab reasons import plant.toml ly-do.xlsx --store store --by An
    """
    from smartfab.cli.stops_to_explain import enter_sheet, read_sheet
    from smartfab.cli.stores import existing
    from smartfab.plant_file import read_plant

    described, kept = read_plant(plant), existing(store)
    added, known = enter_sheet(read_sheet(file, described), kept, described, by=somebody(by))
    beside = f"; {known} were there already" if known else ""
    typer.echo(f"{added} reasons entered{beside}")


def _open(plant: Path, store: Path, start: str, end: str) -> tuple[Plant, pd.DataFrame]:
    from smartfab.cli.moments import typed
    from smartfab.cli.stores import existing
    from smartfab.clock import interval
    from smartfab.pipelines.unexplained import open_stops
    from smartfab.plant_file import read_plant

    described = read_plant(plant)
    window = typed(start, described, "--from"), typed(end, described, "--to")
    interval(*window)
    with patience("smartfab reasons"):
        return described, open_stops(existing(store), described, window)


def _local(at: pd.Timestamp, plant: Plant) -> str:
    from smartfab.clock import zone

    return f"{at.tz_convert(zone(plant.timezone)):%d/%m/%Y %H:%M:%S}"
