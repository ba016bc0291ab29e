"""What a job did: the dates asked for, what changed, what failed and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from smartfab.findings import Finding


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
        Parts that could not be computed, by key "line date", and tables of a part that could not be made, by key "line date
        table", with the reason; their earlier rows stay.
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
