"""Where the defaults stand on public data: ours beside the bar and the published figure, one configuration for all of a kind.

    python benchmarks/defects/standing.py [--full] [--only skab]

The short form takes one seed where data are split at random, and three lines; --full five seeds and ten lines. Intervals are
95 %: of the mean over seeds, or from whole files, runs and engines drawn anew where nothing is random. No point is adjusted,
no file is tuned for. Sets that are not beside the project are said and left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import leaks
import lives
import parts
import processes
import public_sets
import simulated_cause

RESULTS = Path(__file__).parents[1] / "results"


@dataclass(frozen=True)
class Bar:
    """What a figure must reach, and what was published or is hoped for; `at_most` where less is better."""

    must: float | None = None
    further: float | None = None
    published: str = ""
    at_most: bool = False


BARS = {
    "SKAB other: MCC": Bar(0.52, 0.60, "Conv-AE, whole corpus: .586"),
    "SKAB other: false alarm rate": Bar(0.35, 0.20, "Conv-AE: .136", at_most=True),
    "SKAB other: F1": Bar(None, None, "always-alarm .693, Conv-AE .784"),
    "SKAB normal, first 1500: false alarm rate": Bar(0.05, 0.02, at_most=True),
    "SKAB normal, first 1750: false alarm rate": Bar(0.05, 0.02, at_most=True),
    "SKAB normal, first 2000: false alarm rate": Bar(0.05, 0.02, at_most=True),
    "SKAB normal, first 2500: false alarm rate": Bar(0.05, 0.02, at_most=True),
    "SKAB normal, first 3000: false alarm rate": Bar(0.05, 0.02, at_most=True),
    "TEP 1–10 without 3, 9: detection": Bar(0.91, 0.93),
    "TEP 1–10 without 3, 9: false alarm rate": Bar(0.02, 0.015, at_most=True),
    "injection: accuracy": Bar(0.935, 0.951, ".9504"),
    "steel: accuracy": Bar(0.78, 0.80, ".77–.80"),
    "AI4I: F1, stratified": Bar(0.83, 0.895, ".895 without leaks"),
    "AI4I: MCC, forward": Bar(0.52, 0.65),
    "C-MAPSS FD001: RMSE, life up to 125": Bar(12.5, 11.0, "11.49; newest 10.4", at_most=True),
    "simulated line: cause ranked first": Bar(0.9, 1.0),
    "leak audit: planted leaks flagged, of 6": Bar(6, 6),
    "leak audit: clean sets flagged, of 5": Bar(0, 0, at_most=True),
}
SETS: dict[str, tuple[str, Callable[[bool], Iterator[tuple[str, float, float, float]]]]] = {
    "skab": ("skab", processes.skab), "tep": ("tep", processes.tep), "injection": ("injection", parts.injection),
    "steel": ("steel", parts.steel), "ai4i": ("ai4i", parts.ai4i), "cnc": ("cnc", parts.cnc),
    "cmapss": ("cmapss", lives.cmapss), "line": ("", simulated_cause.line), "leaks": ("cnc", leaks.audited),
}  # fmt: skip


def verdict(name: str, value: float) -> str:
    """How a figure stands to its bar."""
    bar = BARS.get(name)
    if bar is None or bar.must is None:
        return ""
    sign = -1 if bar.at_most else 1
    if not sign * value >= sign * bar.must:  # NaN reaches no bar
        return "MISSED"
    return "further" if bar.further is not None and sign * value >= sign * bar.further else "must"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", choices=SETS)
    options = parser.parse_args()
    print(f"{'figure':46s}{'ours':>8s}  {'95 %':17s}{'must':>8s}{'further':>9s}  {'stands':8s} published")
    rows = []
    for name, (folder, figures) in SETS.items():
        if options.only not in {None, name}:
            continue
        if folder and not (public_sets.ROOT / folder).is_dir():
            print(f"{name}: not there, expected in shared/data/{folder} beside the project")
            continue
        for figure, value, low, high in figures(options.full):
            bar = BARS.get(figure, Bar())
            must, further = ("" if x is None else f"{'≤' if bar.at_most else '≥'} {x:g}" for x in (bar.must, bar.further))
            stands = verdict(figure, value)
            print(
                f"{figure:46s}{value:8.3f}  {low:7.3f} … {high:6.3f}{must:>8s}{further:>9s}  {stands:8s} {bar.published}",
                flush=True,
            )
            rows.append({"figure": figure, "ours": value, "low": low, "high": high, "stands": stands, **asdict(bar)})
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "defects_standing.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
