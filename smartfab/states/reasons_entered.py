"""`assign_reason`: why a machine stood, as somebody says it afterwards."""

from __future__ import annotations

from smartfab.data_entries import EntryStore, enter

__all__ = ["assign_reason"]


def assign_reason(
    store: EntryStore,
    machine_id: str,
    start: object,
    end: object,
    reason_id: str,
    *,
    by: str,
    recorded_at: object = None,
    tz: str | None = None,
) -> None:
    """Enter why a machine stood from `start` to `end`; every entry is kept, the latest wins where they overlap.

    Nothing is changed: `oee.evaluate(…, as_of=)` shows what was known before. A reason on running time says nothing.

    Parameters
    ----------
    store : Store
        Where to.
    machine_id : str
        The machine.
    start, end : str or Timestamp
        Half-open interval; times with their zone, or naive ones of `tz`.
    reason_id : str
        A reason of the plant.
    by : str
        Who says so.
    recorded_at : time, optional
        When it was said; now if left out.
    tz : str, optional
        IANA zone of naive times.

    Raises
    ------
    TableError
        If a time is naive, the interval is empty, or nobody is named; all faults at once.
    StoreError
        If it was not stored.

    Examples
    --------
    >>> import smartfab as sf, tempfile
    >>> store = sf.open_store(tempfile.mkdtemp())
    >>> sf.states.assign_reason(store, "M1", "2026-03-02T08:00+07:00", "2026-03-02T08:30+07:00", "MOLD", by="An")
    >>> store.read("stop_reasons")[["reason_id", "by"]].values.tolist()
    [['MOLD', 'An']]
    """
    row = {"machine_id": machine_id, "start": start, "end": end, "reason_id": reason_id}
    enter(store, "stop_reasons", row, by=by, recorded_at=recorded_at, tz=tz)
