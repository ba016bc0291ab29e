"""The factors of small samples against the printed tables and against closed forms."""

from __future__ import annotations

import math

import pytest

import smartfab as sf
from smartfab.spc.constants import c4, d2, d3

# Montgomery, Introduction to Statistical Quality Control, appendix VI: subgroups of 2 to 25.
PRINTED = {
    d2: "1.128 1.693 2.059 2.326 2.534 2.704 2.847 2.970 3.078 3.173 3.258 3.336 3.407 3.472 3.532 3.588 3.640 3.689 3.735 "
        "3.778 3.819 3.858 3.895 3.931",
    d3: "0.853 0.888 0.880 0.864 0.848 0.833 0.820 0.808 0.797 0.787 0.778 0.770 0.763 0.756 0.750 0.744 0.739 0.734 0.729 "
        "0.724 0.720 0.716 0.712 0.708",
    c4: "0.7979 0.8862 0.9213 0.9400 0.9515 0.9594 0.9650 0.9693 0.9727 0.9754 0.9776 0.9794 0.9810 0.9823 0.9835 0.9845 "
        "0.9854 0.9862 0.9869 0.9876 0.9882 0.9887 0.9892 0.9896",
}  # fmt: skip


@pytest.mark.parametrize("factor", PRINTED, ids=lambda factor: factor.__name__)
def test_every_printed_digit(factor):
    printed = PRINTED[factor].split()
    digits = len(printed[0]) - 2
    # The tables themselves are off by one in the last place here and there.
    assert [factor(n) for n in range(2, 26)] == pytest.approx([float(text) for text in printed], abs=1.0 * 10**-digits)


def test_closed_forms():
    assert d2(2) == pytest.approx(2 / math.sqrt(math.pi), abs=1e-10)
    assert d3(2) == pytest.approx(math.sqrt(2 - 4 / math.pi), abs=1e-10)
    assert d2(3) == pytest.approx(3 / math.sqrt(math.pi), abs=1e-10)
    assert c4(2) == pytest.approx(math.sqrt(2 / math.pi), abs=1e-14)


@pytest.mark.parametrize(("factor", "n"), [(d2, 1), (d3, 26), (c4, 1)])
def test_sizes_without_a_factor_are_refused(factor, n):
    with pytest.raises(sf.errors.TableError, match=rf"n: {n}; expected a subgroup"):
        factor(n)
