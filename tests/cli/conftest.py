"""A simulated line, its store, its server, and a way to type commands."""

from __future__ import annotations

from typing import NamedTuple

import pytest

import smartfab as sf
from smartfab.cli.application import main


class Ended(NamedTuple):
    """How a command ended: exit code, stdout, and the lines of stderr."""

    code: int
    out: str
    errors: list[str]


@pytest.fixture
def run(capsys):
    def typed(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Ended(end.value.code, told.out, told.err.splitlines())

    return typed


@pytest.fixture
def quick_trees(monkeypatch):
    """Trees that are few, for tests about what stands around them."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    from smartfab.defects import classification

    quick = HistGradientBoostingClassifier(max_iter=15, max_leaf_nodes=7, random_state=0)
    monkeypatch.setattr(classification, "default_classifier", lambda: quick)


@pytest.fixture(scope="session")
def sim():
    return sf.simulation.line(days=0.5)


@pytest.fixture(scope="session")
def filled(sim, tmp_path_factory):
    """A folder with the plant.toml and the store of half a simulated day."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "plant.toml").write_text(sim.plant.to_toml(), encoding="utf-8")
    sf.open_store(folder / "store").append("samples", sim.samples)
    return folder
