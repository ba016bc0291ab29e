"""Text columns as whole numbers: quick where a value stays the same for long, as machines and products do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from smartfab.oee.layers import Index


def coded(series: pd.Series) -> tuple[Index, pd.Index]:
    """Return a code for each value (-1: missing), and the name of each code.

    Parameters
    ----------
    series : Series of str or category
        Values.

    Returns
    -------
    tuple
        Codes; names, in order of their first appearance (of categories: in their own order).
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        return np.asarray(series.cat.codes, dtype=np.int32), series.cat.categories
    values = series.array
    if len(values) > 1000:
        changes = np.flatnonzero(np.asarray(values[1:] != values[:-1], dtype=bool)) + 1
        if len(changes) < len(values) // 20:
            heads = np.append(0, changes)
            codes, names = pd.factorize(series.iloc[heads])
            if not len(changes):
                return np.full(len(values), codes[0], dtype=np.int32), pd.Index(names)
            lengths = np.diff(np.append(heads, len(values)))
            return np.repeat(codes.astype(np.int32), lengths), pd.Index(names)
    every, names = pd.factorize(series)
    return every.astype(np.int32), pd.Index(names)
