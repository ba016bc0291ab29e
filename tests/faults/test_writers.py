"""Several processes on one store: they create its tables at once, append, rewrite days, and one of them is killed with -9."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time

import pytest

import smartfab as sf
from tests.faults import writer
from tests.faults.seeds import LIVES, portions, seeds, told
from tests.tree import ROOT

HOW_MANY = max(1, LIVES // 300)
WRITERS, APPENDS = 3, 8
pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")]


def rows(who, number):
    """Five rows of a writer, each with a value of its own."""
    return writer.frame(number).assign(signal_id=f"{who}/one")


def main(folder, who, seed):
    """Append and rewrite as the seed says; tell every promise."""
    rng, store = random.Random(seed), sf.open_store(folder)  # noqa: S311  a schedule
    for number in range(APPENDS):
        store.append("samples", rows(who, number), app_id=who, seq=number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        if rng.random() < 0.4:
            store.compact("2026-03-02")
        if rng.random() < 0.4:
            row = {"production_date": ["2026-03-02"], "machine_id": [who], "oee": [rng.random()]}
            store.replace_day("oee", "2026-03-02", _frame(row))


def _frame(row):
    import pandas as pd

    return pd.DataFrame(row).assign(production_date=pd.to_datetime(row["production_date"]))


@pytest.mark.parametrize("portion", portions(1, of=HOW_MANY))
def test_writers_that_do_not_know_of_each_other(portion, room):
    for seed in seeds(portion, 1, of=HOW_MANY):
        story = []
        with told(seed, story) as rng:
            started = [_started(room / "store", f"w{place}", seed + place) for place in range(WRITERS)]
            if rng.random() < 0.7:
                started[0].stdout.readline()
                time.sleep(rng.random() * 0.3)
                started[0].send_signal(signal.SIGKILL)
                story.append("the first is killed")
            promised = {f"w{place}": process.communicate()[0].split() for place, process in enumerate(started)}
            assert [process.returncode for process in started[1:]] == [0, 0]
            _once(sf.open_store(room / "store"), promised, story)


def _started(folder, who, seed):
    command = [sys.executable, "-c", f"from tests.faults.test_writers import main; main({str(folder)!r}, {who!r}, {seed})"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _once(store, promised, story):
    story.append(json.dumps(promised))
    assert store.verify().ok
    for who, numbers in promised.items():
        for number in range(APPENDS):  # whoever was not promised tries again
            store.append("samples", rows(who, number), app_id=who, seq=number)
        found = store.read("samples", signals=[f"{who}/one"])["value"].to_list()
        assert found == [float(n) for n in range(APPENDS * writer.ROWS)], who
        assert len(numbers) in range(APPENDS + 1)
    assert len(store.read("oee")) <= 1, "one replaced the day of the other"
