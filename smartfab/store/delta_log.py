"""The Delta log of a table: open it, create it, and say which file is damaged.

deltalake reads an empty or zero-filled commit file as a commit without actions: rows vanish without a word. So the
commit files since the last checkpoint are looked at before a table is believed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from smartfab.errors import CorruptTableError, SchemaMismatchError, StoreError
from smartfab.store.layout import Layout

if TYPE_CHECKING:
    from deltalake import DeltaTable

_REMEDY = "Restore the file from a copy of the store; nothing was changed."


def opened(folder: Path, layout: Layout, version: int | None = None) -> DeltaTable | None:
    """Return a fresh handle on a table, or None if it was never written.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        What the table should look like.
    version : int, optional
        A version that exists; the newest by default.

    Returns
    -------
    DeltaTable or None
        The handle.

    Raises
    ------
    CorruptTableError
        If the log is damaged; the error names the file.
    StoreError
        If the version is no longer kept, or the table asks for a reader we are not.
    """
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    check(folder)
    try:
        handle = DeltaTable(str(folder), version=version)
    except TableNotFoundError as error:
        if any(folder.rglob("*.parquet")):
            raise damaged(folder / "_delta_log", "no log, but there are data files", layout) from error
        return None
    except (DeltaError, OSError) as error:
        if version is not None and version < latest(folder):
            raise StoreError(
                f"version {version} cannot be read ({_short(error)})",
                table=layout.table,
                remedy="The log of samples is kept for 30 days; take a later version.",
            ) from error
        raise damaged(_gap(folder / "_delta_log"), _short(error), layout) from error
    understood(handle, layout)
    return handle


def understood(handle: DeltaTable, layout: Layout) -> None:
    """Refuse a table that asks for a reader we are not.

    Parameters
    ----------
    handle : DeltaTable
        Of the table.
    layout : Layout
        Of the table.

    Raises
    ------
    StoreError
        If another program upgraded it.
    """
    needs = handle.protocol().min_reader_version
    if needs > 1:
        raise StoreError(
            f"reader version {needs}", table=layout.table, expected="1", remedy="Another program upgraded the table."
        )


def created(folder: Path, layout: Layout) -> DeltaTable:
    """Return a handle on a table that exists from now on; several processes may create it at once.

    Only the log of `samples` is ever cleaned up (after 30 days): every version of the other tables stays readable.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    layout : Layout
        What the table looks like.

    Returns
    -------
    DeltaTable
        The handle.

    Raises
    ------
    StoreError
        If it cannot be created.
    """
    from deltalake import DeltaTable, Schema
    from deltalake.exceptions import DeltaError

    try:
        DeltaTable.create(
            str(folder),
            schema=Schema.from_arrow(layout.stored),
            mode="ignore",
            partition_by=[layout.partition] if layout.partition else None,
            configuration={"delta.enableExpiredLogCleanup": "true" if layout.table == "samples" else "false"},
        )
    except (DeltaError, OSError) as error:
        handle = opened(folder, layout)
        if handle is None:
            raise StoreError(
                _short(error), table=layout.table, where=str(folder), remedy="Make room, or allow writing there."
            ) from error
        return handle
    handle = opened(folder, layout)
    if handle is None:
        raise damaged(folder / "_delta_log", "gone as soon as it was made", layout)
    return handle


def match(handle: DeltaTable, layout: Layout) -> None:
    """Refuse a table whose schema is not exactly the declared one.

    Parameters
    ----------
    handle : DeltaTable
        Of the table.
    layout : Layout
        What it should look like.

    Raises
    ------
    SchemaMismatchError
        Which lists the columns that differ.
    """
    stored = pa.schema(handle.schema().to_arrow())
    have = {field.name: str(field.type) for field in stored}
    want = {field.name: str(field.type) for field in layout.stored}
    partition = ", ".join(handle.metadata().partition_columns)
    faults = [
        SchemaMismatchError(
            f"stored as {have.get(name, 'nothing')}", table=layout.table, column=name, expected=want.get(name, "no such column")
        )
        for name in dict.fromkeys([*want, *have])
        if have.get(name) != want.get(name)
    ]
    if partition != layout.partition:
        faults.append(SchemaMismatchError(f"partitioned by {partition!r}", table=layout.table, expected=repr(layout.partition)))
    if faults:
        raise SchemaMismatchError.of(faults, where=f"stored table {layout.table}")


def check(folder: Path, after: int = -1) -> None:
    """Look at the ends of the commit files that a reader would replay.

    Parameters
    ----------
    folder : Path
        Folder of a table, which need not exist.
    after : int
        Versions up to this one are known to be good.

    Raises
    ------
    CorruptTableError
        If a commit file is empty, zero-filled or torn.
    """
    for path in _commits(folder, after):
        content = path.read_bytes()
        if not (content.startswith(b"{") and content.rstrip().endswith(b"}")):
            found = f"damaged commit file of {len(content)} bytes"
            raise CorruptTableError(found, table=folder.name, where=str(path), remedy=_REMEDY)


def commit_path(folder: Path, version: int) -> Path:
    """Return the commit file of a version.

    Parameters
    ----------
    folder : Path
        Folder of the table.
    version : int
        Version [1].

    Returns
    -------
    Path
        Which need not exist.
    """
    return folder / "_delta_log" / f"{version:020}.json"


def _commits(folder: Path, after: int) -> Iterator[Path]:
    """Yield the commit files a reader would replay; those after a known version without listing a long log."""
    log = folder / "_delta_log"
    if after >= 0:
        yield from takewhile(Path.exists, (commit_path(folder, version) for version in count(after + 1)))
        return
    since = _checkpoint(log)
    for path in sorted(log.glob("*.json")) if log.is_dir() else ():
        if path.stem.isdigit() and int(path.stem) > since:
            yield path


def latest(folder: Path) -> int:
    """Return the newest version in the log of a table.

    Parameters
    ----------
    folder : Path
        Folder of the table.

    Returns
    -------
    int
        Version; −1 if there is none.
    """
    stems = (path.stem for path in (folder / "_delta_log").glob("*.json"))
    return max((int(stem) for stem in stems if stem.isdigit()), default=-1)


def damaged(path: Path, found: str, layout: Layout) -> CorruptTableError:
    """Return the error for a damaged file.

    Parameters
    ----------
    path : Path
        The file.
    found : str
        What is wrong with it.
    layout : Layout
        Of its table.

    Returns
    -------
    CorruptTableError
        To be raised.
    """
    return CorruptTableError(found, table=layout.table, where=str(path), remedy=_REMEDY)


def _checkpoint(log: Path) -> int:
    try:
        return int(json.loads((log / "_last_checkpoint").read_bytes())["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return -1  # no checkpoint, or no readable hint: look at every commit


def _gap(log: Path) -> Path:
    """Return the first commit file that is missing between two others, or the log's folder."""
    versions = sorted(int(path.stem) for path in log.glob("*.json") if path.stem.isdigit())
    lost = (low + 1 for low, high in pairwise(versions) if high > low + 1)
    return next((log / f"{version:020}.json" for version in lost), log)


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0][:200].rstrip(".") if str(error) else type(error).__name__
