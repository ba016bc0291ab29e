"""Changeovers against the time they are allowed: what went beyond it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.findings import Finding, finding
from smartfab.tables import conform

Floats = npt.NDArray[np.float64]


def beyond_standard(account: pd.DataFrame, setups: pd.DataFrame) -> tuple[pd.Series, list[Finding]]:
    """Return how much of each row is setup beyond its standard.

    A changeover is one stretch of setup of a machine; it goes from the product that ran last before it to the one that
    runs first after it. Of the standards that hold for it, the one that names most counts.

    Parameters
    ----------
    account : DataFrame
        Table `account`, sorted by machine and time.
    setups : DataFrame
        Table `setups`; what is null there holds for any.

    Returns
    -------
    Series
        Seconds of each row of the account [s].
    list of Finding
        setup_without_standard.
    """
    allowed = conform(setups, "setups")
    over = np.zeros(len(account))
    unknown = 0
    for machine_id, rows, start, end in _stretches(account):
        standard = _standard(allowed, machine_id, *_products(account, rows))
        if standard is None:
            unknown += 1
            continue
        over[rows] = np.maximum(0.0, end - np.maximum(start, standard))
    findings = [finding("setup_without_standard", "setups", unknown)] if unknown else []
    return pd.Series(over, index=account.index), findings


def _stretches(account: pd.DataFrame) -> Iterator[tuple[str, npt.NDArray[np.intp], Floats, Floats]]:
    """Each changeover: machine, rows, and how long it had lasted at the begin and end of each row [s]."""
    setup = account["loss"] == "setup"
    goes_on = (account["machine_id"] == account["machine_id"].shift()) & (account["start"] == account["end"].shift())
    number = (~(setup & setup.shift(fill_value=False) & goes_on)).cumsum()
    for rows in account[setup].groupby(number[setup]).indices.values():
        places = np.flatnonzero(setup)[rows]
        length = account["duration_s"].to_numpy(float)[places]
        end = np.cumsum(length)
        yield str(account["machine_id"].iloc[places[0]]), places, end - length, end


def _products(account: pd.DataFrame, rows: npt.NDArray[np.intp]) -> tuple[str | None, str | None]:
    """What ran before and after, on the same machine."""
    ran = (account["loss"] == "run") & (account["machine_id"] == account["machine_id"].iloc[rows[0]])
    places = np.flatnonzero(ran & account["product_id"].notna())
    before, after = places[places < rows[0]], places[places > rows[-1]]
    product = account["product_id"]
    return (str(product.iloc[before[-1]]) if len(before) else None, str(product.iloc[after[0]]) if len(after) else None)


def _standard(setups: pd.DataFrame, machine_id: str, before: str | None, after: str | None) -> float | None:
    fits = pd.Series(True, index=setups.index)
    named = pd.Series(0, index=setups.index)
    for column, value in (("machine_id", machine_id), ("from_product", before), ("to_product", after)):
        if column in setups:
            fits &= setups[column].isna() | (setups[column] == value)
            named += setups[column].notna()
    if not fits.any():
        return None
    return float(setups["standard_s"].to_numpy()[int(np.where(fits, named, -1).argmax())])
