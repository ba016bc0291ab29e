"""The Parquet files of a table: one a partition of a write, sorted by the keys, on the disk before they are told of.

A file bears the checksum of its bytes in its name, since the footer of a Parquet file has none; the pages have their own,
which every reader looks at.
"""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from smartfab.store.durability import make_durable, push
from smartfab.store.file_statistics import Statistics
from smartfab.store.layout import TIMESTAMP, Layout
from smartfab.store.ordering import in_order
from smartfab.store.provenance import REPLACES, new_stem

if TYPE_CHECKING:
    from deltalake.transaction import AddAction

ROW_GROUP = 131_072
"""Most rows of a row group [1]: the least a reader decodes, and the grain it can skip."""

UNFINISHED = ".unfinished"
"""End of the name of a file that is being written."""

_NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"  # the name every reader of Hive-style folders knows
_VARIED = 0.5  # distinct values a row, above which a dictionary costs more than it saves


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file that was written, and what the Delta log is to say of it."""

    path: Path
    rows: int
    action: AddAction


def write_files(
    rows: pa.Table, folder: Path, layout: Layout, transaction: tuple[str | None, int | None] = (None, None)
) -> list[DataFile]:
    """Write rows as Parquet files that survive a power cut and that no reader sees until they are committed.

    Parameters
    ----------
    rows : pyarrow.Table
        With the schema ``layout.stored``; none make no file.
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.
    transaction : tuple of str and int, optional
        The write these rows are part of; their files' names bear its digest.

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
            chunks = (part.slice(begin, ROW_GROUP) for begin in range(0, len(part), ROW_GROUP))
            written.append(write_file(chunks, folder, day, layout, new_stem(*transaction, day)))
    except BaseException:
        remove(written)
        raise
    return written


def remove(files: Iterable[DataFile]) -> None:
    """Remove files that were not committed.

    Parameters
    ----------
    files : iterable of DataFile
        As `write_files` returned them.
    """
    for file in files:
        file.path.unlink(missing_ok=True)


def write_file(
    row_groups: Iterable[pa.Table], folder: Path, day: str | None, layout: Layout, stem: str, replaces: Iterable[str] = ()
) -> DataFile:
    """Write one Parquet file and push it to the disk.

    Parameters
    ----------
    row_groups : iterable of pyarrow.Table
        At least one, with the schema ``layout.files``, in the order of the keys; each becomes a row group.
    folder : Path
        Folder of the table.
    day : str or None
        Value of the partition column.
    layout : Layout
        Of the table.
    stem : str
        Its name, from `provenance.new_stem`.
    replaces : iterable of str
        Ids of the files whose rows these are.

    Returns
    -------
    DataFile
        The file.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left of it.
    """
    from deltalake.transaction import AddAction

    inside = folder / f"{layout.partition}={day or _NO_PARTITION}" if layout.partition else folder
    _make(inside)
    path = inside / f"{stem}.parquet{UNFINISHED}"
    said = Statistics(layout.files.names)
    try:
        with path.open("xb") as file:
            summed = _Summed(file)
            _write(summed, row_groups, said, layout, replaces)
            push(file)
        final = path.rename(inside / f"{stem}-{summed.crc:08x}.parquet")
        make_durable([inside])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    values = {layout.partition: day} if layout.partition else {}
    name = final.relative_to(folder).as_posix()
    action = AddAction(name, final.stat().st_size, values, time.time_ns() // 10**6, data_change=True, stats=said.text())
    return DataFile(final, said.rows, action)


def _write(file: _Summed, row_groups: Iterable[pa.Table], said: Statistics, layout: Layout, replaces: Iterable[str]) -> None:
    writer: pq.ParquetWriter | None = None
    try:
        for rows in row_groups:
            if writer is None:
                writer = pq.ParquetWriter(file, layout.files, **_encodings(rows))
            writer.write_table(rows, row_group_size=len(rows))
            said.add(rows)
        names = sorted({*replaces})  # looked at when all rows were read
        if writer is not None and names:
            writer.add_key_value_metadata({REPLACES: " ".join(names)})
    finally:
        if writer is not None:
            writer.close()


def _encodings(rows: pa.Table) -> dict[str, object]:
    """Return how to write the columns.

    Times of one signal are nearly equidistant: their differences take a fraction of a byte. Numbers that hardly repeat,
    such as a measured force, shrink most when their bytes are sorted by significance; others by a dictionary.
    """
    times = [field.name for field in rows.schema if field.type == TIMESTAMP]
    floats = [field.name for field in rows.schema if pa.types.is_floating(field.type)]
    varied = [name for name in floats if pc.count_distinct(rows[name]).as_py() > _VARIED * len(rows)]
    return {
        "compression": "zstd",
        "compression_level": 3,
        "use_dictionary": [name for name in rows.column_names if name not in (*times, *varied)],
        "column_encoding": dict.fromkeys(times, "DELTA_BINARY_PACKED") | dict.fromkeys(varied, "BYTE_STREAM_SPLIT"),
        "write_page_checksum": True,
    }


class _Summed(io.RawIOBase):
    """A file that keeps the checksum of what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._at, self.crc = file, 0, 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any, /) -> int:  # noqa: ANN401  bytes, or an Arrow buffer
        told = memoryview(data)
        self._file.write(told)
        self.crc = zlib.crc32(told, self.crc)
        self._at += told.nbytes
        return told.nbytes


def checksum_in(path: Path) -> int | None:
    """Return the checksum a file's name says its bytes have.

    Parameters
    ----------
    path : Path
        Of a data file.

    Returns
    -------
    int or None
        None if the name says none, as for a file another program wrote.
    """
    end = path.stem.rpartition("-")[2]
    return int(end, 16) if len(end) == 8 and path.stem.count("-") == 6 else None


def checksum_of(path: Path) -> int:
    """Return the checksum the bytes of a file have.

    Parameters
    ----------
    path : Path
        Of a file.

    Returns
    -------
    int
        CRC-32.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    crc = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            crc = zlib.crc32(piece, crc)
    return crc


def _make(folder: Path) -> None:
    """Make a folder whose name survives a power cut."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        make_durable([folder.parent])


def _partitions(rows: pa.Table, layout: Layout) -> list[tuple[str | None, pa.Table]]:
    rows = in_order(rows, list(dict.fromkeys([*([layout.partition] if layout.partition else []), *layout.keys])))
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
