"""How collecting goes, readable from any thread while it runs."""

from __future__ import annotations

import copy
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, TypedDict

from smartfab.findings import Finding, finding, merged

State = Literal["idle", "connecting", "collecting", "stopping", "stopped", "failed"]


class Revised(TypedDict):
    """What was asked for one signal, and what the server made of it."""

    sampling_ms: tuple[float, float]
    queue: tuple[int, int]


class HealthReport(TypedDict):
    """How collecting goes, as a JSON-ready dict.

    `state`: idle, connecting, collecting (everything there is to watch is watched), stopping, stopped, or failed and
    then with `error`. Values `received` and `appended`, and the `batches` they were appended in [1]; notifications
    `waiting` for the store, `acknowledged`, and received as `duplicates` [1]; `overflows` of queues on the servers [1].
    What the servers made of our wishes: `publishing_ms` by server and `revised` by signal, each as (asked, given) [ms].
    Signals `not_found`, with the reason; `age_s`: time since each signal's last value came [s]; `skew_s`: how far each
    server's clock is ahead of ours [s]; and `findings`.
    """

    state: State
    error: str | None
    received: int
    appended: int
    batches: int
    waiting: int
    acknowledged: int
    duplicates: int
    overflows: int
    publishing_ms: dict[str, list[tuple[float, float]]]
    revised: dict[str, Revised]
    not_found: dict[str, str]
    age_s: dict[str, float]
    skew_s: dict[str, float]
    findings: list[Finding]


class Health:
    """Counters and remarks of one run; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._state: State = "idle"
        self._error: str | None = None
        self._counts: Counter[str] = Counter()
        self._publishing: dict[str, list[tuple[float, float]]] = {}
        self._revised: dict[str, Revised] = {}
        self._not_found: dict[str, str] = {}
        self._seen: dict[str, float] = {}
        self._skew: dict[str, float] = {}
        self._findings: list[Finding] = []

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

    def received(self, signal_ids: Iterable[str]) -> None:
        """Take note of values that came just now, one entry a value."""
        now, numbers = time.monotonic(), Counter(signal_ids)
        with self._lock:
            self._counts["received"] += numbers.total()
            self._seen.update(dict.fromkeys(numbers, now))

    def publishing(self, url: str, asked_ms: float, given_ms: float) -> None:
        """Keep the publishing interval asked for and the one given [ms]."""
        with self._lock:
            self._publishing.setdefault(url, []).append((asked_ms, given_ms))

    def revised(self, signal_id: str, revised: Revised) -> None:
        """Keep what the server made of one signal's wishes."""
        with self._lock:
            self._revised[signal_id] = revised

    def not_found(self, reasons: Mapping[str, str]) -> None:
        """Keep the signals that cannot be read, with the reason of each, and remark on them."""
        with self._lock:
            self._not_found.update(reasons)
        self.remark(finding("signal_not_found", signal_id, reason=reason) for signal_id, reason in reasons.items())

    def skew(self, url: str, seconds: float) -> None:
        """Keep how far the server's clock is ahead of ours [s]."""
        with self._lock:
            self._skew[url] = seconds

    def absorb(self, other: HealthReport) -> None:
        """Add what another call remarked."""
        with self._lock:
            self._not_found.update(other["not_found"])
            self._skew.update(other["skew_s"])
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
            return HealthReport(
                state=self._state,
                error=self._error,
                received=self._counts["received"],
                appended=self._counts["appended"],
                batches=self._counts["batches"],
                waiting=self._counts["waiting"],
                acknowledged=self._counts["acknowledged"],
                duplicates=self._counts["duplicates"],
                overflows=self._counts["overflows"],
                publishing_ms=copy.deepcopy(self._publishing),
                revised=copy.deepcopy(self._revised),
                not_found=dict(self._not_found),
                age_s={signal_id: now - seen for signal_id, seen in self._seen.items()},
                skew_s=dict(self._skew),
                findings=copy.deepcopy(self._findings),
            )
