"""Rows as an estimator is given them: scikit-learn's checks, and their faults as errors of this package."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sklearn.utils.validation import validate_data

from smartfab.errors import SmartfabError, TableError

_NO_LABELS = "no_validation"
_REMEDIES = {
    "contains NaN": "Leave such rows out; a DefectClassifier or a RULRegressor takes missing features, not missing labels.",
    "contains infinity": "Make them missing.",
    "0 sample(s)": "Give at least one row.",
    "feature names": "Give the columns the estimator was fitted on, in their order.",
    "inconsistent numbers": "Give one label a row.",
}


def read_rows(estimator: Any, X: Any, y: Any = _NO_LABELS, **rules: Any) -> Any:
    """Return what scikit-learn's ``validate_data`` returns.

    Parameters
    ----------
    estimator : estimator
        Is told, or asked, the number and names of the columns.
    X : array or DataFrame
        Rows.
    y : array or Series, optional
        Labels.
    **rules : object
        As for ``validate_data``.

    Returns
    -------
    ndarray, or (ndarray, ndarray)
        Rows; with labels where they are given.

    Raises
    ------
    TableError
        If they do not fit: no rows, no columns, NaN or infinity where none may be, other columns than in fitting.
    """
    name = type(estimator).__name__
    if isinstance(X, pd.DataFrame) and not X.shape[1]:
        raise TableError(
            f"0 feature(s) (shape={X.shape}) while a minimum of 1 is required", where=name, remedy="Give at least one column."
        )
    try:
        return validate_data(estimator, X, y, dtype="float64", **rules)
    except SmartfabError:
        raise
    except ValueError as error:
        told = str(error)
        remedy = next((text for sign, text in _REMEDIES.items() if sign in told), "Correct the rows.")
        short = told.partition("\n")[0] if "contains NaN" in told else told
        raise TableError(short.rstrip("."), where=name, remedy=remedy) from error
