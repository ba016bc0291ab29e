"""Every command, wherever it stands in the tree: an example in its help, 80 columns, no colour in a pipe, JSON too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer.main

from smartfab.cli.application import app

ANSI = re.compile(r"\x1b\[")


def commands(group=None, path=("smartfab",)) -> Iterator[tuple[str, object]]:
    group = typer.main.get_command(app) if group is None else group
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


EVERY = dict(commands())


@pytest.mark.parametrize("name", EVERY)
def test_help_has_an_example_and_fits_80_columns(run, name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    ended = run(*name.split()[1:], "--help")
    assert (ended.code, ended.errors) == (0, [])
    assert f"Example: {name}" in " ".join(ended.out.split())
    assert max(map(len, ended.out.splitlines())) <= 80
    assert not ANSI.search(ended.out)


def test_the_whole_tree_was_walked():
    assert {"smartfab report", "smartfab oee", "smartfab register list", "smartfab certificate make"} <= set(EVERY)


@pytest.mark.parametrize("colour", [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}])
def test_a_pipe_gets_no_colour(colour):
    asked = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}} | colour
    for words in (["--help"], ["oee", "--help"], ["oee", "nowhere.toml"]):
        told = subprocess.run(
            [sys.executable, "-m", "smartfab", *words], env=asked, capture_output=True, text=True, check=False
        )
        assert told.stdout or told.stderr
        assert not ANSI.search(told.stdout + told.stderr)


@pytest.mark.parametrize(
    "name",
    [
        "oee", "shifts", "status", "verify", "measure", "report", "watch", "missing", "period", "certificate show",
        "reasons todo", "journal ls", "quarantine ls",
        "register list", "register show", "register award", "register deadlines", "register emulation", "register verify",
    ],
)  # fmt: skip
def test_what_prints_a_table_prints_json_as_well(name):
    assert "--json" in {option for parameter in EVERY[f"smartfab {name}"].params for option in parameter.opts}
