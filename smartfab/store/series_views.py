"""Rows sorted by signal and time as pairs of arrays, one a signal, without a copy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Series = tuple[npt.NDArray[np.datetime64], npt.NDArray[np.float64]]


def views(rows: pa.Table) -> dict[str, Series]:
    """Return the times and values of each signal.

    Parameters
    ----------
    rows : pyarrow.Table
        Columns signal_id, ts and value, sorted by signal_id and ts.

    Returns
    -------
    dict of str to (ndarray of datetime64[us], ndarray of float64)
        By signal_id, in its order; UTC, and NaN where there is no number. Both are read-only views into one array.
    """
    if not len(rows):
        return {}
    rows = rows.combine_chunks()
    names = rows["signal_id"].chunk(0)
    runs = pc.run_end_encode(names)
    ends = np.asarray(runs.run_ends)
    values = rows["value"].chunk(0)
    ts = np.asarray(rows["ts"].chunk(0).cast(pa.int64())).view("datetime64[us]")
    numbers: npt.NDArray[np.float64] = np.asarray(values.fill_null(np.nan) if values.null_count else values)
    ts.flags.writeable = numbers.flags.writeable = False
    begins = np.concatenate([[0], ends[:-1]])
    spans = zip(runs.values.to_pylist(), begins.tolist(), ends.tolist(), strict=True)
    return {name: (ts[begin:end], numbers[begin:end]) for name, begin, end in spans}
