"""Importing the library is cheap: nothing heavy is loaded before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "asyncua", "cryptography", "deltalake", "jinja2", "matplotlib", "scipy", "skops", "sklearn", "sqlalchemy", "tqdm", "typer",
)  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """The top-level modules a fresh interpreter holds after running `code`."""
    tail = "\nimport sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import smartfab",
        "from smartfab import Plant, PlantData, read_plant, findings_of",
        "from smartfab import signals, shifts, states, counts, oee, spc",
    ],
)
def test_nothing_heavy_comes_with(code):
    loaded = loaded_by(code)
    assert "smartfab" in loaded
    assert loaded & set(HEAVY) == set()


def test_the_measure_sees_what_is_loaded():
    assert "jinja2" in loaded_by("import jinja2")


def test_the_command_line_loads_no_server_or_store_to_show_its_help():
    loaded = loaded_by("import smartfab.cli.application")
    assert loaded & {"asyncua", "deltalake", "matplotlib", "jinja2"} == set()
