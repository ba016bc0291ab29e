"""`smartfab register plan` and `freeze`: what a measurement will be able to find, and the promise to measure so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli.kpi_rows import DataFile, Days, KpiRows, PlantFile, StoreFolder
from smartfab.cli.registers import By, Db, Id, opened, somebody
from smartfab.cli.working import patience

if TYPE_CHECKING:
    from smartfab.improvements import Plan


def plan(
    db: Db,
    improvement_id: Id,
    at: Annotated[str, typer.Option(help="Production date the change is meant for.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The .json file the plan is written to.", show_default=False)],
    plant: PlantFile = None,
    store: StoreFolder = None,
    data: DataFile = None,
    report_days: Annotated[int, typer.Option(min=1, help="So many days after the change are read.")] = 45,
    controls: Annotated[str, typer.Option(help="auto, none, or lines: L1,L2.")] = "auto",
    method: Annotated[str, typer.Option(help="auto, controls, series or switchback.")] = "auto",
    kpi: Annotated[str | None, typer.Option(help="Column; that of the proposal if left out.")] = None,
    treated: Annotated[str | None, typer.Option(help="Line or meter; that of the proposal if left out.")] = None,
    time: Annotated[str, typer.Option(help="Column of days, months or years.")] = "production_date",
    unit: Annotated[str, typer.Option(help="Column of lines or meters.")] = "line_id",
    grain: Annotated[str, typer.Option(help="D, W, ME, QE or YE.")] = "D",
    days: Days = 120,
) -> None:
    """Plan a measurement, and tell the smallest effect it will find.

    Nothing is entered; freeze does that.

    Example: smartfab register plan CT-2026-0001 --at 2026-03-02
    --out plan.json --db plant.db --plant plant.toml --store store
    """
    from smartfab.improvements import plan as planned
    from smartfab.improvements.canonical import canonical_json

    with opened(db) as register:
        imp = register.get(improvement_id)
    listed: str | list[str] | None = [name.strip() for name in controls.split(",")]
    with patience("smartfab register plan"):
        made = planned(
            KpiRows.of(plant, store, data).since(at, days), y=kpi or imp.kpi, treated=treated or imp.line_id, at=at,
            report_days=report_days, expected=None if imp.expected is None else imp.expected[1], time=time, unit=unit,
            grain=grain, controls={"auto": "auto", "none": None}.get(controls, listed), method=method,
        )  # fmt: skip
    out.write_bytes(canonical_json({"improvement_id": imp.id, "plan": made.to_dict(), "digest": made.digest}) + b"\n")
    typer.echo(made.sentence("vi"))
    for better in made.suggest(lang="vi"):
        typer.echo(f"– {better}")
    typer.echo(f"smartfab register freeze {imp.id} {out} --db {db}")


def freeze(
    db: Db,
    improvement_id: Id,
    file: Annotated[Path, typer.Argument(help="What register plan wrote.", show_default=False)],
    override: Annotated[str | None, typer.Option(help="Why a plan that finds too little is taken.")] = None,
    hindsight: Annotated[str | None, typer.Option(help="Why it comes after the change: grade C at most.")] = None,
    version: Annotated[int | None, typer.Option(help="The version that was read.")] = None,
    by: By = None,
) -> None:
    """Freeze a plan in an improvement, before the change is made.

    Example: smartfab register freeze CT-2026-0001 plan.json --db plant.db
    """
    made = _read(file, improvement_id)
    with opened(db) as register:
        imp = register.freeze(improvement_id, made, by=somebody(by), override=override, hindsight=hindsight, version=version)
    typer.echo(f"{imp.id} {imp.state} (version {imp.version}), {made.digest[:12]}")


def _read(file: Path, improvement_id: str) -> Plan:
    from smartfab.errors import RegisterError, TableError
    from smartfab.improvements import Plan

    expected = "a file that smartfab register plan wrote"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        made = Plan.from_dict(content["plan"])
        digest, name = content["digest"], content["improvement_id"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, TableError) as error:
        raise RegisterError(f"{type(error).__name__}: {error}", where=str(file), expected=expected) from error
    if made.digest != digest or name != improvement_id:
        found = f"a plan for {name}" if name != improvement_id else "a plan that was edited after it was made"
        raise RegisterError(found, where=str(file), expected=expected, remedy="Plan it again.")
    return made
