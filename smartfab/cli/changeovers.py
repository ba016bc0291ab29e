"""`smartfab changeover`: what a machine makes from now on, where no tag says it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smartfab.cli.registers import By, somebody


def changeover(
    plant: Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)],
    machine: Annotated[str, typer.Argument(help="Its id.", show_default=False)],
    product: Annotated[str, typer.Argument(help="Id or name of what it makes from then on.", show_default=False)],
    store: Annotated[Path, typer.Option(help="Folder of the store; made if it is new.", show_default=False)],
    at: Annotated[
        str | None, typer.Option(help='When, such as "2026-03-02 10:00" at the plant; now if left out.', show_default=False)
    ] = None,
    by: By = None,
) -> None:
    """Enter what a machine makes from an instant on; it holds until the next entry, and every entry is kept.

    Example: smartfab changeover plant.toml Press01 P-200 --at "2026-03-02 10:00" --store store
    """
    import pandas as pd

    from smartfab import clock, counts
    from smartfab.cli.moments import at_the_plant
    from smartfab.plant_file import read_plant
    from smartfab.plant_names import id_of
    from smartfab.store import open_store

    described = read_plant(plant)
    machine_id, product_id = id_of(described, "machine_id", machine), id_of(described, "product_id", product)
    when = pd.Timestamp.now("UTC") if at is None else at_the_plant(at, described, "--at")
    counts.assign_product(open_store(store), machine_id, product_id, when, by=somebody(by))
    local = when.tz_convert(clock.zone(described.timezone))
    typer.echo(f"{machine_id}: {product_id}, {local:%d/%m/%Y %H:%M:%S}")
    if described.machine(machine_id).with_role("product_id"):
        typer.echo("This machine has a tag that says its product; the tag counts.", err=True)
