"""The command line `smartfab`.

Importing this is cheap: a command imports what it needs when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

import smartfab
from smartfab.cli import certificates, journals, quarantined, reasons, register_ideas, register_papers, register_plans, serving
from smartfab.cli.calendars import shifts
from smartfab.cli.changeovers import changeover
from smartfab.cli.collecting import collect
from smartfab.cli.demonstration import demo
from smartfab.cli.discovery import discover
from smartfab.cli.effectiveness import oee
from smartfab.cli.exit_codes import CONFIGURATION
from smartfab.cli.failures import guarded
from smartfab.cli.importing import import_file
from smartfab.cli.jobs import backfill, daily, missing, period
from smartfab.cli.measuring_due import measure
from smartfab.cli.reporting import report
from smartfab.cli.upkeep import status, verify
from smartfab.cli.watching import watch

app = typer.Typer(
    name="smartfab",
    help="From the tags of an OPC UA line to OEE, defect warnings and measured improvements.",
    epilog="Start with: smartfab demo --out demo",
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(discover)
app.command()(collect)
app.command()(watch)
app.command()(oee)
app.command()(report)
app.command("import")(import_file)
app.command()(changeover)
app.command()(shifts)
app.command()(measure)
app.command()(serving.serve)
app.command()(daily)
app.command()(backfill)
app.command()(missing)
app.command()(period)
app.command()(status)
app.command()(verify)


def _group(name: str, told: str, commands: dict[str, Callable[..., object]]) -> None:
    """Add a group of commands, such as `smartfab register …`."""
    group = typer.Typer(name=name, help=told, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    for word, command in commands.items():
        group.command(word)(command)
    app.add_typer(group)


_group(
    "register",
    "The register of improvements.",
    {
        "submit": register_ideas.submit, "list": register_ideas.find, "show": register_ideas.show,
        "transition": register_ideas.transition, "plan": register_plans.plan, "freeze": register_plans.freeze,
        "intervened": register_ideas.intervened, "declare": register_ideas.declare, "attach": register_ideas.attach,
        "award": register_papers.award, "deadlines": register_papers.deadlines, "emulation": register_papers.emulation,
        "template": register_papers.template, "import": register_papers.import_paper, "export": register_papers.export,
        "form": register_papers.form, "verify": register_papers.verify, "password": serving.password,
        "backup": serving.backup, "restore": serving.restore,
    },
)  # fmt: skip
_group(
    "certificate",
    "The certificate of this collector, and the servers it trusts.",
    {"make": certificates.make, "show": certificates.show, "trust": certificates.trust},
)
_group(
    "reasons",
    "Why machines stood, said afterwards.",
    {"todo": reasons.todo, "set": reasons.assign, "export": reasons.export, "import": reasons.import_sheet},
)
_group("people", "The people and units of the register.", {"import": register_papers.import_people})
_group(
    "journal",
    "What the journals hold, and the batches they set aside as unreadable.",
    {"ls": journals.ls, "retry": journals.retry, "export": journals.export},
)
_group(
    "quarantine",
    "Bad rows that were put aside.",
    {"ls": quarantined.ls, "retry": quarantined.retry, "export": quarantined.export},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(smartfab.__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
    _debug: Annotated[bool, typer.Option("--debug", help="Show where an error arose.")] = False,
) -> None:
    """Take the options that stand before a command; without a command, show what there is."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(CONFIGURATION)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after ``smartfab``; the process's own arguments if none are given.

    Raises
    ------
    SystemExit
        Always: 0 ok, 1 internal error, 2 usage or configuration, 3 partial, 4 source unreachable, 5 store error,
        75 try later.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    raise SystemExit(
        guarded(lambda: app(args=given, prog_name="smartfab", standalone_mode=False), debug="--debug" in given[:1])
    )
