"""The driver of daily and backfill: pins versions, hands out parts, and alone commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from smartfab.bad_rows import OnBad, puts_aside
from smartfab.pipelines.committing import commit
from smartfab.pipelines.outcome import Run
from smartfab.pipelines.parts import Made, Part, compute
from smartfab.pipelines.periods import is_closed
from smartfab.pipelines.pinned_model import PinnedModel
from smartfab.pipelines.pinned_store import pin
from smartfab.pipelines.production_days import as_date, as_dates
from smartfab.pipelines.progress_bar import Progress, reporter
from smartfab.plant import Plant
from smartfab.store import Store
from smartfab.store.ownership import Ownership

LOCK = "_locks"


class Executor(Protocol):
    """What runs parts elsewhere: an Executor of concurrent.futures, or a Dask Client."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        """Start a call and return its future."""
        ...


def daily(
    plant: Plant,
    store: Store,
    day: object,
    *,
    progress: Progress = None,
    on_bad: OnBad = "raise",
    model: str | Path | None = None,
) -> Run:
    """Compute the states, counts, shifts, account and OEE of one production date, and the predictions of its parts.

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
    model : str or Path, optional
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
    return backfill(plant, store, [as_date(day)], progress=progress, on_bad=on_bad, model=model)


def backfill(
    plant: Plant,
    store: Store,
    days: object,
    executor: Executor | None = None,
    progress: Progress = None,
    *,
    on_bad: OnBad = "raise",
    model: str | Path | None = None,
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
    model : str or Path, optional
        Folder of a classifier, as `smartfab.defects.save` wrote it with the settings of its windows; by default the one
        [defects] of the plant names, if any. It scores the parts of table `parts` into table `predictions`. One that is
        refused costs no figure: it is told in ``failed`` by line, date and table, and the earlier predictions stay.

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
        run.versions, chosen = pin(store), _model(plant, model)
        open_days = [day for day in run.days if not is_closed(store, day)]
        run.pending = {day.isoformat(): "the month is closed" for day in run.days if day not in open_days}
        parts = [
            Part(store.path, plant, line.id, day, run.versions, on_bad, chosen) for day in open_days for line in plant.lines
        ]
        with reporter(progress, len(parts)) as advance:
            made = _computed(parts, executor, advance)
            for day in open_days:
                commit(plant, store, day, [next(made) for _ in plant.lines], run)
    return run


def _model(plant: Plant, named: str | Path | None) -> PinnedModel | None:
    path = named if named is not None else None if plant.defects is None else plant.defects.model
    return None if path is None else PinnedModel.of(Path(path))


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
