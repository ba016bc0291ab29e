"""How long a measurement and a plan take: one of 165 days × 5 lines, and a thousand plans on two processes.

    python benchmarks/gain/speed.py [--plans 1000] [--jobs 2]

A measurement is the whole of `effect`: figure, interval, gates and every placebo. Beside it what statsmodels needs for one
fit of a local level to the same days, which gives an interval and nothing else. Ends with an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from comparators import local_level
from coverage import ASKED, every_argument
from simulated_lines import SCENARIOS, Lines, drawn

import smartfab as sf
from smartfab.improvements.request import Request
from smartfab.improvements.study import prepared

RESULTS = Path(__file__).parents[1] / "results"
MOST_FOR_ONE_S = 1.0
MOST_FOR_PLANS_S = 600.0


def medians(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each task, the tasks taking turns."""
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            begin = time.process_time()
            task()
            spent[name].append(time.process_time() - begin)
    return {name: statistics.median(times) for name, times in spent.items()}


def one_measurement(rounds: int) -> dict[str, float]:
    """CPU seconds of `effect` and of the peer's fit on 165 days × 5 lines × 3 shifts."""
    lines = drawn(SCENARIOS[1], 1)
    table = lines.with_step()
    asked = _asked(lines)
    study = prepared(table, Request.of(every_argument(asked)))
    tasks = {
        "effect": lambda: sf.improvements.effect(table, **asked),
        "effect without controls": lambda: sf.improvements.effect(table, **asked | {"controls": None}),
        "local level (statsmodels)": lambda: local_level(study),
    }
    medians(tasks, 1)
    return medians(tasks, rounds)


def planned(seed: int) -> float:
    """The smallest effect of the plan of one seed, and nothing but the plan."""
    lines = drawn(SCENARIOS[seed % len(SCENARIOS)], seed)
    table = lines.table[lines.table["production_date"] < lines.at]
    return sf.improvements.plan(table, **_asked(lines), report_days=lines.scenario.after).mde()


def many_plans(count: int, jobs: int) -> float:
    """Seconds on the clock for so many plans, the drawing of their lines included."""
    begin = time.perf_counter()
    with multiprocessing.Pool(jobs) as pool:
        list(pool.imap_unordered(planned, range(count), chunksize=10))
    return time.perf_counter() - begin


def _asked(lines: Lines) -> dict[str, Any]:
    return ASKED | {"at": str(lines.at.date()), "expected": 0.02}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    single = one_measurement(options.rounds)
    for name, seconds in single.items():
        print(f"{name:28s}{seconds:8.3f} s CPU, {seconds / single['effect']:5.2f} × effect")
    whole = many_plans(options.plans, options.jobs)
    thousand = whole * 1000 / options.plans
    print(f"{options.plans} plans on {options.jobs} processes: {whole:.1f} s, a thousand {thousand:.1f} s")
    RESULTS.mkdir(exist_ok=True)
    told = {"cpu_s": single, "plans": options.plans, "jobs": options.jobs, "plans_s": whole}
    (RESULTS / "gain_speed.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    if single["effect"] >= MOST_FOR_ONE_S or thousand >= MOST_FOR_PLANS_S:
        sys.exit(f"Bars not met: one measurement < {MOST_FOR_ONE_S} s, 1,000 plans < {MOST_FOR_PLANS_S} s")


if __name__ == "__main__":
    main()
