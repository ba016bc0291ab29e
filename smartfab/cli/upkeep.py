"""`smartfab status`, `verify`: how a store stands, and whether it is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from smartfab.cli import exit_codes
from smartfab.cli.line_width import fitted
from smartfab.cli.working import patience

StoreFolder = Annotated[Path, typer.Option(help="Folder of the store.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and no text.")]
Name = Annotated[str, typer.Argument(help="Name of the journal, as ls shows it.", show_default=False)]
Number = Annotated[int | None, typer.Option(help="Number of one batch; all that were set aside if left out.")]


def status(store: StoreFolder, as_json: AsJson = False) -> int:
    """Show for each line how old its last value is, its gaps today, its journal, its certificate; and the last daily run.

    Ends 0 when all is well, 3 when somebody should look, 4 when nothing comes from a line.

    Example: smartfab status --store store
    """
    from smartfab import pipelines
    from smartfab.cli.stores import existing

    with patience("smartfab status"):
        standing = pipelines.status(existing(store))
    code = exit_codes.UNREACHABLE if standing.down else exit_codes.PARTIAL if standing.warnings else exit_codes.OK
    if as_json:
        typer.echo(json.dumps({"command": "status", "exit": code, **standing.to_dict()}, ensure_ascii=False))
        return code
    for line_id, told in standing.lines.items():
        typer.echo(fitted(f"{line_id}  {_line(told)}"))
    last = standing.last_daily
    typer.echo("no figures yet" if last is None else f"figures up to {last['day']}, computed {last['at']}")
    for sentence in (*(f"{line_id}: nothing comes" for line_id in standing.down), *standing.warnings):
        typer.echo(fitted(f"! {sentence}", "  "))
    return code


def _line(told: dict[str, Any]) -> str:
    parts = ["collecting" if told["collecting"] else "not collecting"]
    known = {
        "last value {} ago": None if told["last_value_s"] is None else length(told["last_value_s"]),
        "{} gaps today": told.get("gaps_today"),
        "{:,} rows in the journal": told.get("waiting_rows"),
        "{:,} bytes": told.get("journal_bytes"),
        "certificate {} days": told["certificate_days"],
        "skew {} s": told["skew_s"],
    }
    parts += [form.format(value) for form, value in known.items() if value is not None]
    return ", ".join(parts)


def length(seconds: float) -> str:
    """Return a length of time in the unit that a person would take.

    Parameters
    ----------
    seconds : float
        The length [s].

    Returns
    -------
    str
        Whole units.

    Examples
    --------
    >>> [length(x) for x in (12.3, 600, 20_000, 900_000)]
    ['12 s', '10 min', '6 h', '10 days']
    """
    for unit, size, most in (("s", 1, 120), ("min", 60, 7_200), ("h", 3_600, 172_800)):
        if seconds < most:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"


def verify(
    store: StoreFolder,
    heal: Annotated[bool, typer.Option("--heal", help="Put right what can be; needs the collectors stopped.")] = False,
    as_json: AsJson = False,
) -> int:
    """Look at every commit, every file and every waiting batch of a store.

    Ends 0 when it is whole, 5 when something is damaged and not healed; the last line is JSON.

    Example: smartfab verify --store store --heal
    """
    from smartfab.cli.stores import existing

    kept = existing(store)
    with patience("smartfab verify"):
        report = kept.verify()
    left, told = report.faults, report.to_dict()
    if heal and not report.ok:
        with patience("smartfab verify --heal"):
            done = kept.heal(report)
        left = tuple(done.left)
        told |= {"healed": len(done.healed), "left": len(left), "rows": done.rows, "quarantined": len(done.quarantined)}
    code = exit_codes.STORE if left else exit_codes.OK
    if not as_json:
        typer.echo(f"{report.commits:,} commits, {report.files:,} files, {report.size:,} bytes: {len(report.faults)} faults")
        for fault in report.faults:
            typer.echo(f"{'! ' if fault in left else 'healed '}{fault}")
    typer.echo(json.dumps({"command": "verify", "exit": code, **told}, ensure_ascii=False))
    return code
