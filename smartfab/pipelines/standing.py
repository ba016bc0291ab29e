"""How a store stands: are values coming in, do they reach the store, were the figures computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from smartfab.pipelines.health_files import read_health
from smartfab.pipelines.run_records import read_record, recorded_days
from smartfab.store import Store
from smartfab.store.journals import Glance, glances
from smartfab.store.quarantine import waiting

STALE_S = 600.0
"""A line whose last sign of life is older than this is not being collected [s]."""

CERTIFICATE_DAYS = 30
"""A certificate that ends sooner is a warning [d]."""

_SKEW_S = 300.0


@dataclass
class Standing:
    """What `status` found.

    Attributes
    ----------
    lines : dict of str to dict
        By line: collecting, alive_s, last_value_s [s], gaps_today [1], waiting_rows [1], journal_bytes [B], oldest_s [s],
        quarantined [1], certificate_days [d], skew_s [s], error.
    last_daily : dict or None
        The last production date that was computed: day, at, failed.
    warnings : list of str
        What somebody should look at.
    down : list of str
        Lines from which nothing comes.
    quarantined : int
        Bad rows that are aside [1].
    """

    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    last_daily: dict[str, Any] | None = None
    warnings: list[str] = field(default_factory=list)
    down: list[str] = field(default_factory=list)
    quarantined: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {"lines": self.lines, "last_daily": self.last_daily, "warnings": self.warnings, "down": self.down,
                "quarantined": self.quarantined}  # fmt: skip


def status(store: Store, *, now: pd.Timestamp | None = None) -> Standing:
    """Return how a store stands; nothing is changed, and a collector at work is not disturbed.

    Parameters
    ----------
    store : Store
        The store.
    now : Timestamp, optional
        By whose clock; this machine's by default.

    Returns
    -------
    Standing
        Per line and in all.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    at = pd.Timestamp.now("UTC") if now is None else now
    standing = Standing()
    health, journals = read_health(store), {glance.name: glance for glance in glances(store.path)}
    for line_id in sorted({*health, *journals}):
        told = _line(store, at, health.get(line_id, {}), journals.get(line_id))
        standing.lines[line_id] = told
        _judge(standing, line_id, told)
    standing.quarantined = len(waiting(store.read("quarantine")))
    if standing.quarantined:
        standing.warnings.append(f"{standing.quarantined} bad rows are aside: smartfab quarantine ls")
    days = recorded_days(store)
    record = read_record(store, days[-1]) if days else None
    if record is not None:
        standing.last_daily = {"day": record.day, "at": record.at, "failed": record.failed}
        standing.warnings += [f"{record.day}: line {key} was not computed" for key in record.failed]
    return standing


def _line(store: Store, at: pd.Timestamp, health: dict[str, Any], journal: Glance | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "collecting": journal is not None and journal.owner is not None,
        "alive_s": _age(at, _latest(health.get("at"), None if journal is None else journal.alive_at)),
        "last_value_s": _age(at, None if journal is None else journal.last_value),
        "error": health.get("error"),
        "certificate_days": health.get("certificate_days"),
        "skew_s": health.get("skew_s"),
    }
    if journal is not None:
        told |= {
            "waiting_rows": journal.waiting.rows,
            "journal_bytes": journal.size,
            "oldest_s": _age(at, journal.waiting.oldest),
            "quarantined": journal.quarantined,
            "gaps_today": _gaps(store, at, journal.signals),
        }
    return told


def _gaps(store: Store, at: pd.Timestamp, signals: frozenset[str]) -> int:
    today = store.read("coverage", at.floor("D"), at.floor("D") + pd.Timedelta("1D"))
    return int(today["signal_id"].isin(signals).sum())


def _latest(*times: object) -> pd.Timestamp | None:
    return max((_stamp(time) for time in times if time), default=None)


def _age(at: pd.Timestamp, time: object) -> float | None:
    return None if time is None else round((at - _stamp(time)).total_seconds(), 3)


def _stamp(time: object) -> pd.Timestamp:
    """Return a time told as microseconds, as text, or as it is."""
    return pd.Timestamp(time, unit="us", tz="UTC") if isinstance(time, int) else pd.Timestamp(str(time))


def _judge(standing: Standing, line_id: str, told: dict[str, Any]) -> None:
    alive = told["alive_s"]
    if not told["collecting"] or alive is None or alive > STALE_S:
        standing.down.append(line_id)
    warn = {
        f"{told['error']}": told["error"] is not None,
        f"rows wait for the store since {told.get('oldest_s')} s": (told.get("oldest_s") or 0) > STALE_S,
        f"{told.get('quarantined')} batches set aside": bool(told.get("quarantined")),
        f"{told.get('gaps_today')} gaps today": bool(told.get("gaps_today")),
        f"the certificate ends in {told['certificate_days']} days": (
            told["certificate_days"] is not None and told["certificate_days"] < CERTIFICATE_DAYS
        ),
        f"the clocks differ by {told['skew_s']} s": abs(told["skew_s"] or 0) > _SKEW_S,
    }
    standing.warnings += [f"{line_id}: {sentence}" for sentence, holds in warn.items() if holds]
