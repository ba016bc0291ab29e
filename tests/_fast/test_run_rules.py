"""The run-rule kernel against each rule's sentence read literally, point by point."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.run_rules import run_rules

MOTIFS = [
    st.lists(st.sampled_from([-3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]), max_size=6),
    st.lists(st.sampled_from([0.25, 0.5, 2.0]), min_size=7, max_size=10),
    st.lists(st.sampled_from([-0.25, 0.75, 1.0]), min_size=13, max_size=17),
    st.lists(st.sampled_from([-1.5, 1.25, 2.25]), min_size=7, max_size=10),
    st.tuples(st.integers(4, 7), st.sampled_from([-0.5, 0.5])).map(lambda t: [-t[1] * 3 + t[1] * k for k in range(t[0])]),
    st.integers(11, 16).map(lambda n: [(-1) ** k * 0.75 for k in range(n)]),
    st.just([math.nan]),
]
POINTS = st.lists(st.one_of(MOTIFS), max_size=6).map(lambda parts: [value for part in parts for value in part])


def fired(z, one_side=9, centre=0.0, sigma=1.0):
    """The rules each point completes, by the kernel; limits at 3 sigma."""
    value = np.asarray(z, float)
    out = np.full(len(value), 255, np.uint8)
    lines = [np.broadcast_to(np.asarray(line, float), value.shape) for line in (centre, sigma)]
    run_rules(value, *lines, lines[0] - 3 * lines[1], lines[0] + 3 * lines[1], one_side, out)
    return [{rule for rule in range(1, 9) if bits & (1 << (rule - 1))} for bits in out.tolist()]


def sentences(z, one_side):
    """The same from the sentences, for the last of these points; all in units of sigma."""
    last = z[-1]

    def in_a_row(n, holds):
        return len(z) >= n and all(map(holds, z[-n:]))

    def steps(n):
        return [b - a for a, b in zip(z[-n:], z[-n + 1 :], strict=False)] if len(z) >= n else []

    def some_beyond(few, of, sigmas):
        return any(last * side > sigmas and sum(v * side > sigmas for v in z[-of:]) >= few for side in (1, -1))

    six, fourteen = steps(6), steps(14)
    told = {
        1: abs(last) > 3,
        2: in_a_row(one_side, lambda v: v > 0) or in_a_row(one_side, lambda v: v < 0),
        3: bool(six) and (all(d > 0 for d in six) or all(d < 0 for d in six)),
        4: bool(fourteen) and all(a * b < 0 for a, b in itertools.pairwise(fourteen)),
        5: some_beyond(2, 3, 2),
        6: some_beyond(4, 5, 1),
        7: in_a_row(15, lambda v: abs(v) <= 1),
        8: in_a_row(8, lambda v: abs(v) > 1) and min(z[-8:]) < 0 < max(z[-8:]),
    }
    return {rule for rule, holds in told.items() if holds}


@given(POINTS, st.sampled_from([8, 9]))
def test_each_point_completes_what_the_sentences_say(z, one_side):
    expected = [
        set() if math.isnan(value) else sentences([v for v in z[: i + 1] if not math.isnan(v)], one_side)
        for i, value in enumerate(z)
    ]
    assert fired(z, one_side) == expected


@given(POINTS, st.integers(0, 60))
def test_a_point_knows_nothing_of_what_comes_after(z, cut):
    assert fired(z)[:cut] == fired(z[:cut])


@given(POINTS, st.lists(st.integers(0, 60), max_size=5))
def test_missing_points_change_nothing_for_the_others(z, places):
    whole = [value for value in z if not math.isnan(value)]
    holed = list(whole)
    for place in places:
        holed.insert(min(place, len(holed)), math.nan)
    assert [rules for value, rules in zip(holed, fired(holed), strict=True) if not math.isnan(value)] == fired(whole)


@given(POINTS, st.sampled_from([0.5, 2.0, 1024.0]))
def test_scale_and_sign_change_nothing(z, scale):
    value = np.asarray(z, float)
    assert fired(value * scale, sigma=scale) == fired(value) == fired(-value)


@pytest.mark.parametrize(
    ("z", "rule"),
    [
        ([0, 3.1], 1), ([0.1] * 9, 2), ([-0.5, -0.4, 0.3, 0.4, 0.5, 0.6], 3), ([0.2, 0.1] * 7, 4), ([-2.1, 0, -2.1], 5),
        ([1.1, 1.2, 0, 1.1, 1.3], 6), ([0.9, -0.8, 1.0] * 5, 7), ([1.1, -1.1, 1.2, 1.3, -1.3, 1.2, 1.1, -1.2], 8),
    ],
)  # fmt: skip
def test_a_pattern_is_told_at_its_last_point_and_not_without_it(z, rule):
    found = fired(z)
    assert rule in found[-1]
    assert all(rule not in rules for rules in found[:-1])


@pytest.mark.parametrize(
    ("z", "rule"),
    [
        ([0, 3.0, -3.0], 1), ([0.1] * 8 + [0.0] + [0.1] * 8, 2), ([1, 2, 2, 3, 4, 5, 6], 3),
        ([0.2, 0.1] * 6 + [0.2, 0.2, 0.1], 4), ([2.1, 0, -2.1], 5),
        ([2.1, 2.0, 2.0], 5), ([1.1, 1.1, 0, 0, 1.1, 1.1], 6), ([0.5] * 14 + [1.1], 7), ([1.1] * 9, 8),
    ],
)  # fmt: skip
def test_what_only_looks_like_the_pattern_is_not_told(z, rule):
    assert all(rule not in rules for rules in fired(z))


def test_each_point_is_held_against_its_own_lines():
    assert fired([10, 10, 10], centre=[10, 6, 6], sigma=[1, 1, 2]) == [set(), {1}, set()]


def test_a_long_record_is_judged_whole():
    z = np.zeros(1_000_000)
    z[999_999] = 4
    found = np.empty(len(z), np.uint8)
    line = np.broadcast_to(0.0, z.shape)
    run_rules(z, line, line + 1, line - 3, line + 3, 9, found)
    assert (found[14:-1] == 1 << 6).all()
    assert (found[:14].any(), found[-1]) == (False, 1)
