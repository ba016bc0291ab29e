"""Since when and until when a row of master data holds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from smartfab import clock
from smartfab.clock import Micros

ALWAYS = (np.iinfo(np.int64).min, np.iinfo(np.int64).max)
"""Edges of what holds for ever [us]."""


def edges(table: pd.DataFrame, name: str, otherwise: int) -> Micros:
    """Return the dates of a column [us]; `otherwise` where there is none.

    Parameters
    ----------
    table : DataFrame
        Products or reasons.
    name : str
        valid_from or valid_to.
    otherwise : int
        What an empty date stands for [us].

    Returns
    -------
    ndarray of int64
        One a row.
    """
    if name not in table:
        return np.full(len(table), otherwise, np.int64)
    edge: Micros = np.where(table[name].isna(), otherwise, clock.micros(table[name]))
    return edge
