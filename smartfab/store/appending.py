"""Exactly once: rows and their transaction number become visible in one commit, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from smartfab.store.changes import Change
from smartfab.store.data_files import write_files
from smartfab.store.table_handle import TableHandle

if TYPE_CHECKING:
    from deltalake import DeltaTable


def append_rows(
    table: TableHandle, rows: pa.Table, app_id: str | None, seq: int | None, *, of: tuple[str, int] | None = None
) -> bool:
    """Append rows once.

    Parameters
    ----------
    table : TableHandle
        Of the table.
    rows : pyarrow.Table
        With the stored schema.
    app_id, seq : str and int, optional
        The transaction; seq [1] rises for each app_id.
    of : tuple of str and int, optional
        The transaction these rows were part of once, if it is another.

    Returns
    -------
    bool
        False if the transaction is in already.

    Raises
    ------
    WriteConflictError
        If other writers won every commit.
    StoreError
        If the disk refuses.
    """
    if not len(rows) and app_id is None:
        return True
    with table.lock:
        if _is_in(table.ready(), app_id, seq):
            return table.change(lambda _: None)
        try:
            files = write_files(rows, table.folder, table.layout, of or (app_id, seq))
        except OSError as error:
            raise table.refused(error) from error
        change = Change(tuple(files), app_id=app_id, seq=seq)
        return table.change(lambda handle: None if _is_in(handle, app_id, seq) else change, files)


def _is_in(handle: DeltaTable, app_id: str | None, seq: int | None) -> bool:
    if app_id is None or seq is None:
        return False
    last = handle.transaction_version(app_id)
    return last is not None and last >= seq
