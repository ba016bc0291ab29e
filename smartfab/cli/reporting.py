"""`smartfab report`: one self-contained page of a shift, a day, a month or an improvement."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli.languages import Language
from smartfab.cli.registers import By, somebody
from smartfab.cli.working import patience

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.improvements import Register
    from smartfab.plant import Plant


class Kind(StrEnum):
    """Which report."""

    shift = "shift"
    day = "day"
    month = "month"
    improvement = "improvement"


def report(
    plant: Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)],
    store: Annotated[Path, typer.Option(help="Folder of the store.", show_default=False)],
    start: Annotated[str, typer.Option("--from", help="First production date, or a time with its offset.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="The page: an HTML file.", show_default=False)],
    end: Annotated[
        str | None, typer.Option("--to", help="First production date, or time, no longer in it.", show_default=False)
    ] = None,
    shift: Annotated[
        str | None, typer.Option("--shift", help="This shift of the date --from, in place of --to.", show_default=False)
    ] = None,
    kind: Annotated[Kind, typer.Option(help="Which report.")] = Kind.month,
    db: Annotated[
        str | None,
        typer.Option("--db", envvar="SMARTFAB_DB", help="The register, for month and improvement.", show_default=False),
    ] = None,
    improvement: Annotated[
        str | None, typer.Option(help="Such as CT-2026-0007; else all measured in the time.", show_default=False)
    ] = None,
    by: By = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the page; the plant's if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as one JSON object.")] = False,
) -> None:
    """Write a page that needs no network, prints on A4, and leads from each figure to how it was made.

    Example: smartfab report plant.toml --store store --from 2026-03-01 --to 2026-04-01 --kind month -o march.html
    """
    from smartfab import report as pages
    from smartfab.cli.stores import existing
    from smartfab.plant_file import read_plant

    described = read_plant(plant)
    window = _window(described, start, end, shift)
    held = existing(store)
    register = None if db is None else _register(db, described)
    spoken = lang.value if lang is not None else described.plant.language
    try:
        with patience("smartfab report"):
            made = pages.build(
                held, described, *window, kind=kind.value, lang=spoken, register=register, improvement=improvement,
                by=somebody(by),
            )  # fmt: skip
    finally:
        if register is not None:
            register.close()
    path = made.save(out)
    if as_json:
        span = {name: at.isoformat() for name, at in zip(("from", "to"), window, strict=True)}
        told = {"path": str(path), "kind": kind.value, "lang": spoken, "plant": described.id, **span}
        typer.echo(json.dumps({**told, "bytes": path.stat().st_size}, ensure_ascii=False))
    else:
        typer.echo(f"→ {path}")


def _window(plant: Plant, start: str, end: str | None, shift: str | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    from smartfab.cli.moments import typed
    from smartfab.clock import interval
    from smartfab.errors import PlantError

    if (end is None) == (shift is None):
        raise PlantError("neither or both", where="--to, --shift", expected="one of them", remedy="Give one.")
    if shift is not None:
        return _of_shift(plant, start, shift)
    window = typed(start, plant, "--from"), typed(str(end), plant, "--to")
    interval(*window)
    return window


def _of_shift(plant: Plant, date: str, shift: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return when a shift of a production date begins and ends."""
    import pandas as pd

    from smartfab import shifts
    from smartfab.cli.moments import typed
    from smartfab.errors import PlantError

    first = typed(date, plant, "--from")
    every = shifts.expand(plant, first, first + pd.Timedelta("1D"))
    mine = every[(every["shift_id"] == shift) & every["kind"].isin(["work", "overtime", "make_up"])]
    mine = mine[mine["start"] >= first]
    if mine.empty:
        known = ", ".join(dict.fromkeys(every["shift_id"].dropna().astype("str"))) or "none that day"
        raise PlantError(f"no shift {shift!r} on {date}", where="--shift", expected=f"one of: {known}", remedy="Name one.")
    return mine["start"].min(), mine["end"].max()


def _register(db: str, plant: Plant) -> Register:
    from smartfab.cli.registers import opened

    return opened(db, tz=plant.timezone)
