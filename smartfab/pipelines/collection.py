"""Every line of a plant collected at once, each in a thread of its own, so that one that is down delays no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, Self

from smartfab import clock
from smartfab.bad_rows import OnBad
from smartfab.errors import CorruptTableError, PlantError, SmartfabError, StoreError, WriteConflictError
from smartfab.pipelines.alerting import Alarm
from smartfab.pipelines.health_files import write_health
from smartfab.plant import Line, Plant
from smartfab.store import Store

if TYPE_CHECKING:
    from smartfab.sources import Source

MakeSource = Callable[[Line], Any]
_TICK_S = 0.5
_HEALTH_S = 10.0
_RETRY_S = (1.0, 60.0)


class Tell(Protocol):
    """Takes a sentence about a line."""

    def __call__(self, sentence: str, /) -> object:
        """Tell it."""
        ...


def collect(
    plant: Plant,
    store: Store,
    *,
    until: object = None,
    stop: threading.Event | None = None,
    lines: Sequence[str] | None = None,
    source: MakeSource | None = None,
    tell: Tell | None = None,
    on_bad: OnBad = "raise",
) -> Gathering:
    """Collect the lines of a plant into a store until told to stop.

    Each line's source puts what it receives into the journal of that line, which moves it to the store; see
    `smartfab.sources`. A full disk is waited for; a line whose source cannot be reached at all ends, the others go on.

    Parameters
    ----------
    plant : Plant
        What to collect.
    store : Store
        Where to.
    until : str, datetime or Timestamp, optional
        When to stop: a time with its zone, or a production date that is to begin.
    stop : Event, optional
        Set it to stop sooner.
    lines : sequence of str, optional
        Ids of lines; all by default.
    source : callable, optional
        Gives the source of a line; by default the one the entry-point group ``smartfab.sources`` has for the scheme of
        the line's endpoint.
    tell : callable, optional
        Called with a sentence when a line fails.
    on_bad : {"raise", "quarantine"}
        A batch or file with bad rows is refused; or these rows go into table `quarantine` and the others on.

    Returns
    -------
    Gathering
        How each line ended.

    Raises
    ------
    PlantError
        If a line has no source.
    TimeError
        If `until` is no time.
    """
    chosen = plant.lines if lines is None else tuple(plant.line(line_id) for line_id in lines)
    end = None
    if until is not None:
        end = clock.instant(until, tz=plant.timezone, day_start=plant.day_start, what="until") / clock.SECOND
    store = store.bearing(on_bad)
    gathering = Gathering(chosen, store, stop or threading.Event(), source or registered, tell, alarm=Alarm.of(plant, store))
    with gathering:
        while gathering.is_alive() and (end is None or time.time() < end):
            if gathering.stop.wait(_TICK_S if end is None else max(0.0, min(_TICK_S, end - time.time()))):
                break
    return gathering


def registered(line: Line) -> Source:
    """Return the source the entry-point group ``smartfab.sources`` has for a line.

    Parameters
    ----------
    line : Line
        Its endpoint's scheme, such as ``opc.tcp``, is looked up.

    Returns
    -------
    Source
        Of that line.

    Raises
    ------
    PlantError
        If no package provides one.
    """
    from importlib.metadata import entry_points

    urls = [machine.endpoint or line.endpoint for machine in line.machines] or [line.endpoint]
    scheme = next((url.partition("://")[0] for url in urls if url), "")
    known = {entry.name: entry for entry in entry_points(group="smartfab.sources")}
    if scheme not in known:
        raise PlantError(
            f"no source for {scheme or 'a line without endpoint'!r}",
            where=f"line {line.id}",
            expected=f"one of {', '.join(sorted(known)) or 'none is installed'}",
            remedy="Install the connector, or correct the endpoint.",
        )
    found: Source = known[scheme].load()(line)
    return found


class Gathering:
    """Lines being collected, from the ``with`` block on until it ends.

    Parameters
    ----------
    lines : sequence of Line
        What to collect.
    store : Store
        Where to.
    stop : Event
        Ends it.
    source : callable
        Gives the source of a line.
    tell : callable, optional
        Called with a sentence when a line fails.
    alarm : Alarm, optional
        Told of every change.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        store: Store,
        stop: threading.Event,
        source: MakeSource,
        tell: Tell | None = None,
        *,
        alarm: Alarm | None = None,
    ) -> None:
        self.stop = stop
        self._store, self._source, self._tell, self._alarm = store, source, tell, alarm
        self._sources: dict[str, Source] = {}
        self.failures: dict[str, BaseException] = {}
        self._threads = {line.id: threading.Thread(target=self._run, args=(line,), name=f"collect-{line.id}") for line in lines}
        self._watch = threading.Thread(target=self._keep_telling, name="collect-health", daemon=True)
        self._over = threading.Event()

    def __enter__(self) -> Self:
        for thread in (*self._threads.values(), self._watch):
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self._threads.values():
            thread.join()
        self._over.set()
        self._watch.join()

    def is_alive(self) -> bool:
        """Return whether any line is still being collected."""
        return any(thread.is_alive() for thread in self._threads.values())

    def _run(self, line: Line) -> None:
        patience = _RETRY_S[0]
        while True:
            begin = time.monotonic()
            try:
                with self._source(line) as source:
                    self._sources[line.id] = source
                    source.collect(self._store, stop=self.stop)
            except StoreError as error:
                self._told(line.id, error)
                if isinstance(error, (CorruptTableError, WriteConflictError)) or self.stop.is_set():
                    self.failures[line.id] = error
                    return
                patience = _RETRY_S[0] if time.monotonic() - begin > _RETRY_S[1] else min(2 * patience, _RETRY_S[1])
                self.stop.wait(patience)  # a full disk is waited for; what was not acknowledged comes again
            except BaseException as error:  # noqa: BLE001  kept and told by whoever asked, whatever it is
                self._told(line.id, error)
                self.failures[line.id] = error
                return
            else:
                self._report(line.id, "stopped", None)
                return

    def _told(self, line_id: str, error: BaseException) -> None:
        sentence = f"{type(error).__name__}: {error}"
        if self._tell is not None:
            self._tell(f"line {line_id}: {sentence}")
        self._report(line_id, "failed", sentence)

    def _report(self, line_id: str, state: str, error: str | None) -> None:
        write_health(self._store, line_id, {**self.health_of(line_id), "state": state, "error": error})
        if self._alarm is not None:
            self._alarm.set(f"line {line_id}", ok=error is None, detail=error or state)

    def _keep_telling(self) -> None:
        while not self._over.wait(_HEALTH_S):
            for line_id in self._threads:
                if line_id in self._sources and line_id not in self.failures:
                    health = self.health_of(line_id)
                    write_health(self._store, line_id, health)
                    self._journal_alarm(line_id)

    def _journal_alarm(self, line_id: str) -> None:
        journal = self._store.open_journals().get(line_id)
        if self._alarm is not None and journal is not None:
            error = journal["error"]
            self._alarm.set(f"journal {line_id}", ok=error is None, detail=str(error or "ok"))

    def health_of(self, line_id: str) -> dict[str, Any]:
        """Return what the source of a line tells of itself."""
        source = self._sources.get(line_id)
        return {"state": "connecting"} if source is None else dict(source.health())

    def health(self) -> dict[str, dict[str, Any]]:
        """Return what every source tells of itself, by line."""
        return {line_id: self.health_of(line_id) for line_id in self._threads}

    def summary(self) -> dict[str, object]:
        """Return how each line ended, JSON-ready; `samples` were made durable, `quarantined` rows were bad [1]."""
        lines: dict[str, object] = {}
        for line_id in self._threads:
            health, failure = self.health_of(line_id), self.failures.get(line_id)
            lines[line_id] = {
                "samples": health.get("appended", 0) - self._store.aside[line_id],
                "quarantined": health.get("quarantined_rows", 0) + self._store.aside[line_id],
                "not_found": sorted(health.get("not_found", {})),
                "error": None if failure is None else f"{type(failure).__name__}: {failure}",
            }
        return {"lines": lines}

    def skipped(self) -> dict[str, str]:
        """Return the signals that are not on their servers, with the reason of each."""
        found: dict[str, str] = {}
        for health in self.health().values():
            found |= health.get("not_found", {})
        return found

    def unexpected(self) -> BaseException | None:
        """Return a failure that is no error smartfab raises on purpose."""
        return next((error for error in self.failures.values() if not isinstance(error, SmartfabError)), None)
