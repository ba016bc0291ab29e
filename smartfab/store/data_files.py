"""The Parquet files of a table: one for each partition of a write, sorted by the keys, with page checksums."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from smartfab.store.file_statistics import statistics
from smartfab.store.layout import TIMESTAMP, Layout

if TYPE_CHECKING:
    from deltalake.transaction import AddAction

ROW_GROUP = 131_072
"""Rows of a row group [1]: the least a reader decodes, and the grain it can skip."""

_NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"  # the name every reader of Hive-style folders knows


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file that was written, and what the Delta log is to say of it."""

    path: Path
    rows: int
    action: AddAction


def write_files(rows: pa.Table, folder: Path, layout: Layout) -> list[DataFile]:
    """Write rows as Parquet files that no reader sees until they are committed.

    Parameters
    ----------
    rows : pyarrow.Table
        With the schema ``layout.stored``; none make no file.
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.

    Returns
    -------
    list of DataFile
        One for each partition.

    Raises
    ------
    OSError
        If a file cannot be written; those written before are removed.
    """
    written: list[DataFile] = []
    try:
        for day, part in _partitions(rows, layout):
            where = f"{layout.partition}={day or _NO_PARTITION}/" if layout.partition else ""
            written.append(_write(part, folder, f"{where}part-{uuid4()}.parquet", day, layout))
    except BaseException:
        remove(written)
        raise
    return written


def remove(files: list[DataFile]) -> None:
    """Remove files that were not committed.

    Parameters
    ----------
    files : list of DataFile
        As `write_files` returned them.
    """
    for file in files:
        file.path.unlink(missing_ok=True)


def _partitions(rows: pa.Table, layout: Layout) -> list[tuple[str | None, pa.Table]]:
    order = dict.fromkeys([*([layout.partition] if layout.partition else []), *layout.keys])
    rows = rows.take(pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in order]))
    inside = rows.select(layout.files.names)
    if not layout.partition:
        return [(None, inside)] if len(rows) else []
    parts: list[tuple[str | None, pa.Table]] = []
    begin = 0
    for day, count in _runs(rows[layout.partition]):
        parts.append((day, inside.slice(begin, count)))
        begin += count
    return parts


def _runs(days: pa.ChunkedArray) -> list[tuple[str | None, int]]:
    """Return each day of a sorted column, and how many rows it has."""
    counts = {run["values"]: run["counts"] for run in pc.value_counts(days.combine_chunks()).to_pylist()}
    ordered = sorted(counts, key=lambda day: (day is None, day or date.min))
    return [(None if day is None else day.isoformat(), counts[day]) for day in ordered]


def _write(part: pa.Table, folder: Path, name: str, day: str | None, layout: Layout) -> DataFile:
    from deltalake.transaction import AddAction

    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    times = [field.name for field in part.schema if field.type == TIMESTAMP]
    try:
        pq.write_table(
            part,
            path,
            row_group_size=ROW_GROUP,
            compression="zstd",
            # Times of one signal are nearly equidistant: their differences take a fraction of a byte.
            use_dictionary=[field.name for field in part.schema if field.name not in times],
            column_encoding=dict.fromkeys(times, "DELTA_BINARY_PACKED"),
            write_page_checksum=True,
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    values = {layout.partition: day} if layout.partition else {}
    said = statistics(part)
    action = AddAction(name, path.stat().st_size, values, time.time_ns() // 10**6, data_change=True, stats=said)
    return DataFile(path, len(part), action)
