"""Over many lines the interval holds the truth as often as it says, and is not wide for it: `make bench-gain` in short."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy import stats

from smartfab.improvements.estimation import estimated
from smartfab.improvements.measuring import effect
from smartfab.improvements.request import Request
from smartfab.improvements.study import prepared
from tests.improvements.lines import CHANGE, table

GAIN, LINES, NOISE, PLANT = 0.02, 40, 0.01, 0.02
DEFAULTS = {name: item.default for name, item in inspect.signature(effect).parameters.items() if name != "data"}


def oracle_width(design, *, alone):
    """Of the interval of generalised least squares with the covariance the lines were drawn from."""
    apart = np.abs(design.period[:, None] - design.period[None, :])
    shared = PLANT**2 * 0.9**apart if alone else 0.0
    own = NOISE**2 * (0.5**apart + np.eye(len(apart)))
    white = np.linalg.cholesky(shared + own * (1 if alone else 1 + 1 / 3))
    columns = np.linalg.solve(white, np.column_stack([design.basis, design.exposure]))
    return 2 * 1.96 * np.sqrt(np.linalg.inv(columns.T @ columns)[-1, -1])


@pytest.fixture(scope="module")
def measured():
    """By way of measuring: the intervals, and the width of the oracle; and how often a t-test holds the truth."""
    found, widths, naive = {"controls": [], "series": []}, {}, []
    for seed in range(LINES):
        lines = table(GAIN, lines=4, days=161, shifts=1, seed=seed, noise=NOISE, plant=PLANT, products=("P1",))
        for way, told in found.items():
            asked = {"y": "oee", "treated": "L3", "at": CHANGE, "method": way}
            design = prepared(lines, Request.of(DEFAULTS | asked)).design()
            one = estimated(design, 0.95)
            told.append((one.low, one.high))
            if way not in widths:  # the same days and columns in every line
                widths[way] = oracle_width(design, alone=way == "series")
        y, after = design.y, design.exposure > 0
        ends = stats.ttest_ind(y[after], y[~after], equal_var=False).confidence_interval()
        naive.append(ends.low <= GAIN <= ends.high)
    return {way: np.array(told).T for way, told in found.items()}, widths, float(np.mean(naive))


@pytest.mark.parametrize("way", ["controls", "series"])
def test_the_interval_holds_the_truth_as_often_as_it_says(measured, way):
    low, high = measured[0][way]
    covered = int(((low <= GAIN) & (high >= GAIN)).sum())
    assert stats.binomtest(covered, LINES, 0.95, alternative="less").pvalue > 0.01


@pytest.mark.parametrize("way", ["controls", "series"])
def test_it_does_not_hide_behind_its_width(measured, way):
    low, high = measured[0][way]
    assert (high - low).mean() < 1.4 * measured[1][way]


def test_a_t_test_of_before_and_after_does_not(measured):
    assert measured[2] < 0.7
