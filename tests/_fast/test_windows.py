"""The window kernels against what they say of themselves: no row outside the arrays is read or written."""

import pickle
from itertools import pairwise

import numpy as np
import pytest

from smartfab._fast.ewm import ewm_mean, ewm_weighted
from smartfab._fast.row_windows import RowState, rolling_rows
from smartfab._fast.time_windows import TimeState, rolling_times, window_bounds

X = np.random.default_rng(0).standard_normal(1000) + 1e6
MEAN, STD, MAX = 2, 4, 6
UNTOUCHED = -7.5


def rows(x, window, start, stop, out, *, ahead=0, step=1, at=0, codes=(MEAN, STD)):
    rolling_rows(x, None, window, codes, 1, 1, start, stop, ahead, step, out, at)


@pytest.mark.parametrize("window", [1, 2, 3, 7, 128, 129, 999, 5000])
@pytest.mark.parametrize("pieces", [2, 5])
def test_pieces_cut_at_block_edges_have_the_bits_of_the_whole(window, pieces):
    whole, parts = np.empty((2, 1000)), np.empty((2, 1000))
    rows(X, window, 0, 1000, whole)
    cuts = sorted({0, 1000, *(max(0, k * 1000 // pieces // window * window - 1) for k in range(1, pieces))})
    for start, stop in pairwise(cuts):
        rows(X, window, start, stop, parts, at=start)
    assert whole.tobytes() == parts.tobytes()


def test_only_the_rows_asked_for_are_written():
    out = np.full((2, 50), UNTOUCHED)
    rows(X, 10, 100, 120, out, at=5)
    assert (out[:, 5:25] != UNTOUCHED).all()
    assert (np.delete(out, np.s_[5:25], axis=1) == UNTOUCHED).all()


def test_a_row_of_somebody_else_is_left_alone():
    out = np.full((2, 1000), UNTOUCHED)
    rows(X, 10, 0, 1000, out, codes=(-1, MAX))
    assert (out[0] == UNTOUCHED).all()
    assert out[1, -1] == X[-10:].max()


@pytest.mark.parametrize(
    "wrong",
    [
        {"window": 0}, {"step": 0}, {"start": -2}, {"stop": 1001}, {"at": -1}, {"at": 1}, {"ahead": 5}, {"ahead": -1},
        {"codes": (MEAN,)}, {"codes": (MEAN, 13)}, {"codes": (MEAN, -2)},
    ],
)  # fmt: skip
def test_what_would_reach_outside_is_refused(wrong):
    given = {"window": 10, "start": 0, "stop": 1000, "out": np.empty((2, 1000))} | wrong
    with pytest.raises(IndexError):
        rows(X, **given)


@pytest.mark.parametrize("wrong", [{"t": np.zeros(5, np.int64)}, {"step": 0}, {"y": np.zeros(5)}, {"at": -1}, {"at": 1}])
def test_times_of_another_length_are_refused(wrong):
    given = {"y": None, "t": np.arange(1000), "step": 1, "at": 0} | wrong
    with pytest.raises(IndexError):
        rolling_times(
            X,
            given["y"],
            given["t"],
            5,
            0,
            False,
            False,
            True,
            1.0,
            (MEAN,),
            1,
            1,
            given["step"],
            np.empty((1, 1000)),
            given["at"],
        )


def row_state(window=10, *, ahead=0, step=1):
    return RowState(window, ahead, step, (MEAN, STD), 1, 1)


def time_state(window=10, *, pair=False, step=1):
    return TimeState(window, False, True, step, pair, 1.0, (9,) if pair else (2,), 1, 1)


def test_chunks_that_do_not_belong_together_are_refused():
    with pytest.raises(IndexError):
        time_state().push(X[:5], np.zeros(4, np.int64))
    with pytest.raises(IndexError):
        time_state(pair=True).push(X[:5], np.zeros(5, np.int64))
    for wrong in ({"window": 0}, {"step": 0}, {"ahead": 1}):
        with pytest.raises(IndexError):
            row_state(**wrong)


@pytest.mark.parametrize("window", [10, 60])
def test_a_state_of_rows_goes_on_after_pickling(window):
    one, out = row_state(window), []
    for start in range(0, 1000, 37):
        one = pickle.loads(pickle.dumps(one))
        out.append(one.push(X[start : start + 37]))
    assert np.concatenate(out, axis=1).tobytes() == row_state(window).push(X).tobytes()


def test_a_state_of_times_goes_on_after_pickling():
    one, out = time_state(), []
    t = np.arange(1000) * 2
    for start in range(0, 1000, 37):
        one = pickle.loads(pickle.dumps(one))
        out.append(one.push(X[start : start + 37], t[start : start + 37]))
    assert np.concatenate(out, axis=1).tobytes() == time_state().push(X, t).tobytes()


def test_ewm_outputs_must_fit():
    with pytest.raises(IndexError):
        ewm_mean(X, 0.5, 0, np.empty(999))
    ewm_mean(X[:0], 0.5, 0, np.empty(0))
    for rows, ages in ((999, None), (1000, np.ones(999))):
        with pytest.raises(IndexError):
            ewm_weighted(X, ages, 0.5, 0, True, False, True, False, np.empty(rows))
    ewm_weighted(X[:0], X[:0], 0.5, 0, True, False, True, False, np.empty(0))


@pytest.mark.parametrize("left_closed", [True, False])
@pytest.mark.parametrize("right_closed", [True, False])
@pytest.mark.parametrize("own_last", [True, False])
@pytest.mark.parametrize("step", [1, 3])
def test_bounds_are_those_of_asking_every_row(left_closed, right_closed, own_last, step):
    t = np.cumsum(np.random.default_rng(2).integers(0, 4, 50))
    lo, hi = np.empty((2, len(t[::step])), dtype=np.int64)
    window_bounds(t, 6, 2, left_closed, right_closed, own_last, step, lo, hi)
    for first, end, i in zip(lo, hi, range(0, 50, step), strict=True):
        inside = (t >= t[i] - 6 if left_closed else t > t[i] - 6) & (t <= t[i] + 2 if right_closed else t < t[i] + 2)
        inside &= np.arange(50) <= i if own_last else True
        assert np.flatnonzero(inside).tolist() == list(range(first, end))


def test_bounds_must_fit():
    t = np.arange(5)
    for rows, step in ((4, 1), (6, 1), (5, 2), (5, 0)):
        with pytest.raises(IndexError):
            window_bounds(t, 1, 1, True, True, True, step, np.empty(rows, np.int64), np.empty(rows, np.int64))
    window_bounds(t[:0], 1, 1, True, True, False, 1, t[:0], t[:0])
