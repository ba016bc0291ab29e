"""A store in a fresh folder, and frames to put into it."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf


@pytest.fixture
def store(tmp_path):
    return sf.open_store(tmp_path / "Dữ liệu" / "kho 100%")


@pytest.fixture
def samples():
    """Return a function that makes samples of one signal, one a second."""

    def make(n=3, *, signal="Press01/good", start="2026-03-02T06:00:00Z", value=0.0):
        ts = pd.date_range(start, periods=n, freq="1s", unit="us")
        return pd.DataFrame({"signal_id": [signal] * n, "ts": ts, "value": [value + k for k in range(n)], "status": [0] * n})

    return make


@pytest.fixture
def files():
    """Return a function that lists the data files below a folder."""

    def listed(folder):
        return sorted(path for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts)

    return listed
