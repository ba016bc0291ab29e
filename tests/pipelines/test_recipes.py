"""The nightly script does what it says; the recipes of schedulers load where the scheduler is installed."""

from __future__ import annotations

import configparser
import importlib.util
import json
import re
import runpy
import subprocess
import sys

import pandas as pd
import pytest

import smartfab as sf
from tests.tree import ROOT

SCHEDULE = ROOT / "examples" / "schedule"


def _loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_night_fills_in_what_is_missing_and_the_next_finds_nothing(filled, sim):
    nightly = _loaded(ROOT / "examples" / "nightly_etl.py")
    now = pd.Timestamp("2026-03-04T06:30+07:00")
    code, told = nightly.run(sim.plant, filled, now)
    assert (code, told["faults"]) == (0, [])
    assert told["days"][-2:] == ["2026-03-02", "2026-03-03"]
    assert len(filled.read("oee", "2026-03-02", "2026-03-04")) > 0
    code, told = nightly.run(sim.plant, filled, now)
    assert (code, told["days"], told["changed"]) == (0, [], {})


def test_a_night_from_the_command_line(sim, tmp_path):
    (tmp_path / "plant.toml").write_text(sim.plant.to_toml(), encoding="utf-8")
    sf.open_store(tmp_path / "store").append("samples", sim.samples.iloc[:1000])
    command = [sys.executable, str(ROOT / "examples" / "nightly_etl.py"), str(tmp_path / "plant.toml"), str(tmp_path / "store")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1])["ok"] is True


@pytest.mark.parametrize(
    ("package", "recipe", "name"), [("airflow", "airflow_dag.py", "smartfab_daily"), ("prefect", "prefect_flow.py", "nightly")]
)
def test_a_recipe_loads_in_its_scheduler(package, recipe, name):
    pytest.importorskip(package, reason=f"{package} is not installed")
    assert name in runpy.run_path(str(SCHEDULE / recipe))


@pytest.mark.parametrize("recipe", ["airflow_dag.py", "prefect_flow.py"])
def test_a_recipe_is_python(recipe):
    import ast

    assert ast.parse((SCHEDULE / recipe).read_text(encoding="utf-8"))


def test_the_units_name_commands_that_exist():
    from smartfab.cli.application import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    for path in sorted(SCHEDULE.iterdir()):
        for word in re.findall(r"bin/smartfab (\w+)|-Argument \"(\w+) ", path.read_text(encoding="utf-8")):
            assert (word[0] or word[1]) in known, path.name
    for path in SCHEDULE.glob("*.service"):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(path, encoding="utf-8")
        assert unit["Service"]["ExecStart"].startswith("/opt/smartfab/bin/")
