"""`smartfab measure`: improvements measured from the store after their frozen plans."""

from __future__ import annotations

from typing import Annotated

import typer

from smartfab.cli.exit_codes import OK, PARTIAL
from smartfab.cli.kpi_rows import DataFile, Days, KpiRows, PlantFile, StoreFolder
from smartfab.cli.registers import AsJson, By, Db, opened, show_json
from smartfab.cli.working import patience


def measure(
    db: Db,
    improvement_id: Annotated[list[str] | None, typer.Argument(help="Only these.", show_default=False)] = None,
    plant: PlantFile = None,
    store: StoreFolder = None,
    data: DataFile = None,
    due: Annotated[bool, typer.Option("--due", help="Those whose read-out day has come.")] = False,
    days: Days = 120,
    by: By = None,
    as_json: AsJson = False,
) -> int:
    """Measure improvements after their frozen plans.

    Ends 3 when one of several could not be measured.

    Example: smartfab measure --due --db plant.db --plant plant.toml
    --store store
    """
    from smartfab.errors import RegisterError, SmartfabError

    if due == bool(improvement_id):
        raise RegisterError("both or neither", where="measure", expected="--due, or ids of improvements")
    rows = KpiRows.of(plant, store, data)
    told: list[dict[str, object]] = []
    with opened(db) as register:
        for name in register.due() if due else improvement_id or ():
            try:
                changes = register.interventions(name)
                if not changes:
                    raise RegisterError("no change yet", where=name, expected="an intervention")
                with patience(f"smartfab measure {name}"):
                    found = register.measure(name, rows.since(str(changes[0]["happened_at"]), days), by=by or "engine")
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
