"""The gap that is still open: nobody knows what a line does after its collector was last heard.

A collector writes down a gap when it hears a server again. Until then the gap has a beginning and no row in table `coverage`;
without it the last state would go on for ever, and a line whose collector died would run at full coverage.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from smartfab.findings import Finding, finding
from smartfab.plant import Plant
from smartfab.tables import empty

QUIET = pd.Timedelta(1, "min")
"""A collector that was heard so shortly before the end is taken to be at work."""


def still_open(
    store: object, plant: Plant, samples: pd.DataFrame, end: pd.Timestamp, until: pd.Timestamp
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the gap of each machine whose collector was not heard up to the end of a window.

    Parameters
    ----------
    store : Store
        Knows when collectors and servers were last heard; one that keeps no journals tells nothing, and leaves no gap.
    plant : Plant
        Which machine stands at which server.
    samples : DataFrame
        Table `samples` up to `until`: a value is a sign of life, whatever the collector's clock says.
    end : Timestamp
        Of the window.
    until : Timestamp
        How far after it was read.

    Returns
    -------
    (DataFrame, list of Finding)
        Table `coverage`, its gaps up to `until`; a finding not_heard_since a line.
    """
    heard_at = getattr(store, "heard", None)
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    newest = samples.groupby("signal_id", observed=True)["ts"].max() if len(samples) else pd.Series(dtype=samples["ts"].dtype)
    if heard_at is None:
        return empty("coverage"), findings
    for line in plant.lines:
        of_server: dict[str | None, list[str]] = {}
        for machine in line.machines:
            named = [f"{machine.id}/{name}" for name, signal in machine.signals.items() if signal.on_server]
            of_server.setdefault(machine.endpoint or line.endpoint, []).extend(named)
        for server, signals in of_server.items():
            heard = heard_at(line.id, server)
            if heard is None:
                continue
            since = max([heard, *newest[newest.index.isin(signals)]])
            if end - since > QUIET:
                rows += [{"signal_id": name, "start": since, "end": until, "cause": "not heard"} for name in signals]
                findings.append(finding("not_heard_since", line.id, at=since.isoformat()))
    gaps = pd.concat([empty("coverage"), pd.DataFrame(rows)], ignore_index=True) if rows else empty("coverage")
    return gaps, findings
