"""What a store takes: rows, each write once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from smartfab.errors import StoreError
from smartfab.store.appending import append_rows
from smartfab.store.conversion import to_arrow
from smartfab.store.layout import layout_of
from smartfab.store.table_handle import TableHandle


class WriteFace:
    """The part of a store that writes.

    Attributes
    ----------
    path : Path
        Folder of the store.
    """

    path: Path
    _table: Callable[[str], TableHandle]

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:
        """Append rows to a table, exactly once if they bear a transaction number.

        `seq` rises for each `app_id`: a number no greater than the last one recorded counts as in. So an `app_id`
        belongs to one writer. The rows and the number become visible in one commit, or not at all. Without both the
        rows are appended whatever is there. On return they survive a power cut.

        Rows are stored as declared, or not at all: what would lose a digit is refused. NaN is stored as null, and
        so is ±inf in `samples.value`, with the status beside it unchanged. The index is not kept.

        Parameters
        ----------
        table : str
            A table of the vocabulary; made when it is first written.
        frame : DataFrame
            Its rows; optional columns may be absent, others may not be there. For states, parts and predictions it
            may carry `production_date`, which is not read back but says where the rows are kept.
        app_id : str, optional
            Who writes.
        seq : int, optional
            Number of this write [1].

        Returns
        -------
        bool
            False if (app_id, seq) was in already and nothing was written; True otherwise, also for no rows.

        Raises
        ------
        SchemaMismatchError
            If the frame does not fit; the error lists every fault.
        WriteConflictError
            If other writers won every commit.
        CorruptTableError
            If the table is damaged.
        StoreError
            If there is no such table, the transaction is half given, or the disk refuses.

        References
        ----------
        Delta transaction log protocol, "Transaction identifiers".

        Examples
        --------
        >>> import smartfab as sf, tempfile, pandas as pd
        >>> store = sf.open_store(tempfile.mkdtemp())
        >>> ts = pd.to_datetime(["2026-03-02T06:00+07:00"], utc=True)
        >>> rows = pd.DataFrame({"signal_id": "Press01/good", "ts": ts, "value": 1.0})
        >>> store.append("samples", rows, app_id="press-1", seq=1), store.append("samples", rows, app_id="press-1", seq=1)
        (True, False)
        """
        told = layout_of(table)
        _check_transaction(app_id, seq)
        return append_rows(self._table(table), to_arrow(frame, told), app_id, seq)


def _check_transaction(app_id: object, seq: object) -> None:
    if app_id is None and seq is None:
        return
    if not isinstance(app_id, str) or not app_id:
        raise StoreError(f"app_id {app_id!r} with seq {seq!r}", where="append", expected="a name", remedy="Give both or none.")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**63:
        raise StoreError(
            f"seq {seq!r} with app_id {app_id!r}", where="append", expected="a whole number from 0", remedy="Give both or none."
        )
