"""Killed with -9 between the bad rows and the good ones: run again, every row is in its place, once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import smartfab as sf

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="kill -9 is Unix's")]

TOML = """[plant]
id = "p"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"
[[line]]
id = "L1"
[[line.machine]]
id = "M1"
"""
ROWS = 20


def sheet():
    """Twenty stops, every third of them on a day that is none."""
    days = ["31/02/2026" if n % 3 == 0 else "02/03/2026" for n in range(ROWS)]
    return "Ngày;Máy;Giờ bắt đầu;Số phút dừng\n" + "".join(f"{day};M1;{6 + n // 2}:{n % 2}5;5\n" for n, day in enumerate(days))


@pytest.mark.parametrize("moment", ["before the good rows", "after the good rows"])
def test_every_row_is_in_its_place_once(tmp_path, moment):
    (tmp_path / "plant.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "dung.csv").write_text(sheet(), encoding="utf-8")
    given = ["import", tmp_path / "dung.csv", "--table", "stops", "--plant", tmp_path / "plant.toml"]
    given += ["--store", tmp_path / "store", "--by", "An", "--on-bad", "quarantine"]
    store, codes = sf.open_store(tmp_path / "store"), []
    for when in (moment, "never", "never"):
        code = [sys.executable, "-m", "tests.faults.asider", when, *map(str, given)]
        codes.append(subprocess.run(code, cwd=Path(__file__).parents[2], capture_output=True, check=False).returncode)
        assert len(store.read("quarantine")) == 7
    assert codes == [-signal.SIGKILL, 3, 3]
    assert len(store.read("stops")) == ROWS - 7
    assert store.verify().ok
