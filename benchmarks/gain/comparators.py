"""What is often done instead, on the same daily figures: each gives an interval of 95 % for the effect."""

from __future__ import annotations

import warnings

import numpy as np
from scipy import stats

from smartfab.improvements.adjustment import weekday
from smartfab.improvements.study import Study

Interval = tuple[float, float, float]


def before_and_after(study: Study) -> Interval:
    """Welch's t-test of the days after against the days before."""
    y, after = _own(study)
    told = stats.ttest_ind(y[after], y[~after], equal_var=False).confidence_interval(0.95)
    return float(y[after].mean() - y[~after].mean()), float(told.low), float(told.high)


def newey_west(study: Study) -> Interval:
    """Ordinary least squares with the same columns, and standard errors after Newey and West with 7 lags."""
    import statsmodels.api as sm

    design = study.design()
    columns = np.column_stack([design.basis, design.exposure])
    fit = sm.OLS(design.y, columns).fit(cov_type="HAC", cov_kwds={"maxlags": 7, "use_correction": True}, use_t=True)
    low, high = fit.conf_int(0.05)[-1]
    return float(fit.params[-1]), float(low), float(high)


def difference_in_differences(study: Study) -> Interval:
    """The plain one: mean change of the treated line less mean change of the others, days taken as independent."""
    panel, used = study.panel, study.used
    others = [unit for unit in range(len(panel.value)) if unit != panel.treated]
    y = panel.value[panel.treated] - np.nanmean(panel.value[others], axis=0)
    used = used & ~np.isnan(y)
    after = ~panel.baseline[used]
    y = y[used]
    effect = y[after].mean() - y[~after].mean()
    error = np.sqrt(y[after].var(ddof=1) / after.sum() + y[~after].var(ddof=1) / (~after).sum())
    reach = stats.t.ppf(0.975, len(y) - 2) * error
    return float(effect), float(effect - reach), float(effect + reach)


def local_level(study: Study) -> Interval:
    """A structural time series with a local level, weekday and the step, by maximum likelihood (statsmodels)."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    y, after = _own(study)
    day = weekday(study.panel.period[study.used])
    columns = np.column_stack([after, *[(day == k).astype(float) for k in range(1, 6)]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # non-convergence is part of what this peer does
        fit = UnobservedComponents(y, level="llevel", exog=columns).fit(disp=False)
    at = fit.model.param_names.index("beta.x1")
    low, high = fit.conf_int(0.05)[at]
    return float(fit.params[at]), float(low), float(high)


def _own(study: Study) -> tuple[np.ndarray, np.ndarray]:
    used = study.used
    return study.panel.value[study.panel.treated][used], ~study.panel.baseline[used]


COMPARATORS = {
    "naive t-test": before_and_after,
    "OLS + Newey–West": newey_west,
    "difference in differences": difference_in_differences,
    "local level (statsmodels)": local_level,
}
