"""One column to its declared Arrow type without losing anything: converters for columns that know their type.

What may happen: null → any type, any kind of string → string, narrow numbers → wide ones, unsigned → int64 and
int ↔ float64 where every value is exactly the same number, s, ms and ns → µs where no digit is lost.
Everything else is a `LossError`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from smartfab.store.layout import DATE, TIMESTAMP

Bad = npt.NDArray[np.bool_]

# Years 1 to 9999: beyond them neither Python nor a Delta partition can write the date.
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_800
FIRST_DAY, LAST_DAY = FIRST_SECOND // 86_400, LAST_SECOND // 86_400
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class LossError(ValueError):
    """A column that cannot be stored as declared; `bad` marks the rows, or is None when it is the whole column."""

    def __init__(self, expected: str, remedy: str, *, bad: Bad | None = None, found: str = "") -> None:
        super().__init__(found or expected)
        self.expected, self.remedy, self.bad, self.found = expected, remedy, bad, found


def _whole(kind: pa.DataType, expected: str, remedy: str) -> LossError:
    return LossError(expected, remedy, found=f"type {kind}")


def _numpy(array: pa.Array) -> tuple[npt.NDArray[Any], Bad]:
    """Return values and the mask of those that are there; the others are 0."""
    there = np.asarray(array.is_valid().to_numpy(zero_copy_only=False))
    zero = pa.scalar(0, array.type) if array.null_count else None
    return np.asarray((array.fill_null(zero) if zero else array).to_numpy(zero_copy_only=False)), there


def _refuse(bad: Bad, expected: str, remedy: str) -> None:
    if bad.any():
        raise LossError(expected, remedy, bad=bad)


def _rebuilt(values: npt.NDArray[Any], there: Bad, kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind, mask=~there)


def _string(array: pa.Array) -> pa.Array:
    kind = array.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view()):
        raise _whole(kind, "text", "Convert it to text on purpose first.")
    return array.cast(pa.string())


def _float64(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_floating(kind):
        return array.cast(pa.float64())
    if not pa.types.is_integer(kind):
        raise _whole(kind, "numbers", "Convert it to numbers on purpose first.")
    values, there = _numpy(array)
    floats = values.astype(np.float64)
    fits = floats < 2.0 ** (63 if np.issubdtype(values.dtype, np.signedinteger) else 64)
    same = np.zeros(len(values), dtype=bool)
    same[fits] = floats[fits].astype(values.dtype) == values[fits]
    _refuse(there & ~same, "numbers a float64 holds exactly", "Round them on purpose first.")
    return _rebuilt(floats, there, pa.float64())


def _int64(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_floating(kind):
        floats, there = _numpy(array.cast(pa.float64()))
        fits = (floats >= -(2.0**63)) & (floats < 2.0**63) & (np.floor(floats) == floats)
        _refuse(there & ~fits, "whole numbers", "Round them on purpose first.")
        return _rebuilt(np.where(fits, floats, 0.0).astype(np.int64), there, pa.int64())
    if not pa.types.is_integer(kind):
        raise _whole(kind, "whole numbers", "Convert it to whole numbers on purpose first.")
    if pa.types.is_uint64(kind):
        values, there = _numpy(array)
        _refuse(there & (values > np.uint64(2**63 - 1)), "numbers below 2^63", "A Delta table has no unsigned type.")
    return array.cast(pa.int64())


def _bool(array: pa.Array) -> pa.Array:
    if not pa.types.is_boolean(array.type):
        raise _whole(array.type, "True or False", "Convert it on purpose first.")
    return array


def _timestamp(array: pa.Array) -> pa.Array:
    kind = array.type
    if not pa.types.is_timestamp(kind):
        raise _whole(kind, "times", "Convert it to datetime64[us, UTC] first.")
    if kind.tz is None:
        raise LossError(
            "times with their zone",
            'Localise them first: frame["…"].dt.tz_localize("Asia/Ho_Chi_Minh").',
            found=f"naive times, {kind}",
        )
    ticks, there = _numpy(array.cast(pa.int64()))
    scale = _PER_SECOND[kind.unit]
    outside = (ticks < FIRST_SECOND * scale) | (ticks >= LAST_SECOND * scale)
    _refuse(there & outside, "years 1 to 9999", "Correct these times.")
    if kind.unit == "ns":
        _refuse(there & (ticks % np.int64(1000) != 0), "whole microseconds", 'Round on purpose first: .dt.floor("us").')
    return array.cast(TIMESTAMP)


def _date(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_timestamp(kind) and kind.tz is None:
        days = pc.floor_temporal(array, unit="day")
        moved = np.asarray(pc.fill_null(pc.not_equal(days, array), False).to_numpy(zero_copy_only=False))
        _refuse(moved, "dates without a time of day", "Use the production date alone.")
    elif not pa.types.is_date(kind):
        raise _whole(kind, "dates without a zone", "Use the production date alone.")
    dates = array.cast(DATE)
    days, there = _numpy(dates.cast(pa.int32()))
    _refuse(there & ((days < FIRST_DAY) | (days >= LAST_DAY)), "years 1 to 9999", "Correct these dates.")
    return dates


_CONVERT: dict[pa.DataType, Callable[[pa.Array], pa.Array]] = {
    pa.string(): _string,
    pa.float64(): _float64,
    pa.int64(): _int64,
    pa.bool_(): _bool,
    TIMESTAMP: _timestamp,
    DATE: _date,
}


def exactly(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return `array` as `kind`, every value the same.

    Parameters
    ----------
    array : pyarrow.Array
        NaN counts as null.
    kind : pyarrow.DataType
        A type of the store.

    Returns
    -------
    pyarrow.Array
        Of that type.

    Raises
    ------
    LossError
        If something would be lost.
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    if array.null_count == len(array):
        return pa.nulls(len(array), kind)
    return _CONVERT[kind](array)
