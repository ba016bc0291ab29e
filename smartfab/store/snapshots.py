"""A table at one version: which files it has, its types held against the declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from smartfab.errors import SchemaMismatchError
from smartfab.store.layout import Layout

if TYPE_CHECKING:
    from deltalake import DeltaTable


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a table: its number [1], and the flat add actions of its files."""

    version: int
    files: pa.Table


def snapshot_of(handle: DeltaTable, layout: Layout) -> Snapshot:
    """Return the version a handle stands at.

    Parameters
    ----------
    handle : DeltaTable
        Of the table.
    layout : Layout
        Of the table.

    Returns
    -------
    Snapshot
        Which stays as it is when the table goes on.

    Raises
    ------
    SchemaMismatchError
        If the table was stored with other types.
    """
    _same_types(handle, layout)
    return Snapshot(handle.version(), pa.table(handle.get_add_actions(flatten=True)))


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
