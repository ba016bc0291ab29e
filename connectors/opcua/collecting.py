"""All servers of a line at once: values → journal → acknowledgements, until told to stop; one that is down delays no other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smartfab.errors import SignalNotFound, SourceRefused, SourceUnavailable

from .credentials import Access
from .serving import Run, ServerLoop


@dataclass
class Collection:
    """One run over the servers of a line.

    Attributes
    ----------
    accesses : sequence of Access
        What the servers are opened with.
    run : Run
        What they share.
    seconds : float, optional
        End so long after all there is to watch is watched [s].
    """

    accesses: Sequence[Access]
    shared: Run
    seconds: float | None = None
    _joined: int = 0
    _watched: int = 0
    _nothing: SignalNotFound | None = field(default=None, repr=False)

    @property
    def stopping(self) -> asyncio.Event:
        """Set it to end."""
        return self.shared.stopping

    async def run(self) -> None:
        """Collect until `stopping` is set, then save and acknowledge what came, and take leave of the servers.

        Raises
        ------
        SourceUnavailable
            If no server was ever reached, or one is lost and the run does not try again.
        SourceRefused
            If every server refuses.
        SignalNotFound
            If not a single signal is there.
        Exception
            What the journal raises; what it did not take is not acknowledged.
        """
        health, appender = self.shared.health, self.shared.appender
        health.enter("connecting")
        saving = asyncio.create_task(self._save())
        servers = [asyncio.create_task(self._serve(access)) for access in self.accesses]
        try:
            await asyncio.wait(servers)
            appender.finish()
            await asyncio.wait([saving])
        finally:
            for task in (*servers, saving):
                task.cancel()
            await asyncio.wait([*servers, saving])
            errors = self._errors(saving, servers)
            health.enter("failed" if errors else "stopped", errors[0] if errors else None)
        if errors:
            raise errors[0]

    def _errors(self, saving: asyncio.Task[None], servers: Sequence[asyncio.Task[None]]) -> list[BaseException]:
        failed = [error for task in servers if not task.cancelled() and (error := task.exception())]
        unsaved = saving.exception() if not saving.cancelled() else None
        found = [error for error in (unsaved, self._nothing) if error is not None]
        if len(failed) == len(servers) or not self.shared.persistent:
            found += failed
        found += [error for error in failed if not isinstance(error, (SourceRefused, SourceUnavailable)) and error not in found]
        if not found and not self._joined:
            why = self.shared.health.down()
            if why:
                found.append(SourceUnavailable(f"no server was ever reached ({why})", where=self.accesses[0].url))
        return found

    async def _save(self) -> None:
        try:
            await self.shared.appender.run()
        finally:
            self.stopping.set()

    async def _serve(self, access: Access) -> None:
        try:
            await ServerLoop(access, self.shared, self._join).collect()
        except SourceRefused as error:
            self.shared.health.server(access.url, "refused", str(error))
            raise
        finally:
            if not self.shared.persistent:
                self.stopping.set()

    def _join(self, watched: int) -> None:
        """Take note that a server is connected, and how many of its signals are watched."""
        self._joined += 1
        self._watched += watched
        health = self.shared.health
        if self._joined < len(self.accesses):
            return
        if not self._watched:
            self._nothing = nothing_found(health.report()["not_found"], where=self.accesses[0].url)
            self.stopping.set()
        elif not self.stopping.is_set():
            health.enter("collecting")
            if self.seconds is not None:
                asyncio.get_running_loop().call_later(self.seconds, self.stopping.set)


def nothing_found(reasons: Mapping[str, str], *, where: str) -> SignalNotFound:
    """Return the error that names every signal, when there is none at all.

    Parameters
    ----------
    reasons : mapping of str to str
        Why each signal cannot be read.
    where : str
        The line or the endpoint.

    Returns
    -------
    SignalNotFound
        Listing all of them.
    """
    faults = [
        SignalNotFound(reason, where=signal_id, remedy="Correct node or path in the plant.")
        for signal_id, reason in reasons.items()
    ]
    return SignalNotFound.of(faults, where=where)
