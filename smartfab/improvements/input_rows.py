"""The rows a measurement rests on, as bytes that can be stored, addressed by their content, and measured again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from smartfab.errors import ColumnTypeError, TableError

if TYPE_CHECKING:
    import pyarrow as pa


def canonical_rows(frame: pd.DataFrame) -> bytes:
    """Return a frame as an Arrow stream without metadata, in its own order of rows and columns.

    Parameters
    ----------
    frame : DataFrame
        Columns of text, float64 or times, such as `Measurement.rows`.

    Returns
    -------
    bytes
        Equal for equal frames; `rows_from` reads them.

    Raises
    ------
    ColumnTypeError
        If a column is of another type.
    """
    import pyarrow as pa

    fields = [pa.field(str(name), _arrow_type(frame[name])) for name in frame.columns]
    columns = [pa.array(frame[field.name], type=field.type, from_pandas=True) for field in fields]
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields)).combine_chunks()  # however pandas holds the text
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _arrow_type(column: pd.Series) -> pa.DataType:
    import pyarrow as pa

    if isinstance(column.dtype, pd.StringDtype):
        return pa.string()
    if column.dtype == np.float64:
        return pa.float64()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return pa.timestamp("us", "UTC")
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return pa.timestamp("us")
    raise ColumnTypeError(f"{column.dtype}", column=str(column.name), expected="text, float64 or times")


def rows_from(data: bytes) -> pd.DataFrame:
    """Return the frame `canonical_rows` wrote.

    Parameters
    ----------
    data : bytes
        An Arrow stream.

    Returns
    -------
    DataFrame
        The same columns, types and rows.

    Raises
    ------
    TableError
        If the bytes are no Arrow stream, or a damaged one.
    """
    import pyarrow as pa

    try:
        with pa.ipc.open_stream(pa.BufferReader(data)) as reader:
            table = reader.read_all()
        table.validate(full=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(
            "bytes that are no Arrow stream", where="stored rows", expected="what canonical_rows wrote",
            remedy="Restore them from a copy; their SHA-256 tells which is right.",
        ) from error  # fmt: skip
    types = {field.name: "str" for field in table.schema if pa.types.is_string(field.type)}
    frame: pd.DataFrame = table.to_pandas().astype(types)
    return frame
