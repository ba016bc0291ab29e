"""Published examples to their printed digits: NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3."""

from __future__ import annotations

import numpy as np
import pytest

import smartfab as sf


def numbers(text):
    return [float(word) for word in text.split()]


def test_individuals():  # 6.3.2.2, batch flow rates
    chart = sf.spc.control_chart(numbers("49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1"))
    assert chart.centre == pytest.approx(50.81, abs=5e-3)
    assert chart.table["second"].mean() == pytest.approx(1.8778, abs=5e-5)
    assert chart.table["second_centre"].iloc[0] == pytest.approx(1.8778, abs=5e-5)
    assert tuple(chart.limits) == pytest.approx((45.82, 55.80), abs=5e-3)
    assert chart.violations()[1].tolist() == []


def test_ewma():  # 6.3.2.4, target 50, s = 2.0539, λ = 0.3; the limits are those far from the start
    x = numbers("52 47 53 49.3 50.1 47 51 50.1 51.2 50.5 49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1")
    printed = numbers(
        "50.60 49.52 50.56 50.18 50.16 49.21 49.75 49.85 50.26 50.33 50.11 49.36 49.52 50.05 49.38 49.92 50.73 51.23 "
        "51.94 51.99"
    )
    chart = sf.spc.control_chart(x, "ewma", centre=50, sigma=2.0539, lam=0.3)
    assert chart.table["value"].tolist() == pytest.approx(printed, abs=5e-3)
    last = chart.table.iloc[-1]
    assert (last["lower"], last["upper"]) == pytest.approx((47.4115, 52.5884), abs=1e-4)
    assert [(rule, at.tolist()) for rule, at in chart.violations().items()] == [(1, [])]


def test_ewma_limits_widen_from_the_first_point():
    table = sf.spc.control_chart([0.0] * 40, "ewma", centre=0, sigma=1, lam=0.2, width=2.5).table
    assert table["upper"].iloc[0] == pytest.approx(2.5 * 0.2)
    assert table["upper"].iloc[-1] == pytest.approx(2.5 / 3, abs=1e-6)
    assert (table["upper"].diff().iloc[1:] > 0).all()


def test_cusum():  # 6.3.2.3, target 325, k = 0.3175, h = 4.1959
    x = numbers(
        "324.925 324.675 324.725 324.350 325.350 325.225 324.125 324.525 325.225 324.600 "
        "324.625 325.150 328.325 327.250 327.825 328.500 326.675 327.775 326.875 328.350"
    )
    above = numbers("0 0 0 0 .03 0 0 0 0 0 0 0 3.01 4.94 7.45 10.63 11.99 14.44 16.00 19.04")
    below = numbers("0 .01 0 .33 0 0 .56 .72 .17 .25 .31 0 0 0 0 0 0 0 0 0")
    chart = sf.spc.control_chart(x, "cusum", centre=325, sigma=0.635, k=0.5, h=4.1959 / 0.635)
    assert chart.table["value"].tolist() == pytest.approx(above, abs=5.001e-3)
    assert (-chart.table["second"]).tolist() == pytest.approx(below, abs=5.001e-3)
    assert chart.limits.upper == pytest.approx(4.1959)
    assert chart.violations()[1].tolist() == [13, 14, 15, 16, 17, 18, 19]
    assert chart.violations(of="second")[1].tolist() == []


def test_defective_fraction():  # 6.3.3.2, 30 wafers of 50 chips
    x = numbers("12 15 8 10 4 7 16 9 14 10 5 6 17 12 22 8 10 5 13 11 20 18 24 15 9 12 7 13 9 6")
    chart = sf.spc.control_chart(x, "p", n=50)
    assert chart.centre == pytest.approx(0.2313, abs=5e-5)
    assert tuple(chart.limits) == pytest.approx((0.0524, 0.4102), abs=1e-4)
    assert chart.violations()[1].tolist() == [14, 22]
    share = sf.spc.control_chart(x, "np", n=50)
    assert np.array(share.limits) == pytest.approx(50 * np.array(chart.limits))
    assert share.violations()[1].tolist() == [14, 22]


def test_defects():  # 6.3.3.1, 25 wafers
    x = numbers("16 14 28 16 12 20 10 12 10 17 19 17 14 16 15 13 14 16 11 20 11 19 16 31 13")
    chart = sf.spc.control_chart(x, "c")
    assert (chart.centre, *chart.limits) == (16, 4, 28)
    assert chart.violations()[1].tolist() == [23]
    per_ten = sf.spc.control_chart(x, "u", n=10)
    assert (per_ten.centre, *per_ten.limits) == pytest.approx((1.6, 0.4, 2.8))
