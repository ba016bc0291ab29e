"""How often the interval holds the truth, how wide it is beside an oracle, how biased and how strong; beside what others do.

    python benchmarks/gain/coverage.py [--lines 150] [--jobs 2] [--peers 60]

Six scenarios of lines with a known gain of 2 points and one stress case outside the bars. Each line is planned from its
baseline and measured with four controls, with one, alone, and as a switchback. Ends with an error when a bar is not met
within the 99 % Monte-Carlo interval; with fewer than 1,000 lines a scenario the bars of coverage are wider.
"""

from __future__ import annotations

import argparse
import inspect
import json
import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import oracle
import pandas as pd
from comparators import COMPARATORS
from prop99 import printed as prop99
from simulated_lines import GAIN, SCENARIOS, STRESS, TREATED, Lines, Scenario, drawn, row_noise
from tables import FULL, bars_missed, printed
from threadpoolctl import threadpool_limits

from smartfab.improvements.estimation import estimated
from smartfab.improvements.measuring import effect
from smartfab.improvements.planning import plan
from smartfab.improvements.request import Request
from smartfab.improvements.study import Study, prepared

RESULTS = Path(__file__).parents[1] / "results"
ASKED: dict[str, Any] = {"y": "oee", "treated": TREATED}


def one_line(task: tuple[Scenario, int, bool]) -> list[dict[str, Any]]:
    """Every figure of one seed."""
    scenario, seed, peers = task
    lines = drawn(scenario, seed)
    table = lines.with_step()
    before = table[table["production_date"] < lines.at]
    hoped = float(np.exp(np.random.default_rng(seed).uniform(np.log(0.003), np.log(0.06))))
    asked = ASKED | {"at": str(lines.at.date()), "expected": hoped}
    rows = []
    for design, options in (("controls", {}), ("one control", {"controls": ["L1"]}), ("alone", {"controls": None})):
        planned = plan(before, **asked, **options, report_days=scenario.after)
        told = _told(lines, prepared(table, Request.of(every_argument(planned.arguments))), hoped)
        rows.append(told | {"design": design, "plan": planned.status, "predicted_mde": planned.mde()})
    if peers:
        alone = prepared(table, Request.of(every_argument(planned.arguments)))
        beside = prepared(table, Request.of(every_argument(asked | {"controls": "auto"})))
        rows += [_peer(name, peer, beside if "difference" in name else alone) for name, peer in COMPARATORS.items()]
    rows.append(_switched(lines, before, asked, scenario.after))
    return [row | {"scenario": scenario.name, "seed": seed} for row in rows]


def every_argument(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments of `effect` with its own defaults for the others."""
    defaults = {name: item.default for name, item in inspect.signature(effect).parameters.items() if name != "data"}
    return defaults | arguments


def _told(lines: Lines, study: Study, hoped: float) -> dict[str, Any]:
    design = study.design()
    found = estimated(design, 0.95)
    controls = [study.chosen.units[unit] for unit in study.controls]
    noise = row_noise(lines, design.period, controls)
    covariance = lines.covariance(design.period, noise, len(controls))
    best, error = oracle.effect(design.basis, design.exposure, design.y, covariance)
    return {
        "method": study.method, "estimate": found.mean, "low": found.low, "high": found.high,
        "oracle_width": oracle.width(error), "oracle_mde": oracle.detectable(error), "hoped": hoped, "scale": found.scale,
        "oracle_covered": abs(best - GAIN) <= oracle.width(error) / 2,
    }  # fmt: skip


def _switched(lines: Lines, before: pd.DataFrame, asked: dict[str, Any], days: int) -> dict[str, Any]:
    planned = plan(before, **asked, method="switchback", report_days=days)
    table = lines.with_schedule(list(planned.schedule))
    told = _told(lines, prepared(table, Request.of(every_argument(planned.arguments))), asked["expected"])
    return told | {"design": "switchback", "plan": planned.status, "predicted_mde": planned.mde()}


def _peer(name: str, peer: Callable[[Study], tuple[float, float, float]], study: Study) -> dict[str, Any]:
    estimate, low, high = peer(study)
    return {"design": name, "estimate": estimate, "low": low, "high": high}


def studied(lines: int, jobs: int, peers: int, scenarios: tuple[Scenario, ...]) -> pd.DataFrame:
    """One row a scenario, seed and design."""
    tasks = [(scenario, seed, seed < peers) for scenario in scenarios for seed in range(lines)]
    one_thread = {"initializer": threadpool_limits, "initargs": (1,)}  # matrices this small are slower with more
    with multiprocessing.Pool(jobs, **one_thread) as pool:
        found = [row for rows in pool.imap(one_line, tasks, chunksize=10) for row in rows]
    table = pd.DataFrame(found)
    table["covered"] = (table["low"] <= GAIN) & (table["high"] >= GAIN)
    table["width"] = table["high"] - table["low"]
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=150, help="lines a scenario")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--peers", type=int, default=60, help="lines a scenario that the peers are given too")
    parser.add_argument("--only", default="", help="part of a scenario's name")
    options = parser.parse_args()
    stress = (STRESS,) if options.lines >= FULL or options.only else ()
    scenarios = tuple(s for s in (*SCENARIOS, *stress) if options.only in s.name)
    table = studied(options.lines, options.jobs, options.peers, scenarios)
    told = printed(table)
    told["prop99"] = prop99()
    missed = bars_missed(table, STRESS.name)
    told["missed"] = missed
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "gain_coverage.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    if missed:
        print("\nBars not met:", *missed, sep="\n  ")
        sys.exit(1)


if __name__ == "__main__":
    main()
