"""Read a table at one version: the files that matter, in bounded memory, checksums looked at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import fs

from smartfab.errors import StoreError
from smartfab.store.data_files import checksum_in
from smartfab.store.delta_log import damaged
from smartfab.store.filters import file_filter, row_filter
from smartfab.store.layout import DATE, Layout
from smartfab.store.ordering import in_order
from smartfab.store.row_groups import narrowed
from smartfab.store.selection import Selection
from smartfab.store.snapshots import Snapshot

BATCH_ROWS = 65_536
"""Most rows of a batch [1]."""

_WITH_NULLS = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
_OPTIONS = {"pre_buffer": False, "page_checksum_verification": True}


class Reader:
    """A table at one version, and what is asked of it.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.
    snapshot : Snapshot
        The version to be read.
    selection : Selection
        What is asked for.
    only : pyarrow.Scalar, optional
        Value of the partition; all by default.
    """

    def __init__(
        self, folder: Path, layout: Layout, snapshot: Snapshot, selection: Selection, *, only: pa.Scalar | None = None
    ) -> None:
        self._only = only
        self.folder, self.layout, self.selection = folder, layout, selection
        self._format = ds.ParquetFileFormat(default_fragment_scan_options=ds.ParquetFragmentScanOptions(**_OPTIONS))
        self.fragments = self._fragments(snapshot.files)

    def _fragments(self, files: pa.Table) -> list[ds.ParquetFileFragment]:
        if not len(files):
            return []
        wanted = file_filter(self.selection, self.layout, {*files.column_names})
        if wanted is not None:
            files = files.filter(wanted)
        if self._only is not None:
            files = files.filter(pc.field(f"partition.{self.layout.partition}") == self._only)
        days_first = [f"partition.{self.layout.partition}"] if self.layout.partition else []
        files = files.sort_by([(name, "ascending") for name in (*days_first, "modification_time", "path")])
        local = fs.LocalFileSystem()
        days = files[f"partition.{self.layout.partition}"] if self.layout.partition else None
        fragments = []
        for row, path in enumerate(files["path"].to_pylist()):
            says = None if days is None else _partition(self.layout.partition, days[row])
            fragments.append(self._format.make_fragment(str(self.folder / path), local, partition_expression=says))
        return fragments

    def _scans(self) -> Iterator[ds.Scanner]:
        """Yield scans of neighbouring files, without a filter where it would keep every row."""
        time = self.layout.time
        if self.selection.signals is None or self.selection.by_date or time is None or time[0] != time[1]:
            yield self._scanner(self.fragments)
            return
        kept = (narrowed(fragment, self.selection, self.layout) for fragment in self.fragments)
        for settled, files in groupby(kept, itemgetter(1)):
            yield self._scanner([fragment for fragment, _ in files if fragment.row_groups], settled=settled)

    def _scanner(self, fragments: list[ds.ParquetFileFragment], *, settled: bool = False) -> ds.Scanner:
        dataset = ds.FileSystemDataset(fragments, self.layout.declared, self._format, fs.LocalFileSystem())
        return dataset.scanner(
            columns=list(self.selection.columns),
            filter=None if settled else row_filter(self.selection, self.layout),
            batch_size=BATCH_ROWS,
            batch_readahead=1,
            fragment_readahead=1,
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows asked for, file by file: by partition, then as they were written.

        Returns
        -------
        iterator of pyarrow.RecordBatch
            None of them empty.

        Raises
        ------
        CorruptTableError
            If a file is missing or damaged; the error names it.
        """
        if not self.fragments:
            return
        try:
            for scanner in self._scans():
                yield from (batch for batch in scanner.to_batches() if len(batch))
        except (OSError, pa.ArrowException) as error:
            self._blame(error)

    def rows(self) -> pa.Table:
        """Return the rows asked for, in the order of `batches`.

        Returns
        -------
        pyarrow.Table
            All of them at once.

        Raises
        ------
        CorruptTableError
            If a file is missing or damaged; the error names it.
        """
        schema = pa.schema([self.layout.declared.field(name) for name in self.selection.columns])
        return pa.Table.from_batches(list(self.batches()), schema=schema)

    def sorted_rows(self) -> pa.Table:
        """Return the rows asked for, sorted by the keys, which must be among the columns.

        Returns
        -------
        pyarrow.Table
            All of them at once.

        Raises
        ------
        CorruptTableError
            If a file is missing or damaged; the error names it.
        """
        rows = self.rows()
        ours = all(checksum_in(Path(fragment.path)) is not None for fragment in self.fragments)
        return rows if ours and len(self.fragments) < 2 else in_order(rows, self.layout.keys)

    def _blame(self, error: Exception) -> NoReturn:
        """Read the files one by one to find the one that fails."""
        for fragment in self.fragments:
            try:
                for _ in self._scanner([fragment]).to_batches():
                    pass
            except (OSError, pa.ArrowException) as fault:
                path = Path(fragment.path)
                said = str(fault).replace(fragment.path, path.name).splitlines()[0].rstrip(".")
                raise damaged(path, said if path.exists() else "file missing", self.layout) from error
        raise StoreError(str(error), table=self.layout.table, remedy="Read again; every file could be read alone.") from error


def _partition(name: str, day: pa.Scalar) -> pc.Expression:
    return pc.field(name) == day.cast(DATE) if day.is_valid else pc.field(name).is_null()


def to_frame(rows: pa.Table) -> pd.DataFrame:
    """Return rows as a frame of canonical types.

    Parameters
    ----------
    rows : pyarrow.Table
        With types of the store.

    Returns
    -------
    DataFrame
        str, float64, datetime64[us, UTC], datetime64[us] for dates; int64 and bool, or Int64 and boolean where a
        value is null, since 0 and False would be answers nobody gave.
    """
    kinds: dict[pa.DataType, pd.api.extensions.ExtensionDtype] = {pa.string(): pd.StringDtype(na_value=np.nan)}
    gappy = [name for name in rows.column_names if rows[name].null_count and rows[name].type in _WITH_NULLS]
    whole = rows.select([name for name in rows.column_names if name not in gappy])
    for place, field in enumerate(whole.schema):
        if field.type == DATE:
            whole = whole.set_column(place, field.name, whole[field.name].cast(pa.timestamp("us")))
    frame: pd.DataFrame = whole.to_pandas(types_mapper=kinds.get, split_blocks=True)
    for name in gappy:
        frame[name] = rows[name].to_pandas(types_mapper=_WITH_NULLS.get)
    return frame[rows.column_names] if gappy else frame
