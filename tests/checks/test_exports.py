"""What the packages export, and that a build ships all of it."""

from __future__ import annotations

import ast
import fnmatch
import importlib
import inspect
import tomllib
from pathlib import Path

import pytest

import smartfab as sf
from tests.tree import PACKAGES, ROOT, files, module_name, packages, shown, syntax

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
INNER = {
    "smartfab._fast",
    "smartfab.cli",
    "smartfab.connectors",
    "smartfab.service.api",
    "smartfab.service.office",
    "smartfab.service.web",
    "smartfab.improvements.register.migrations",
    "smartfab.improvements.register.migrations.versions",
}  # no one imports names from these
FACE = {
    "Plant", "PlantData", "RollingStream", "__version__", "charts", "clock", "counts", "defects", "errors", "ewm",
    "features", "findings_of",
    "improvements", "oee", "pipelines",
    "open_store", "read_export", "read_plant", "report", "rolling", "shifts", "show", "signals", "simulation", "spc", "states",
    "store", "to_excel", "vocabulary",
}  # fmt: skip

# dotted name → what may be given by position; everything else must be named
SIGNATURES = {
    "smartfab.read_plant": "path",
    "smartfab.PlantData": "",
    "smartfab.read_export": "path",
    "smartfab.to_excel": "tables path",
    "smartfab.PlantData.from_samples": "samples plant start end",
    "smartfab.PlantData.from_store": "store plant start end",
    "smartfab.open_store": "path",
    "smartfab.show": "table",
    "smartfab.signals.clean": "samples plant",
    "smartfab.shifts.expand": "plant start end",
    "smartfab.states.detect_states": "samples plant",
    "smartfab.counts.count_pieces": "samples plant",
    "smartfab.counts.counter_steps": "ts value",
    "smartfab.simulation.line": "",
    "smartfab.oee.time_account": "data start end",
    "smartfab.oee.evaluate": "data start end",
    "smartfab.oee.rollup": "kpis",
    "smartfab.oee.line": "data start end",
    "smartfab.spc.control_chart": "x kind",
    "smartfab.features.WindowFeatures": "",
    "smartfab.features.WindowFeatures.build": "samples parts states as_of",
    "smartfab.features.WindowFeatures.transform": "samples parts states",
    "smartfab.defects.LineSplit": "n_splits",
    "smartfab.defects.LineSplit.split": "X y groups",
    "smartfab.defects.ProcessMonitor": "",
    "smartfab.defects.ProcessMonitor.score": "frame",
    "smartfab.defects.RULRegressor": "",
    "smartfab.defects.audit_leaks": "X y meta cv",
    "smartfab.defects.drift": "model X",
    "smartfab.defects.evaluate": "clf X y meta cv",
    "smartfab.defects.explain": "model X top",
    "smartfab.defects.load": "path",
    "smartfab.defects.save": "model path",
    "smartfab.defects.OnlineScorer": "model win",
    "smartfab.spc.ControlChart.violations": "rules",
    "smartfab.spc.capability": "x lsl usl",
    "smartfab.store.Store.append": "table frame",
    "smartfab.store.Store.read": "table start end",
    "smartfab.store.Store.scan": "table start end",
    "smartfab.store.Store.series": "start end",
    "smartfab.store.Store.replace_day": "table day frame",
    "smartfab.store.Store.compact": "day",
    "smartfab.store.Store.history": "table",
    "smartfab.store.Store.journal": "name",
    "smartfab.store.Store.verify": "",
    "smartfab.store.Store.heal": "report",
    "smartfab.pipelines.collect": "plant store",
    "smartfab.pipelines.daily": "plant store day",
    "smartfab.pipelines.backfill": "plant store days executor progress",
    "smartfab.pipelines.missing": "plant store days",
    "smartfab.connectors.opcua.OpcUaSource": "line",
    "smartfab.connectors.opcua.OpcUaSource.read_history": "start end",
    "smartfab.connectors.opcua.OpcUaSource.read_history_batches": "start end",
    "smartfab.connectors.opcua.OpcUaSource.collect": "store",
    "smartfab.connectors.opcua.simulator.SimulatorServer": "sim",
}


def exporting() -> list[str]:
    """The modules that say what they export."""
    return [
        module_name(path)
        for path in files(*PACKAGES)
        if any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in syntax(path).body)
    ]


def test_the_face_of_the_library_changes_only_on_purpose():
    assert set(sf.__all__) == FACE


@pytest.mark.parametrize("package", sorted(set(packages()) - INNER))
def test_a_package_says_what_it_exports(package):
    assert package in exporting()


@pytest.mark.parametrize("name", sorted(name for name in FACE if name not in {"Plant", "PlantData"}))
def test_what_hangs_on_the_face_says_what_it_exports(name):
    thing = getattr(sf, name)
    assert not inspect.ismodule(thing) or thing.__name__ in exporting()


@pytest.mark.parametrize("module", exporting())
def test_every_exported_name_exists_once(module):
    loaded = importlib.import_module(module)
    missing = [name for name in loaded.__all__ if not hasattr(loaded, name)]
    private = [name for name in loaded.__all__ if name.startswith("_") and name != "__version__"]
    assert (missing, private, len(loaded.__all__) - len(set(loaded.__all__))) == ([], [], 0)


def test_a_name_that_is_none_is_refused_with_the_names_there_are():
    with pytest.raises(AttributeError, match="open_store"):
        sf.no_such_thing  # noqa: B018
    assert set(dir(sf)) == FACE


@pytest.mark.parametrize("dotted", SIGNATURES)
def test_what_is_shown_by_position_is_positional_and_the_rest_is_named(dotted):
    module = max((name for name in [*packages(), *exporting(), "smartfab.connectors.opcua.simulator"]
                  if f"{dotted}.".startswith(f"{name}.")), key=len)  # fmt: skip
    thing = importlib.import_module(module)
    for name in dotted.removeprefix(module).strip(".").split("."):
        thing = getattr(thing, name)
    parameters = [item for item in inspect.signature(thing).parameters.values() if item.name != "self"]
    by_position = [item.name for item in parameters if item.kind is item.POSITIONAL_OR_KEYWORD]
    assert by_position == SIGNATURES[dotted].split()


def test_setup_lists_every_package():
    listed = next(
        ast.literal_eval(node.value)
        for node in syntax(ROOT / "setup.py").body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PACKAGES"
    )
    assert sorted(listed) == packages()


@pytest.mark.parametrize("path", files(*PACKAGES), ids=shown)
def test_every_folder_of_modules_is_a_package(path):
    assert (path.parent / "__init__.py").exists()


@pytest.mark.parametrize("path", files(*PACKAGES, kinds=(".pyx",)), ids=shown)
def test_every_kernel_has_its_types_beside_it(path):
    assert path.with_suffix(".pyi").exists()


def test_a_build_ships_every_file():
    globs = PYPROJECT["tool"]["setuptools"]["package-data"]["*"]
    manifest = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").split()
    left_by_a_build = {".py", ".so", ".pyd", ".c", ".pyc"}
    data = [path for path in files(*PACKAGES, kinds=_suffixes()) if path.suffix not in left_by_a_build]
    unshipped = [shown(path) for path in data if not any(path in _package_of(path).glob(glob) for glob in globs)]
    unsourced = [shown(path) for path in data if not any(fnmatch.fnmatch(path.name, glob) for glob in manifest)]
    assert data
    assert (unshipped, unsourced) == ([], [])


def _package_of(path: Path) -> Path:
    return next(folder for folder in path.parents if (folder / "__init__.py").exists())


def _suffixes() -> tuple[str, ...]:
    return tuple({path.suffix for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()})


def test_the_command_is_there():
    module, _, name = PYPROJECT["project"]["scripts"]["smartfab"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_the_version_is_one():
    assert PYPROJECT["project"]["version"] == sf.__version__
