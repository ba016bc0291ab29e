"""Read a table at one version: the files that matter, in bounded memory, checksums looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import fs

from smartfab.errors import SchemaMismatchError, StoreError
from smartfab.store.delta_log import damaged
from smartfab.store.filters import file_filter, row_filter
from smartfab.store.layout import DATE, Layout
from smartfab.store.selection import Selection

if TYPE_CHECKING:
    from deltalake import DeltaTable

BATCH_ROWS = 65_536
"""Most rows of a batch [1]."""

_OPTIONS = {"pre_buffer": False, "page_checksum_verification": True}


class Reader:
    """A table at one version, and what is asked of it.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        Of the table.
    handle : DeltaTable
        At the version to be read.
    selection : Selection
        What is asked for.

    Raises
    ------
    SchemaMismatchError
        If the table was stored with other types.
    """

    def __init__(self, folder: Path, layout: Layout, handle: DeltaTable, selection: Selection) -> None:
        self.folder, self.layout, self.selection = folder, layout, selection
        _same_types(handle, layout)
        self._format = ds.ParquetFileFormat(default_fragment_scan_options=ds.ParquetFragmentScanOptions(**_OPTIONS))
        self.fragments = self._fragments(handle)

    def _fragments(self, handle: DeltaTable) -> list[ds.ParquetFileFragment]:
        files = pa.table(handle.get_add_actions(flatten=True))
        if not len(files):
            return []
        wanted = file_filter(self.selection, self.layout, {*files.column_names})
        if wanted is not None:
            files = files.filter(wanted)
        days_first = [f"partition.{self.layout.partition}"] if self.layout.partition else []
        files = files.sort_by([(name, "ascending") for name in (*days_first, "modification_time", "path")])
        local = fs.LocalFileSystem()
        days = files[f"partition.{self.layout.partition}"] if self.layout.partition else None
        fragments = []
        for row, path in enumerate(files["path"].to_pylist()):
            says = None if days is None else _partition(self.layout.partition, days[row])
            fragments.append(self._format.make_fragment(str(self.folder / path), local, partition_expression=says))
        return fragments

    def _scanner(self, fragments: list[ds.ParquetFileFragment]) -> ds.Scanner:
        dataset = ds.FileSystemDataset(fragments, self.layout.declared, self._format, fs.LocalFileSystem())
        return dataset.scanner(
            columns=list(self.selection.columns),
            filter=row_filter(self.selection, self.layout),
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
            for batch in self._scanner(self.fragments).to_batches():
                if len(batch):
                    yield batch
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


def _same_types(handle: DeltaTable, layout: Layout) -> None:
    """Refuse a stored type that is not the declared one, and a table without its key columns or its partition.

    Any other column that is not stored came later, and reads as null.
    """
    stored = pa.schema(handle.schema().to_arrow())
    faults = [
        SchemaMismatchError(
            f"stored as {stored.field(field.name).type}", table=layout.table, column=field.name, expected=str(field.type)
        )
        for field in layout.stored
        if field.name in stored.names and stored.field(field.name).type != field.type
    ]
    faults += [
        SchemaMismatchError(
            "not stored",
            table=layout.table,
            column=name,
            expected=str(layout.stored.field(name).type),
            remedy="This table was not written by smartfab: write it anew with Store.append.",
        )
        for name in dict.fromkeys((*layout.needed, *([layout.partition] if layout.partition else [])))
        if name not in stored.names
    ]
    if faults:
        raise SchemaMismatchError.of(faults, where=f"stored table {layout.table}")


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
    return pd.DataFrame({name: _series(rows[name]) for name in rows.column_names}, copy=False)


def _series(column: pa.ChunkedArray) -> pd.Series:
    if column.type == DATE:
        column = column.cast(pa.timestamp("us"))
    kinds: dict[pa.DataType, pd.api.extensions.ExtensionDtype] = {pa.string(): pd.StringDtype(na_value=np.nan)}
    if column.null_count:
        kinds |= {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    series: pd.Series = column.to_pandas(types_mapper=kinds.get)
    return series
