"""`smartfab measure`: improvements measured from the store after their frozen plans."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli.exit_codes import OK, PARTIAL
from smartfab.cli.registers import AsJson, By, Db, opened, show_json

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.plant import Plant
    from smartfab.store import Store

KEYS = ["line_id", "shift_id", "production_date"]


def measure(
    db: Db,
    plant: Annotated[Path, typer.Option(help="The plant.toml.", show_default=False)],
    store: Annotated[Path, typer.Option(help="Folder of the store.", show_default=False)],
    improvement_id: Annotated[list[str] | None, typer.Argument(help="Only these.", show_default=False)] = None,
    due: Annotated[bool, typer.Option("--due", help="Those whose read-out day has come.")] = False,
    days: Annotated[int, typer.Option(min=28, help="So many days before the change are read.")] = 120,
    by: By = None,
    as_json: AsJson = False,
) -> int:
    """Measure improvements after their frozen plans.

    Ends 3 when one of several could not be measured.

    Example: smartfab measure --due --db plant.db --plant plant.toml
    --store store
    """
    from smartfab.cli.stores import existing
    from smartfab.errors import RegisterError, SmartfabError
    from smartfab.plant_file import read_plant

    if due == bool(improvement_id):
        raise RegisterError("both or neither", where="measure", expected="--due, or ids of improvements")
    described, opened_store = read_plant(plant), existing(store)
    told: list[dict[str, object]] = []
    with opened(db) as register:
        for name in register.due() if due else improvement_id or ():
            try:
                data = rows_around(opened_store, described, register.interventions(name), days)
                found = register.measure(name, data, by=by or "engine")
            except SmartfabError as error:
                told.append({"id": name, "error": f"{type(error).__name__}: {error}"})
            else:
                told.append({"id": name, "status": found.status, "grade": found.grade, "sentence": found.sentence("vi")})
    if as_json:
        show_json(told)
    else:
        for row in told:
            typer.echo(f"{row['id']}: {row.get('sentence', row.get('error'))}", err="error" in row)
        typer.echo(f"{len(told)} measured" if told else "nothing is due")
    return PARTIAL if any("error" in row for row in told) else OK


def rows_around(store: Store, plant: Plant, changes: list[dict[str, object]], days: int) -> pd.DataFrame:
    """Return the OEE of lines and shifts from so many days before the first change until now.

    Parameters
    ----------
    store : Store
        With the samples of the plant.
    plant : Plant
        What the signals mean.
    changes : list of dict
        Interventions, with `happened_at`.
    days : int
        Days before the first one [d].

    Returns
    -------
    DataFrame
        One row a line, shift and production date.

    Raises
    ------
    RegisterError
        If nothing was changed yet.
    """
    from smartfab import oee
    from smartfab.data import PlantData
    from smartfab.errors import RegisterError

    if not changes:
        raise RegisterError("no change yet", where="measure", expected="an intervention", remedy="Call intervened first.")
    first = dt.date.fromisoformat(str(changes[0]["happened_at"])[:10]) - dt.timedelta(days=days)
    last = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    data = PlantData.from_store(store, plant, first.isoformat(), last.isoformat())
    return oee.evaluate(data, first.isoformat(), last.isoformat(), by=KEYS)
