"""`smartfab daily`, `backfill`, `missing`, `period`: the figures of production dates."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli import exit_codes
from smartfab.cli.reading_options import OnBad, WhatOfBad
from smartfab.cli.working import patience

if TYPE_CHECKING:
    from smartfab.pipelines import Run
    from smartfab.plant import Plant
    from smartfab.store import Store

PlantFile = Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)]
StoreFolder = Annotated[Path, typer.Option(help="Folder of the store.", show_default=False)]
Model = Annotated[
    Path | None,
    typer.Option(help="Folder of a saved model; the one [defects] of the plant names if left out.", show_default=False),
]
From = Annotated[str, typer.Option("--from", help="First production date.", show_default=False)]
To = Annotated[str, typer.Option("--to", help="First production date that is no longer in it.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and no text.")]


class Step(StrEnum):
    """What to do with a month."""

    close = "close"
    reopen = "reopen"
    show = "show"


def daily(
    plant: PlantFile,
    store: StoreFolder,
    day: Annotated[
        str | None, typer.Option(help="A production date, or yesterday; the last one whose last shift has ended if left out.")
    ] = None,
    on_bad: WhatOfBad = OnBad.stop,
    model: Model = None,
) -> int:
    """Compute states, counts, shifts, account and OEE of one production date, and with a model the predictions of its parts.

    What journals without a collector still hold is moved to the store first. Ends 0, 3 when a line or a model failed, rows were
    put aside or the month is closed, 75 when the date is not over yet; the last line is JSON.

    Example: smartfab daily plant.toml --store store
    """
    import pandas as pd

    from smartfab import pipelines
    from smartfab.cli.stores import existing
    from smartfab.pipelines.production_days import last_over
    from smartfab.plant_file import read_plant

    described, kept, begin = read_plant(plant), existing(store), time.monotonic()
    now = pd.Timestamp.now("UTC")
    chosen = last_over(described, now) if day is None else _chosen(described, day, now)
    if chosen > last_over(described, now):
        _tell(f"{chosen} is not over yet")
        return _summed("daily", exit_codes.LATER, begin, {"days": [chosen.isoformat()]})
    kept.drain_journals()
    run = pipelines.daily(described, kept, chosen, on_bad=on_bad.value, model=model)
    _alarm(described, kept, run)
    return _told("daily", run, begin)


def backfill(
    plant: PlantFile,
    store: StoreFolder,
    start: From,
    end: To,
    processes: Annotated[int, typer.Option(min=1, help="Compute so many parts at once.")] = 1,
    only_missing: Annotated[bool, typer.Option("--missing", help="Only dates that are missing or got late data.")] = False,
    on_bad: WhatOfBad = OnBad.stop,
    model: Model = None,
) -> int:
    """Compute many production dates; those computed before change only where their data did.

    Ends 0, or 3 when a part failed, rows were put aside or a month is closed; the last line is JSON.

    Example: smartfab backfill plant.toml --store store --from 2026-03-01 --to 2026-04-01 --processes 4
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from smartfab import pipelines
    from smartfab.cli.stores import existing
    from smartfab.plant_file import read_plant

    described, kept, begin = read_plant(plant), existing(store), time.monotonic()
    days = _between(start, end)
    if only_missing:
        days = pipelines.missing(described, kept, days)
    if processes == 1:
        return _told("backfill", pipelines.backfill(described, kept, days, on_bad=on_bad.value, model=model), begin)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        run = pipelines.backfill(described, kept, days, pool, on_bad=on_bad.value, model=model)
    return _told("backfill", run, begin)


def missing(plant: PlantFile, store: StoreFolder, start: From, end: To, as_json: AsJson = False) -> int:
    """List production dates that were never computed, or whose data came late.

    Ends 0 when there are none, else 3; the last line is JSON.

    Example: smartfab missing plant.toml --store store --from 2026-03-01 --to 2026-04-01
    """
    from smartfab import pipelines
    from smartfab.cli.stores import existing
    from smartfab.plant_file import read_plant

    described, kept, begin = read_plant(plant), existing(store), time.monotonic()
    days = _between(start, end)
    with patience("smartfab missing"):
        wanted, late = pipelines.missing(described, kept, days), pipelines.pending(described, kept, days)
    for day in () if as_json else wanted:
        typer.echo(day.isoformat())
    for day, reason in () if as_json else late.items():
        typer.echo(f"{day}  pending: {reason}")
    told = {"missing": [day.isoformat() for day in wanted], "pending": {day.isoformat(): why for day, why in late.items()}}
    return _summed("missing", exit_codes.PARTIAL if wanted or late else exit_codes.OK, begin, told)


def period(
    step: Annotated[Step, typer.Argument(help="What to do.", show_default=False)],
    month: Annotated[str, typer.Argument(help="Such as 2026-03.", show_default=False)],
    store: StoreFolder,
    by: Annotated[str | None, typer.Option(help="Who does it; the user of this computer if left out.")] = None,
    as_json: AsJson = False,
) -> int:
    """Make the figures of a month final, or let them change again.

    Example: smartfab period close 2026-03 --store store
    """
    from smartfab import pipelines
    from smartfab.cli.stores import existing

    kept, begin = existing(store), time.monotonic()
    if step is Step.show:
        now = pipelines.period(kept, month)
    else:
        now = (pipelines.close_period if step is Step.close else pipelines.reopen_period)(kept, month, by=by)
    if not as_json:
        typer.echo(f"{month}: {now.label('vi')}")
    told = {"month": month, "closed": now.closed, "at": now.at, "by": now.by, "versions": now.versions}
    return _summed("period", exit_codes.OK, begin, told)


def _chosen(plant: Plant, day: str, now: object) -> date:
    import pandas as pd

    from smartfab import clock
    from smartfab.pipelines.production_days import as_date

    words = {"today": 0, "yesterday": 1}
    if day not in words:
        return as_date(day, what="--day")
    at = clock.micros(pd.DatetimeIndex([now]))
    today: date = pd.Timestamp(clock.production_date(at, plant.timezone, plant.day_start)[0]).date()
    return today - timedelta(days=words[day])


def _between(start: str, end: str) -> list[date]:
    from smartfab.errors import TimeError
    from smartfab.pipelines.production_days import as_date

    first, last = as_date(start, what="--from"), as_date(end, what="--to")
    if last <= first:
        raise TimeError(f"--to {last} is not after --from {first}", where="--to", expected="a later date; it is not included")
    return [first + timedelta(days=place) for place in range((last - first).days)]


def _alarm(plant: Plant, store: Store, run: Run) -> None:
    from smartfab.pipelines.alerting import Alarm

    alarm = Alarm.of(plant, store)
    if alarm is not None:
        reasons = "; ".join(f"{key}: {reason.splitlines()[0]}" for key, reason in run.failed.items())
        alarm.set("daily", ok=not run.failed, detail=reasons or "ok")


def _told(command: str, run: Run, begin: float) -> int:
    for key, reason in run.failed.items():
        _tell(f"{key}: {reason}")
    for day, reason in run.pending.items():
        _tell(f"{day}: {reason}")
    return _summed(command, exit_codes.OK if run.ok and not run.quarantined else exit_codes.PARTIAL, begin, run.to_dict())


def _tell(sentence: str) -> None:
    typer.echo(f"smartfab: {' '.join(sentence.split())}", err=True)


def _summed(command: str, code: int, begin: float, told: Mapping[str, object]) -> int:
    head = {"command": command, "exit": code, "seconds": round(time.monotonic() - begin, 3)}
    typer.echo(json.dumps({**head, **told}, ensure_ascii=False))
    return code
