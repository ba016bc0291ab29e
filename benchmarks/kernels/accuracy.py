"""How wrong each library is on inputs that rolling statistics are easily wrong on, against exact arithmetic.

For a mean the largest error over the largest magnitude in the window, for a standard deviation its relative error; rows
that are lost (NaN or inf where there is a result), negative variances, and constants with a spread are counted.
"""

import importlib.util
import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
from comparisons import BLIND, COMPARISONS, PACKAGES

import smartfab as sf

WINDOW = 50
RESULTS = Path(__file__).parents[1] / "results"


def truth(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, variance and the largest magnitude of every whole window without an inf."""
    from tests.oracles_windows import Exact, trailing

    exact, mean, var, size = Exact(x), *(np.full(len(x), np.nan) for _ in range(3))
    for i, (lo, hi) in enumerate(trailing(len(x), WINDOW)):
        if exact.count(lo, hi) == WINDOW:
            mean[i], var[i] = float(exact.mean(lo, hi)), float(exact.var(lo, hi))
            size[i] = np.abs(x[lo:hi]).max()
    return mean, var, size


def verdict(got: np.ndarray, true: np.ndarray, scale: np.ndarray) -> str:
    there = ~np.isnan(true)
    lost = int((~np.isfinite(got[there])).sum())
    right = there & np.isfinite(got)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.abs(got - true)[right] / scale[right]
    spurious = int(np.isinf(error).sum())
    worst = np.max(error[np.isfinite(error)], initial=0.0)
    notes = [f"{lost} lost"] * bool(lost) + [f"{spurious} not 0"] * bool(spurious)
    return f"{worst:.0e}" + (f" ({', '.join(notes)})" if notes else "")


def main() -> None:
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.strategies_windows import hard_inputs

    cases = hard_inputs(window=WINDOW)
    cases["inf"] = np.random.default_rng(4).standard_normal(1500)
    cases["inf"][200] = math.inf
    report: dict[str, dict[str, str]] = {}
    for name, x in cases.items():
        mean, var, size = truth(x)
        for statistic, true, scale in (("mean", mean, size), ("std", np.sqrt(var), np.sqrt(var))):
            field = {"smartfab": np.asarray(getattr(sf.rolling(x, WINDOW), statistic)())}
            for peer, run in COMPARISONS[statistic].items():
                if importlib.util.find_spec(PACKAGES[peer]) is not None and not (peer in BLIND and np.isnan(x).any()):
                    field[peer] = np.asarray(run(x, x, WINDOW, WINDOW), dtype=float)
            report[f"{statistic}, {name}"] = {peer: verdict(got, true, scale) for peer, got in field.items()}
            print(
                f"{statistic:5s}{name:38s}",
                "  ".join(f"{peer} {text}" for peer, text in report[f"{statistic}, {name}"].items()),
            )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "rolling_accuracy.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
