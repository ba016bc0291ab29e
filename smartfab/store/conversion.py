"""A frame to the exact Arrow schema of its table: nothing lost, nothing guessed, every fault told at once.

Delta Lake's own writer turns 1.9 into 1, True into 1.0 and cuts nanoseconds without a word; so everything is held
against the declaration here, and what is written has exactly the schema of the table.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from smartfab.clock import SECOND
from smartfab.errors import SchemaMismatchError
from smartfab.store.exactness import FIRST_SECOND, LAST_SECOND, LossError, exactly
from smartfab.store.layout import DATE, TIMESTAMP, UTC_DAY, Layout
from smartfab.store.mixed_columns import from_objects


def exact_rows(batch: pa.RecordBatch | pa.Table | pd.DataFrame, layout: Layout) -> pa.Table:
    """Return rows with exactly the declared columns of a table, however they came.

    Parameters
    ----------
    batch : pyarrow.RecordBatch, pyarrow.Table or DataFrame
        Columns that know their type are converted without a detour over pandas.
    layout : Layout
        Of the table.

    Returns
    -------
    pyarrow.Table
        With the schema ``layout.declared``.

    Raises
    ------
    SchemaMismatchError
        One error that lists every fault.
    """
    if not isinstance(batch, (pa.RecordBatch, pa.Table)):
        return to_arrow(batch, layout).select(layout.declared.names)
    rows = pa.table(batch) if isinstance(batch, pa.RecordBatch) else batch
    if rows.schema.equals(layout.declared) and _is_exact(rows, layout):
        return rows
    faults = _column_faults(rows.column_names, layout)
    arrays: list[pa.Array] = []
    for field in layout.declared:
        if field.name not in rows.column_names:
            arrays.append(pa.nulls(len(rows), field.type))
        elif rows.column_names.count(field.name) == 1:
            column = rows[field.name].combine_chunks()
            try:
                arrays.append(_exact(column, field, layout))
            except SchemaMismatchError as fault:
                faults.append(fault)
    if faults:
        raise SchemaMismatchError.of(faults, where=f"table {layout.table}")
    return pa.Table.from_arrays(_finite(arrays, layout), schema=layout.declared)


def _is_exact(rows: pa.Table, layout: Layout) -> bool:
    """Whether rows of the declared types need nothing done to them; a collector's batches do not."""
    if any(rows[name].null_count for name in layout.needed):
        return False
    for field, column in zip(rows.schema, rows.columns, strict=True):
        if column.null_count == len(rows):
            continue
        if pa.types.is_floating(field.type):
            if column.null_count or not all(np.isfinite(chunk).all() for chunk in column.chunks):
                return False
        elif field.type == TIMESTAMP:
            ends = pc.min_max(column.cast(pa.int64()))
            if ends["min"].as_py() < FIRST_SECOND * SECOND or ends["max"].as_py() >= LAST_SECOND * SECOND:
                return False
        elif field.type == DATE:
            return False
    return True


def converted(column: pd.Series | pa.Array, kind: pa.DataType) -> pa.Array:
    """Return a column as a type of the store, every value the same.

    Parameters
    ----------
    column : Series or pyarrow.Array
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
    if not isinstance(column, pd.Series):
        return exactly(column, kind)
    return from_objects(column, kind) if column.dtype == object else exactly(_typed(column), kind)


def _exact(column: pa.Array, field: pa.Field, layout: Layout) -> pa.Array:
    try:
        array = converted(column, field.type)
    except LossError as loss:
        found = loss.found if loss.bad is None else _places(column, loss.bad)
        raise _fault(field, layout, found, loss.expected, loss.remedy) from loss
    if array.null_count and field.name in layout.needed:
        missing = np.asarray(array.is_null().to_numpy(zero_copy_only=False))
        raise _fault(field, layout, _places(column, missing), "a value in every row", "Fill or drop these rows.")
    return array


def _finite(arrays: list[pa.Array], layout: Layout) -> list[pa.Array]:
    """Null for ±inf in the values of samples; the status beside them says what they were."""
    if layout.table != "samples":
        return arrays
    place = layout.declared.get_field_index("value")
    kept = pc.if_else(pc.is_finite(arrays[place]), arrays[place], pa.scalar(None, pa.float64()))
    return [*arrays[:place], kept, *arrays[place + 1 :]]


def with_partition(rows: pa.Table, layout: Layout) -> pa.Table:
    """Return declared rows with the partition column the store adds.

    Parameters
    ----------
    rows : pyarrow.Table
        With the schema ``layout.declared``.
    layout : Layout
        Of the table.

    Returns
    -------
    pyarrow.Table
        With the schema ``layout.stored``; a production date nobody gave is null.
    """
    if layout.partition == UTC_DAY:
        day = rows["ts" if "ts" in layout.keys else "start"].cast(DATE, safe=False)
        return rows.append_column(layout.stored.field(UTC_DAY), day)
    if len(layout.stored) > len(layout.declared):
        return rows.append_column(layout.stored.field(layout.partition), pa.nulls(len(rows), DATE))
    return rows


def to_arrow(frame: pd.DataFrame, layout: Layout) -> pa.Table:
    """Return the rows of `frame` with exactly the stored schema of a table.

    Optional columns that are absent become null; NaN is null, and in `samples.value` so is ±inf, with the status
    beside it unchanged. The index is not kept.

    Parameters
    ----------
    frame : DataFrame
        Not changed.
    layout : Layout
        Of the table.

    Returns
    -------
    pyarrow.Table
        With the schema ``layout.stored``, in the order of the frame.

    Raises
    ------
    SchemaMismatchError
        One error that lists every fault: columns missing, twice or not declared, values that would be lost.
    """
    if not isinstance(frame, pd.DataFrame):
        raise SchemaMismatchError(f"a {type(frame).__name__}", table=layout.table, expected="a pandas DataFrame")
    faults = _column_faults(list(frame.columns), layout)
    doubled = set(frame.columns[frame.columns.duplicated()])
    arrays: dict[str, pa.Array] = {}
    for field in layout.stored:
        if field.name not in frame.columns:
            arrays[field.name] = pa.nulls(len(frame), field.type)
        elif field.name not in doubled:
            try:
                arrays[field.name] = _column(frame[field.name], field, layout)
            except SchemaMismatchError as fault:
                faults.append(fault)
    if faults:
        raise SchemaMismatchError.of(faults, where=f"table {layout.table}")
    declared = _finite([arrays[name] for name in layout.declared.names], layout)
    rows = pa.Table.from_arrays(declared, schema=layout.declared)
    given = layout.partition not in layout.declared.names and layout.partition in frame.columns
    if given:
        return rows.append_column(layout.stored.field(layout.partition), arrays[layout.partition])
    return with_partition(rows, layout)


def _column_faults(names: list[str], layout: Layout) -> list[SchemaMismatchError]:
    welcome = {*layout.stored.names} - ({UTC_DAY} if layout.partition == UTC_DAY else set())
    faults = [
        SchemaMismatchError(
            "no such column",
            table=layout.table,
            column=name,
            expected="this column in every frame",
            remedy=f"Rename or add it; there are: {', '.join(map(str, names)) or 'no columns'}.",
        )
        for name in layout.needed
        if name not in names
    ]
    for name in dict.fromkeys(names):
        if name not in welcome:
            expected = f"columns out of {', '.join(layout.declared.names)}"
            found, remedy = "a column the table does not have", "Rename or drop it."
        elif names.count(name) > 1:
            found, expected, remedy = f"{names.count(name)} columns of this name", "one", "Drop the others."
        else:
            continue
        faults.append(SchemaMismatchError(found, table=layout.table, column=str(name), expected=expected, remedy=remedy))
    return faults


def _column(series: pd.Series, field: pa.Field, layout: Layout) -> pa.Array:
    try:
        array = converted(series, field.type)
    except LossError as loss:
        found = loss.found if loss.bad is None else _rows(series, loss.bad)
        raise _fault(field, layout, found, loss.expected, loss.remedy) from loss
    if array.null_count and field.name in layout.needed:
        missing = np.asarray(array.is_null().to_numpy(zero_copy_only=False))
        raise _fault(field, layout, _rows(series, missing), "a value in every row", "Fill or drop these rows.")
    return array


def _typed(series: pd.Series) -> pa.Array:
    try:
        array = pa.Array.from_pandas(series)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise LossError("a plain column", "Convert it first.", found=f"dtype {series.dtype} ({error})") from error
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _rows(series: pd.Series, bad: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    first = int(np.flatnonzero(bad)[0])
    return f"{int(bad.sum())} of {len(series)} rows, first at row {first}: {_shown(series.iloc[[first]])}"


def _places(column: pa.Array, bad: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    first = int(np.flatnonzero(bad)[0])
    return f"{int(bad.sum())} of {len(column)} rows, first at row {first}: {column[first]}"


def _shown(cell: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(cell.dtype):
        return str(cell.astype("str").iloc[0])  # a Timestamp beyond year 9999 has no repr
    value = cell.iloc[0]
    return repr(value.item() if isinstance(value, np.generic) else value)


def _fault(field: pa.Field, layout: Layout, found: str, expected: str, remedy: str) -> SchemaMismatchError:
    return SchemaMismatchError(
        found, table=layout.table, column=field.name, expected=f"{expected} ({field.type})", remedy=remedy
    )
