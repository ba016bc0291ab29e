"""Samples taken apart: one stream of times and values a signal, in order, bad values missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.errors import MissingColumnError, TableError, TimeError
from smartfab.findings import Finding, finding
from smartfab.signals.readings import severity
from smartfab.tables import conform

Floats = npt.NDArray[np.float64]
Wanted = Callable[[str], bool]


@dataclass(frozen=True)
class Stream:
    """One signal: times [us] that never fall, and values; NaN is a sample that says nothing."""

    ts: clock.Micros
    value: Floats


def read_streams(samples: pd.DataFrame, wanted: Wanted) -> tuple[dict[str, Stream], list[Finding]]:
    """Return the streams of the wanted signals, by name.

    Parameters
    ----------
    samples : DataFrame
        Table `samples` in any order (of equal times the later row is the newer), or a frame of signals with a zoned
        DatetimeIndex, one column a signal.
    wanted : callable
        Which signals to take, by name.

    Returns
    -------
    (dict of str to Stream, list of Finding)
        Signals in the order of their names, and what was remarked.

    Raises
    ------
    TableError
        If it is neither.
    """
    if isinstance(samples, pd.DataFrame) and isinstance(samples.index, pd.DatetimeIndex) and "signal_id" not in samples:
        return _of_frame(samples, wanted)
    table = conform(samples, "samples")
    if "value" not in table:
        raise MissingColumnError("no such column", table="samples", column="value", expected="numbers", remedy="Add it.")
    codes, names = pd.factorize(table["signal_id"], use_na_sentinel=False)
    ts = clock.micros(table["ts"])
    value = np.where(np.isfinite(table["value"].to_numpy()), table["value"].to_numpy(), np.nan)
    findings = table.attrs.get("findings", [])
    if "status" in table:
        bad = severity(table["status"].to_numpy()) >= 2
        value[bad] = np.nan
        findings = [*findings, *([finding("bad_status", "samples", int(bad.sum()))] if bad.any() else [])]
    narrow = codes.astype(np.int16) if len(names) < np.iinfo(np.int16).max else codes  # numpy sorts these by radix
    order = np.argsort(narrow, kind="stable")
    ts, value = ts[order], value[order]
    edges = np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=len(names)))))
    streams = {
        str(name): in_order(ts[edges[place] : edges[place + 1]], value[edges[place] : edges[place + 1]])
        for place, name in enumerate(names)
        if wanted(str(name))
    }
    numeric = {name: stream for name, stream in streams.items() if not np.isnan(stream.value).all()}
    return dict(sorted(numeric.items())), findings


def _of_frame(frame: pd.DataFrame, wanted: Wanted) -> tuple[dict[str, Stream], list[Finding]]:
    index = frame.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None:
        raise TimeError("naive times", where="samples.index", expected="times with a zone")
    if frame.columns.has_duplicates:
        raise TableError("columns of the same name", where="samples", expected="one column a signal")
    ts = clock.micros(index)
    streams = {}
    for name in sorted(map(str, frame.columns)):
        column = frame[name]
        if wanted(name) and pd.api.types.is_numeric_dtype(column.dtype):
            value = column.to_numpy(dtype=np.float64, na_value=np.nan)
            streams[name] = in_order(ts, np.where(np.isfinite(value), value, np.nan))
    return streams, []


def in_order(ts: clock.Micros, value: Floats) -> Stream:
    """Return a stream in order of time; of equal times the row given later stays later, and what repeats it says nothing."""
    if len(ts) > 1 and (ts[1:] < ts[:-1]).any():
        order = np.argsort(ts, kind="stable")
        ts, value = ts[order], value[order]
    again = ts[1:] == ts[:-1]
    if again.any():  # a value that came twice is one value, or windows would weigh it twice
        again &= (value[1:] == value[:-1]) | (np.isnan(value[1:]) & np.isnan(value[:-1]))
        fresh = np.concatenate(([True], ~again))
        ts, value = ts[fresh], value[fresh]
    return Stream(np.ascontiguousarray(ts), np.ascontiguousarray(value))
