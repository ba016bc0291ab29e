"""How collecting goes, readable from any thread while it runs."""

from __future__ import annotations

import copy
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypedDict

import numpy as np

from smartfab.findings import Finding, finding, merged

from .samples import Index

State = Literal["idle", "connecting", "collecting", "reconnecting", "stopping", "stopped", "failed"]
ServerState = Literal["connecting", "collecting", "down", "refused", "stopping"]


class Revised(TypedDict):
    """What was asked for one signal, and what the server made of it."""

    sampling_ms: tuple[float, float]
    queue: tuple[int, int]


class ServerHealth(TypedDict):
    """How one server is doing: its state, since when [s], the error that brought it there, and its clock's skew [s]."""

    state: ServerState
    since_s: float
    error: str | None
    skew_s: float | None


class HealthReport(TypedDict):
    """How collecting goes, as a JSON-ready dict.

    `state`: idle, connecting, collecting (everything there is to watch is watched), reconnecting (a server is away),
    stopping, stopped, or failed and then with `error`; `servers`: each server's own. Values `received` and `appended`,
    and the `batches` they were appended in [1]; notifications `waiting` for the journal, `acknowledged`, received as
    `duplicates`, asked for once more as `republished` [1]; `overflows` of queues on the servers, `gaps` opened, values
    `backfilled` from history, `reconnects`, sessions `resumed` [1]; why the `store_refuses`, if it does.
    What the servers made of our wishes: `publishing_ms` by server and `revised` by signal, each as (asked, given) [ms].
    Signals `not_found`, with the reason; `age_s`: time since each signal's last value came [s]; `skew_s`: how far the
    server's clock is ahead of ours whose differs most [s]; `certificate_days` until our certificate ends; `findings`.
    """

    state: State
    error: str | None
    servers: dict[str, ServerHealth]
    received: int
    appended: int
    batches: int
    waiting: int
    acknowledged: int
    duplicates: int
    republished: int
    overflows: int
    gaps: int
    backfilled: int
    reconnects: int
    resumed: int
    store_refuses: str | None
    publishing_ms: dict[str, list[tuple[float, float]]]
    revised: dict[str, Revised]
    not_found: dict[str, str]
    age_s: dict[str, float]
    skew_s: float | None
    certificate_days: int | None
    findings: list[Finding]


_COUNTS = (
    "received", "appended", "batches", "waiting", "acknowledged", "duplicates", "republished", "overflows", "gaps",
    "backfilled", "reconnects", "resumed",
)  # fmt: skip


class Health:
    """Counters and remarks of one run; every method may be called from any thread.

    Parameters
    ----------
    names : sequence of str
        The signal of each index.
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._lock = threading.Lock()
        self._names = list(names)
        self._clear()

    def _clear(self) -> None:
        self._state: State = "idle"
        self._error: str | None = None
        self._refuses: str | None = None
        self._counts: Counter[str] = Counter()
        self._publishing: dict[str, list[tuple[float, float]]] = {}
        self._revised: dict[str, Revised] = {}
        self._not_found: dict[str, str] = {}
        self._seen = np.full(len(self._names), np.nan)
        self._servers: dict[str, ServerHealth] = {}
        self._skew: dict[str, float] = {}
        self._findings: list[Finding] = []
        self.certificate_days: int | None = None

    def begin(self) -> None:
        """Forget the run before this one."""
        with self._lock:
            self._clear()
            self._state = "connecting"

    def enter(self, state: State, error: BaseException | None = None) -> None:
        """Take the state the run is in, and why it failed if it did."""
        with self._lock:
            self._state = state
            self._error = str(error) if error is not None else None

    def server(self, url: str, state: ServerState, error: str | None = None) -> None:
        """Take the state one server is in, and what brought it there."""
        with self._lock:
            self._servers[url] = ServerHealth(state=state, since_s=time.monotonic(), error=error, skew_s=None)

    def down(self) -> str:
        """Return why servers that are down are, as one sentence."""
        with self._lock:
            return "; ".join(told["error"] for told in self._servers.values() if told["error"])

    def store_refuses(self, error: str | None) -> None:
        """Take why the journal takes nothing, or that it does again."""
        with self._lock:
            self._refuses = error

    def backfill_failed(self, url: str, error: str) -> None:
        """Remark that history could not be read; it is tried again."""
        self.remark([finding("backfill_failed", url, error=error)])

    def count(self, name: str, number: int = 1) -> None:
        """Add to one of the counters; a negative number takes away from `waiting`."""
        with self._lock:
            self._counts[name] += number

    def remark(self, findings: Iterable[Finding]) -> None:
        """Keep remarks."""
        new = list(findings)
        if new:
            with self._lock:
                self._findings = merged([*self._findings, *new])

    def received(self, index: Index) -> None:
        """Take note of values that came just now, one entry a value."""
        with self._lock:
            self._counts["received"] += len(index)
            self._seen[index] = time.monotonic()

    def publishing(self, url: str, asked_ms: float, given_ms: float) -> None:
        """Keep the publishing interval asked for and the one given [ms]."""
        with self._lock:
            told = self._publishing.setdefault(url, [])
            if (asked_ms, given_ms) not in told:
                told.append((asked_ms, given_ms))

    def revised(self, signal_id: str, revised: Revised) -> None:
        """Keep what the server made of one signal's wishes."""
        with self._lock:
            self._revised[signal_id] = revised

    def not_found(self, reasons: Mapping[str, str]) -> None:
        """Keep the signals that cannot be read, with the reason of each, and remark on them."""
        with self._lock:
            new = {name: why for name, why in reasons.items() if name not in self._not_found}
            self._not_found.update(reasons)
        self.remark(finding("signal_not_found", signal_id, reason=reason) for signal_id, reason in new.items())

    def found(self, signal_id: str) -> None:
        """Take note that a signal is there after all."""
        with self._lock:
            self._not_found.pop(signal_id, None)

    def skew(self, url: str, seconds: float) -> None:
        """Keep how far the server's clock is ahead of ours [s]."""
        with self._lock:
            self._skew[url] = seconds

    def absorb(self, other: HealthReport) -> None:
        """Add what another call remarked."""
        with self._lock:
            self._not_found.update(other["not_found"])
        self.remark(other["findings"])

    def report(self) -> HealthReport:
        """Return everything as it is now.

        Returns
        -------
        HealthReport
            A copy.
        """
        now = time.monotonic()
        with self._lock:
            servers = {
                url: ServerHealth(
                    state=told["state"],
                    since_s=round(now - told["since_s"], 3),
                    error=told["error"],
                    skew_s=self._skew.get(url),
                )
                for url, told in self._servers.items()
            }
            away = any(told["state"] in {"down", "connecting", "refused"} for told in servers.values())
            seen = zip(self._names, self._seen.tolist(), strict=True)
            report: HealthReport = HealthReport(
                state="reconnecting" if self._state == "collecting" and away else self._state,
                error=self._error,
                servers=servers,
                **{name: self._counts[name] for name in _COUNTS},  # type: ignore[typeddict-item]  # each is a counter
                store_refuses=self._refuses,
                publishing_ms=copy.deepcopy(self._publishing),
                revised=copy.deepcopy(self._revised),
                not_found=dict(self._not_found),
                age_s={name: now - at for name, at in seen if at == at},  # noqa: PLR0124  NaN is unlike itself
                skew_s=max(self._skew.values(), key=abs, default=None),
                certificate_days=self.certificate_days,
                findings=copy.deepcopy(self._findings),
            )
        return report
