"""Every line of a plant collected at once, each in a thread of its own, so that one that is down delays no other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smartfab.cli import exit_codes
from smartfab.errors import SmartfabError

if TYPE_CHECKING:
    from smartfab.connectors.opcua import OpcUaSource
    from smartfab.plant import Line
    from smartfab.store import Store


class Gathering:
    """Collect lines into a store until an event is set.

    Parameters
    ----------
    lines : sequence of Line
        What to collect.
    store : Store
        Where to.
    stop : Event
        Ends it.
    tell : callable
        Called with a sentence when a line fails.
    """

    def __init__(self, lines: Sequence[Line], store: Store, stop: threading.Event, tell: Callable[[str], None]) -> None:
        self._store, self._stop, self._tell = store, stop, tell
        self._sources: dict[str, OpcUaSource] = {}
        self._failures: dict[str, BaseException] = {}
        self._threads = {line.id: threading.Thread(target=self._run, args=(line,), name=f"collect-{line.id}") for line in lines}

    def start(self) -> None:
        """Start every line."""
        for thread in self._threads.values():
            thread.start()

    def join(self) -> None:
        """Wait until every line has ended."""
        for thread in self._threads.values():
            thread.join()

    def is_alive(self) -> bool:
        """Return whether any line is still being collected."""
        return any(thread.is_alive() for thread in self._threads.values())

    def _run(self, line: Line) -> None:
        from smartfab.connectors.opcua import OpcUaSource

        try:
            with OpcUaSource(line) as source:
                self._sources[line.id] = source
                source.collect(self._store, stop=self._stop)
        except BaseException as error:  # noqa: BLE001  kept and told by the command, whatever it is
            self._failures[line.id] = error
            self._tell(f"line {line.id}: {type(error).__name__}: {error}")

    def heartbeat(self) -> str:
        """Return one line on how it goes."""
        told = []
        for line_id, source in self._sources.items():
            health = source.health()
            told.append(f"{line_id}: {health['state']}, {health['appended']:,} samples")
        return " · ".join(told) or "connecting"

    def summary(self) -> dict[str, object]:
        """Return how each line ended, JSON-ready; `samples` were made durable [1]."""
        lines: dict[str, object] = {}
        for line_id in self._threads:
            source, failure = self._sources.get(line_id), self._failures.get(line_id)
            health = source.health() if source is not None else None
            lines[line_id] = {
                "samples": health["appended"] if health is not None else 0,
                "not_found": sorted(health["not_found"]) if health is not None else [],
                "error": None if failure is None else f"{type(failure).__name__}: {failure}",
            }
        return {"lines": lines}

    def skipped(self) -> dict[str, str]:
        """Return the signals that are not on their servers, with the reason of each."""
        return {name: why for source in self._sources.values() for name, why in source.health()["not_found"].items()}

    def unexpected(self) -> BaseException | None:
        """Return a failure that is no error smartfab raises on purpose."""
        return next((error for error in self._failures.values() if not isinstance(error, SmartfabError)), None)

    def exit_code(self) -> int:
        """Return 0 if all went well, 3 if a part did, else the code of the first failure [1]."""
        if not self._failures:
            return exit_codes.PARTIAL if self.skipped() else exit_codes.OK
        if len(self._failures) < len(self._threads):
            return exit_codes.PARTIAL
        first = next(iter(self._failures.values()))
        return exit_codes.exit_code(first) if isinstance(first, SmartfabError) else exit_codes.INTERNAL
