"""The study's tables, and the bars it is held against."""

from __future__ import annotations

from typing import Any

import pandas as pd
from scipy import stats
from simulated_lines import GAIN

OURS = ("controls", "one control", "alone", "switchback")
BARS = {"controls": (0.94, 0.98), "one control": (0.94, 0.98), "alone": (0.925, 0.985), "switchback": (0.94, 0.985)}
FULL, SHORT_SLACK = 1000, 0.05
"""So many lines are held to the bars as they are; fewer may lie so much outside: the draws of 150 lines alone move 3 points."""
MOST_WIDTH = 1.40
MOST_BIAS = 0.001
LEAST_WARNED = 0.95


def monte_carlo(covered: pd.Series) -> tuple[float, float]:
    """99 % interval of a share (Clopper–Pearson)."""
    told = stats.binomtest(int(covered.sum()), len(covered)).proportion_ci(0.99)
    return float(told.low), float(told.high)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """One row a scenario and design."""
    rows = []
    for (scenario, design), group in table.groupby(["scenario", "design"], sort=False):
        low, high = monte_carlo(group["covered"])
        error = group["estimate"] - GAIN
        rows.append({
            "scenario": scenario, "design": design, "lines": len(group), "coverage": group["covered"].mean(), "mc_low": low,
            "mc_high": high, "bias": error.mean(), "bias_se": error.std() / len(group) ** 0.5, "width": group["width"].mean(),
            "to_oracle": group["width"].mean() / group["oracle_width"].mean() if design in OURS else float("nan"),
            "power": (group["low"] > 0).mean(),
            "oracle_coverage": group["oracle_covered"].mean() if design in OURS else float("nan"),
            "in_controls": (group["method"] == "controls").mean() if design in OURS else 0,
        })  # fmt: skip
    return pd.DataFrame(rows)


def warned(table: pd.DataFrame) -> tuple[float, int]:
    """Share of plans called underpowered or not feasible among those whose oracle could not find twice the hope."""
    hard = table[table["design"].isin(OURS) & (table["oracle_mde"] > 2 * table["hoped"])]
    return float(hard["plan"].isin(["underpowered", "not_feasible"]).mean()), len(hard)


def printed(table: pd.DataFrame) -> dict[str, Any]:
    """Print the tables, and return them."""
    told = summary(table)
    print(f"{'scenario':26s}{'design':28s}{'lines':>6s}{'coverage':>10s}  {'99 % MC':15s}{'bias':>7s} ± se   {'width':>6s}"
          f"{'power':>7s}{'×oracle':>9s}{'its own coverage':>18s}")  # fmt: skip
    for row in told.itertuples():
        beside = f"{row.to_oracle:9.2f}{100 * row.oracle_coverage:17.1f}%" if row.design in OURS else ""
        print(f"{row.scenario:26s}{row.design:28s}{row.lines:6d}{100 * row.coverage:9.1f}%  {100 * row.mc_low:5.1f} … "
              f"{100 * row.mc_high:5.1f}  {100 * row.bias:+6.2f} ± {100 * row.bias_se:4.2f}{100 * row.width:8.2f}"
              f"{100 * row.power:6.0f}%{beside}")  # fmt: skip
    share, count = warned(table)
    print(f"\nPlans that warn where the oracle cannot find twice the hope: {100 * share:.1f} % of {count}")
    ours = table[table["design"].isin(OURS)]
    reached = (ours["scale"] / (ours["predicted_mde"] / 2.84)).groupby(ours["design"]).median()
    print("Scale reached / scale planned, median:", ", ".join(f"{name} {value:.2f}" for name, value in reached.items()))
    return {"designs": told.to_dict("records"), "warned": share, "warned_of": count}


def bars_missed(table: pd.DataFrame, outside: str) -> list[str]:
    """What is outside its bar by more than chance."""
    missed = []
    for row in summary(table[table["scenario"] != outside]).itertuples():
        if row.design not in OURS:
            continue
        slack = SHORT_SLACK if row.lines < FULL else 0.0
        low, high = BARS[row.design][0] - slack, BARS[row.design][1] + slack
        place = f"{row.scenario}, {row.design}"
        if row.mc_high < low or row.mc_low > high:
            missed.append(f"{place}: coverage {row.coverage:.3f} not in {low} … {high}")
        if row.to_oracle > MOST_WIDTH:
            missed.append(f"{place}: width {row.to_oracle:.2f} × oracle")
        if row.scenario == "mix shift" and abs(row.bias) > MOST_BIAS + 2 * row.bias_se:
            missed.append(f"{place}: bias {row.bias:.4f}")
    share, count = warned(table[table["scenario"] != outside])
    if count and stats.binomtest(round(share * count), count, LEAST_WARNED, alternative="less").pvalue < 0.005:
        missed.append(f"plans that warn: {share:.3f}")
    return missed
