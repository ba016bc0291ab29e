"""The driver of daily and backfill: pins versions, hands out parts, and alone commits."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from smartfab import shifts
from smartfab.bad_rows import BadRow, OnBad, puts_aside
from smartfab.findings import Finding
from smartfab.pipelines.parts import Made, Part, compute
from smartfab.pipelines.periods import is_closed
from smartfab.pipelines.pinned_store import pin
from smartfab.pipelines.production_days import as_date, as_dates, window
from smartfab.pipelines.progress_bar import Progress, reporter
from smartfab.pipelines.run_records import Record, write_record
from smartfab.plant import Plant
from smartfab.store import Store
from smartfab.store.layout import layout_of
from smartfab.store.ownership import Ownership

LOCK = "_locks"
_LOG = logging.getLogger("smartfab.pipelines")
_LOG.addHandler(logging.NullHandler())


class Executor(Protocol):
    """What runs parts elsewhere: an Executor of concurrent.futures, or a Dask Client."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        """Start a call and return its future."""
        ...


@dataclass
class Run:
    """What a job did.

    Attributes
    ----------
    days : list of date
        That were asked for.
    changed : dict of str to list of str
        Tables that got another version, by date.
    rows : dict of str to int
        Rows by table, all days together [1].
    failed : dict of str to str
        Parts that could not be computed, by key "line date", with the reason; their earlier rows stay.
    pending : dict of str to str
        Dates that were left alone, with the reason: their month is closed.
    findings : list
        Remarks on the data.
    versions : dict of str to int
        Of the tables the figures were made from [1].
    quarantined : int
        Rows left out of the figures since they cannot be true; table `quarantine` has each of them once [1].
    """

    days: list[dt.date]
    changed: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0

    @property
    def ok(self) -> bool:
        """Every part was computed and committed."""
        return not self.failed and not self.pending

    def to_dict(self) -> dict[str, object]:
        """Return it JSON-ready."""
        return {
            "ok": self.ok,
            "days": [day.isoformat() for day in self.days],
            "changed": self.changed,
            "rows": self.rows,
            "failed": {key: reason.splitlines()[0] for key, reason in self.failed.items()},
            "pending": self.pending,
            "findings": len(self.findings),
            "quarantined": self.quarantined,
            "versions": {table: version for table, version in self.versions.items() if version >= 0},
        }


def daily(plant: Plant, store: Store, day: object, *, progress: Progress = None, on_bad: OnBad = "raise") -> Run:
    """Compute the states, counts, shifts, account and OEE of one production date.

    Reads the samples of the date, what lies a day before for the states and counters at its beginning, and an hour
    after; commits a table only where a row differs. Running it twice changes nothing.

    Parameters
    ----------
    plant : Plant
        What the signals mean.
    store : Store
        With the samples; gets the tables.
    day : str or date
        The production date.
    progress : callable, bool, optional
        As for `backfill`.
    on_bad : {"raise", "quarantine"}
        As for `backfill`.

    Returns
    -------
    Run
        What was made; a line that failed is in ``failed``.

    Raises
    ------
    TimeError
        If it is no date.
    WriteConflictError
        If another job is at work on this store.
    StoreError
        If the store cannot be read or written.

    Examples
    --------
    >>> import smartfab as sf, tempfile
    >>> sim = sf.simulation.line(days=1, seed=1, machines=2)
    >>> store = sf.open_store(tempfile.mkdtemp())
    >>> store.append("samples", sim.samples)
    True
    >>> [sf.pipelines.daily(sim.plant, store, "2026-03-02").changed != {} for _ in range(2)]
    [True, False]
    """
    return backfill(plant, store, [as_date(day)], progress=progress, on_bad=on_bad)


def backfill(
    plant: Plant,
    store: Store,
    days: object,
    executor: Executor | None = None,
    progress: Progress = None,
    *,
    on_bad: OnBad = "raise",
) -> Run:
    """Compute many production dates, one after the other or many at once.

    Whatever runs the parts, the tables are the same row for row: every part reads the versions pinned at the start, and
    the dates are committed here, in their order, each as soon as all its lines are there. A worker that is lost changes
    nothing in the store.

    Parameters
    ----------
    plant : Plant
        What the signals mean.
    store : Store
        With the samples; on a folder that every worker sees under the same path.
    days : date, or iterable of str or date
        Production dates.
    executor : Executor or dask.distributed.Client, optional
        Runs the parts; this process by default.
    progress : callable or bool, optional
        Called with (parts done, parts in all); a bar by default where somebody looks on, True always, False never.
    on_bad : {"raise", "quarantine"}
        A row people entered that cannot be true, such as a stop that ends before it starts, fails its part; or it is put
        into table `quarantine`, once, and the figures are made of the others.

    Returns
    -------
    Run
        What was made; parts that failed are in ``failed``.

    Raises
    ------
    TimeError
        If one is no date.
    WriteConflictError
        If another job is at work on this store.
    StoreError
        If the store cannot be read or written.
    """
    puts_aside(on_bad)
    run = Run(as_dates(days))
    with Ownership(store.path / LOCK / "figures.lock", "the computation of figures"):
        run.versions = pin(store)
        open_days = [day for day in run.days if not is_closed(store, day)]
        run.pending = {day.isoformat(): "the month is closed" for day in run.days if day not in open_days}
        parts = [Part(store.path, plant, line.id, day, run.versions, on_bad) for day in open_days for line in plant.lines]
        with reporter(progress, len(parts)) as advance:
            made = _computed(parts, executor, advance)
            for day in open_days:
                _commit(plant, store, day, [next(made) for _ in plant.lines], run)
    return run


def _computed(parts: Sequence[Part], executor: Executor | None, advance: Callable[[], None]) -> Iterator[tuple[Part, Made]]:
    """Yield what the parts made, in their order."""
    futures = [] if executor is None else [_submitted(executor, part) for part in parts]
    try:
        for place, part in enumerate(parts):
            if executor is None:
                made = compute(part)
            else:
                try:
                    made = futures[place].result()
                except Exception as error:  # noqa: BLE001  a lost worker, or what a cluster makes of it
                    made = Made(error=f"{type(error).__name__}: {error}")
            advance()
            yield part, made
    finally:
        for future in futures:
            future.cancel()


def _submitted(executor: Executor, part: Part) -> Any:  # noqa: ANN401  a future of either kind
    if type(executor).__module__.partition(".")[0] == "distributed":
        # Not pure: the same call may give more another day. A worker that dies is replaced by another.
        return executor.submit(compute, part, alone=False, pure=False, retries=2)
    return executor.submit(compute, part, alone=False)


def _commit(plant: Plant, store: Store, day: dt.date, made: Sequence[tuple[Part, Made]], run: Run) -> None:
    """Put a day's tables in place; lines that failed keep the rows they had."""
    failed = {part.line_id: result.error for part, result in made if result.error is not None}
    run.failed |= {f"{line_id} {day}": reason for line_id, reason in failed.items()}
    for line_id, reason in failed.items():
        _LOG.warning("%s %s failed: %s", line_id, day, reason)
    run.findings += [item for _, result in made for item in result.findings]
    bad: set[BadRow] = {row for _, result in made if result.error is None for row in result.bad}
    run.quarantined += len(bad)
    store.put_aside(sorted(bad, key=lambda row: (row.table, row.raw)))
    tables = _joined(plant, day, [result for _, result in made if result.error is None])
    if failed:
        for name in tables:
            tables[name] = pd.concat([tables[name], _kept(plant, store, name, day, failed)], ignore_index=True)
    told = {"made_from": {table: version for table, version in run.versions.items() if version >= 0}}
    if len(failed) < len(made):
        for name, table in tables.items():
            run.rows[name] = run.rows.get(name, 0) + len(table)
            if store.replace_day(name, day, table, told=told):
                run.changed.setdefault(day.isoformat(), []).append(name)
    _LOG.info(
        "%s: %d of %d lines, new: %s", day, len(made) - len(failed), len(made), run.changed.get(day.isoformat(), "nothing")
    )
    computed = [part.line_id for part, result in made if result.error is None]
    at = pd.Timestamp.now("UTC").isoformat()
    kept = {name: store.day_files(name, day) for name in tables}
    write_record(store, Record(day.isoformat(), at, run.versions, computed, {k: str(v) for k, v in failed.items()}, kept))


def _joined(plant: Plant, day: dt.date, made: Sequence[Made]) -> dict[str, pd.DataFrame]:
    names = list(dict.fromkeys(name for result in made for name in result.tables))
    tables = {
        name: pd.concat([result.tables[name] for result in made if name in result.tables], ignore_index=True) for name in names
    }
    if plant.shift and made:
        start, end = window(plant, day)
        every = shifts.expand(plant, start, end)
        every.attrs = {}
        tables["shifts"] = every[every["production_date"] == pd.Timestamp(day)]
    return {name: table for name, table in tables.items() if layout_of(name).partition == "production_date"}


def _kept(plant: Plant, store: Store, name: str, day: dt.date, failed: dict[str, str]) -> pd.DataFrame:
    machines = {machine.id for line, machine in plant.machines if line.id in failed}
    rows = store.read_day(name, day)
    return rows[rows["machine_id"].isin(machines)] if name != "shifts" else rows.iloc[:0]
