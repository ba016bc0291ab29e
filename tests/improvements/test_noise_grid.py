"""The filter and the restricted likelihood against dense matrices, on irregular dates and uneven weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.improvements.mixtures import distribution, quantile
from smartfab.improvements.noise_grid import GRID, Cells, Fitted, fitted, precision, remaining, unexposed, whitened
from tests.improvements import oracles


@st.composite
def series(draw):
    """Dates with gaps, uneven white noise, a design of full rank, and y."""
    count = draw(st.integers(12, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    day = np.cumsum(rng.integers(1, 5, count))
    white = rng.uniform(0.2, 5, count)
    columns = np.column_stack([np.ones(count), rng.standard_normal((count, draw(st.integers(0, 4))))])
    x = (np.arange(count) >= draw(st.integers(4, count - 4))).astype(float)
    return day, white / white.mean(), columns, x, rng.standard_normal(count).cumsum()


def step(day):
    return np.diff(day, prepend=day[0])


@given(series())
def test_whitened_columns_have_the_inner_products_of_the_inverse_covariance(one):
    day, white, columns, x, y = one
    stacked = np.column_stack([columns, x, y])
    noise = whitened(step(day), white, stacked)
    for cell in (0, 7, 40, 87):
        dense = oracles.covariance(day, white, GRID.persistence[cell], GRID.share[cell])
        expected = stacked.T @ np.linalg.solve(dense, stacked)
        np.testing.assert_allclose(noise.columns[cell].T @ noise.columns[cell], expected, rtol=1e-8, atol=1e-8)
        assert noise.log_det[cell] == pytest.approx(np.linalg.slogdet(dense)[1], abs=1e-8)


@given(series())
def test_every_cell_is_the_dense_restricted_fit(one):
    day, white, columns, x, y = one
    noise = whitened(step(day), white, np.column_stack([columns, x, y]))
    fit = fitted(noise, columns.shape[1])
    dense = [
        oracles.restricted_fit(day, white, columns, x, y, *cell)
        for cell in zip(GRID.persistence, GRID.share, strict=True)
    ]  # fmt: skip
    log_weight, mean, scale, variance = map(np.array, zip(*dense, strict=True))
    weight = np.exp(log_weight + GRID.log_prior - (log_weight + GRID.log_prior).max())
    np.testing.assert_allclose(fit.mean[:, 0], mean, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(fit.scale[:, 0], scale, rtol=1e-6)
    np.testing.assert_allclose(fit.variance[:, 0], variance, rtol=1e-6)
    np.testing.assert_allclose(fit.weight[:, 0], weight / weight.sum(), rtol=1e-5, atol=1e-9)


@given(series(), st.floats(-1, 1), st.floats(1e-3, 1e3))
def test_where_there_is_no_noise_the_interval_is_as_wide_as_rounding_and_holds_the_truth(one, effect, size):
    day, white, columns, x, _ = one
    y = size * (columns.sum(axis=1) + effect * x)
    fit = fitted(whitened(step(day), white, np.column_stack([columns, x, y])), columns.shape[1])
    low, high = quantile(fit, 0.025), quantile(fit, 0.975)
    assert low < size * effect < high
    assert high - low < 1e-9 * size


@given(series())
def test_columns_tried_together_are_each_tried_alone(one):
    day, white, columns, x, y = one
    other = np.sin(day.astype(float))
    both = fitted(whitened(step(day), white, np.column_stack([columns, x, other, y])), columns.shape[1])
    for place, tried in enumerate((x, other)):
        alone = fitted(whitened(step(day), white, np.column_stack([columns, tried, y])), columns.shape[1])
        np.testing.assert_allclose(both.mean[:, place], alone.mean[:, 0], rtol=1e-7, atol=1e-10)
        np.testing.assert_allclose(both.weight[:, place], alone.weight[:, 0], rtol=1e-6, atol=1e-12)


@given(series())
def test_the_rest_of_the_fit_is_that_of_the_dense_one(one):
    day, white, columns, x, y = one
    noise = whitened(step(day), white, np.column_stack([columns, x, y]))
    rest = remaining(noise, columns.shape[1], fitted(noise, columns.shape[1]).mean[:, 0])
    inverse = np.linalg.inv(oracles.covariance(day, white, GRID.persistence[30], GRID.share[30]))
    design = np.column_stack([columns, x])
    expected = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ y)
    np.testing.assert_allclose(rest[30], expected[:-1], rtol=1e-6, atol=1e-8)


@given(series())
def test_precision_of_a_shorter_series_is_that_of_the_series_cut(one):
    day, white, columns, x, _ = one
    rows = [len(day) - 2, len(day)]
    found = precision(whitened(step(day), white, np.column_stack([columns, x])), rows)
    for count, told in zip(rows, found, strict=True):
        inverse = np.linalg.inv(oracles.covariance(day[:count], white[:count], GRID.persistence[50], GRID.share[50]))
        design = np.column_stack([columns, x])[:count]
        assert told[50] == pytest.approx(1 / np.linalg.inv(design.T @ inverse @ design)[-1, -1], rel=1e-6)


@given(series())
def test_noise_told_before_a_change_is_the_fit_without_one(one):
    day, white, columns, _, y = one
    weight, variance = unexposed(whitened(step(day), white, np.column_stack([columns, y])), columns.shape[1])
    _, _, _, dense = oracles.restricted_fit(
        day, white, columns[:, :-1], columns[:, -1], y, GRID.persistence[20], GRID.share[20]
    )  # fmt: skip
    assert weight.sum() == pytest.approx(1)
    assert variance[20] == pytest.approx(dense, rel=1e-6)


@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(-5, 5), st.floats(0.01, 3)), min_size=1, max_size=6),
    st.integers(1, 200), st.sampled_from([0.025, 0.5, 0.975]),
)  # fmt: skip
def test_quantiles_of_a_mixture(cells, dof, probability):
    weight, mean, scale = (np.array(part)[:, None] for part in zip(*cells, strict=True))
    fit = Fitted(weight / weight.sum(), mean, scale, scale, dof)
    found = quantile(fit, probability)
    assert found == pytest.approx(
        oracles.mixture_quantile(fit.weight[:, 0], mean[:, 0], scale[:, 0], dof, probability), abs=1e-6
    )
    assert distribution(fit, found)[0] == pytest.approx(probability, abs=1e-9)


def test_one_certain_cell_is_ordinary_least_squares():
    rng = np.random.default_rng(3)
    x, y = (np.arange(40) >= 20).astype(float), rng.standard_normal(40)
    cells = Cells(np.array([0.0]), np.array([0.0]), np.array([0.0]))
    fit = fitted(whitened(np.ones(40, dtype=np.int64), np.ones(40), np.column_stack([np.ones(40), x, y]), cells), 1, cells)
    from scipy import stats

    told = stats.ttest_ind(y[20:], y[:20]).confidence_interval(0.95)
    assert (quantile(fit, 0.025), quantile(fit, 0.975)) == pytest.approx((told.low, told.high), rel=1e-9)
