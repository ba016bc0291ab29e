"""Two days of a simulated line with known truth, in a store of its own."""

from __future__ import annotations

import pytest

import smartfab as sf

DAYS = ("2026-03-02", "2026-03-03")


@pytest.fixture(scope="session")
def sim():
    return sf.simulation.line(days=2, seed=3, machines=2)


@pytest.fixture
def store(tmp_path):
    return sf.open_store(tmp_path / "Dữ liệu")


@pytest.fixture
def filled(store, sim):
    store.append("samples", sim.samples, app_id="sim", seq=1)
    return store


@pytest.fixture
def figures():
    """Return a function that reads every table of figures of a store."""

    def read(store):
        return {name: store.read(name) for name in ("states", "counts", "shifts", "account", "oee")}

    return read


@pytest.fixture
def equal(figures):
    """Return a function that holds the figures of two stores against each other, row for row."""

    def check(one, other):
        import pandas as pd

        for (name, table), again in zip(figures(one).items(), figures(other).values(), strict=True):
            assert len(table) > 0, name
            pd.testing.assert_frame_equal(table, again)

    return check
