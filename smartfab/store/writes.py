"""What a store takes: rows, each write once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from smartfab.bad_rows import BadRow
from smartfab.errors import StoreError
from smartfab.store.appending import append_rows
from smartfab.store.compaction import compact_day
from smartfab.store.conversion import to_arrow
from smartfab.store.day_files import as_day
from smartfab.store.layout import layout_of
from smartfab.store.quarantine import digest, not_among, rows_of
from smartfab.store.replacing import replace_rows
from smartfab.store.sifting import place_of, sifted
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
    read: Callable[[str], pd.DataFrame]

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

    def sift(self, table: str, frame: pd.DataFrame, *, source: str) -> tuple[pd.DataFrame, int]:
        """Put the bad rows of a frame aside, and return the others.

        Parameters
        ----------
        table : str
            A table of the vocabulary.
        frame : DataFrame
            Its rows.
        source : str
            Where they come from; the place of the row is added.

        Returns
        -------
        DataFrame
            The good rows, as they are.
        int
            Rows that are new aside [1].

        Raises
        ------
        SchemaMismatchError
            If the frame as a whole does not fit.
        StoreError
            If the disk refuses.

        Examples
        --------
        >>> import smartfab as sf, tempfile, pandas as pd
        >>> store = sf.open_store(tempfile.mkdtemp())
        >>> ts = pd.to_datetime(["2026-03-02T06:00+07:00"] * 2, utc=True)
        >>> rows = pd.DataFrame({"signal_id": "Press01/good", "ts": ts, "value": [1.0, "?"]})
        >>> good, aside = store.sift("samples", rows, source="by hand")
        >>> len(good), aside, store.read("quarantine")["reason"][0]
        (1, 1, 'value: expected numbers a float64 holds exactly')
        """
        _, bad = sifted(frame, layout_of(table), source)
        keep = np.ones(len(frame), dtype=bool)
        keep[[place_of(row) for row in bad]] = False
        return frame[keep], self.put_aside(bad)

    def put_aside(self, bad: Sequence[BadRow]) -> int:
        """Keep bad rows in table `quarantine`; those it has already, by table, source and raw value, are not kept twice.

        Parameters
        ----------
        bad : sequence of BadRow
            Any number.

        Returns
        -------
        int
            Rows that are new there [1].

        Raises
        ------
        WriteConflictError
            If other writers won every commit.
        StoreError
            If the disk refuses.
        """
        if not bad:
            return 0
        new = rows_of(not_among(bad, self.read("quarantine")))
        if not len(new):
            return 0
        arrow = to_arrow(new, layout_of("quarantine"))
        return len(new) if append_rows(self._table("quarantine"), arrow, f"quarantine/{digest(new)}", 1) else 0

    def replace_day(self, table: str, day: object, frame: pd.DataFrame, *, told: Mapping[str, object] | None = None) -> bool:
        """Put rows in place of all rows of a production date, in one commit.

        The same rows again write nothing, so a figure gets a new version only where it changed; the old one stays
        readable by ``as_of``. Rows that others append to the day at the same moment stay.

        Parameters
        ----------
        table : str
            A table that is kept by production date.
        day : str or date
            The production date.
        frame : DataFrame
            Its rows; none empty the day.
        told : mapping, optional
            What the log is to keep of this commit, such as the version of the samples the figures rest on; JSON-ready.

        Returns
        -------
        bool
            False if these rows were there already.

        Raises
        ------
        SchemaMismatchError
            If the frame does not fit, or a row is of another day.
        StoreError
            If the table is not kept by production date, or the disk refuses.

        Examples
        --------
        >>> import smartfab as sf, tempfile, pandas as pd
        >>> store = sf.open_store(tempfile.mkdtemp())
        >>> row = pd.DataFrame({"production_date": pd.to_datetime(["2026-03-02"]), "machine_id": "Press01", "oee": 0.7})
        >>> store.replace_day("oee", "2026-03-02", row), store.replace_day("oee", "2026-03-02", row)
        (True, False)
        """
        layout = layout_of(table)
        return replace_rows(self._table(table), as_day(day), to_arrow(frame, layout), told or {})

    def compact(self, day: object) -> bool:
        """Rewrite the samples of a closed UTC day as one file, sorted by signal and time.

        No row changes. The files that are replaced stay for `vacuum`.

        Parameters
        ----------
        day : str or date
            The UTC day.

        Returns
        -------
        bool
            False if there was nothing to do.

        Raises
        ------
        CorruptTableError
            If a file is damaged; nothing is changed.
        WriteConflictError
            If others rewrote the same files every time.
        StoreError
            If the disk refuses.
        """
        return compact_day(self._table("samples"), as_day(day))


def _check_transaction(app_id: object, seq: object) -> None:
    if app_id is None and seq is None:
        return
    if not isinstance(app_id, str) or not app_id:
        raise StoreError(f"app_id {app_id!r} with seq {seq!r}", where="append", expected="a name", remedy="Give both or none.")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**63:
        raise StoreError(
            f"seq {seq!r} with app_id {app_id!r}", where="append", expected="a whole number from 0", remedy="Give both or none."
        )
