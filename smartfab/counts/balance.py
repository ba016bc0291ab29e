"""total = good + scrap + rework, where not all of them are counted."""

from __future__ import annotations

import numpy as np

from smartfab.findings import Finding, finding
from smartfab.signals.readings import Floats

__all__ = ["balanced"]


def balanced(machine_id: str, counted: dict[str, Floats]) -> tuple[dict[str, Floats], list[Finding]]:
    """Return all four quantities of a machine's count rows from those that are counted.

    Good or scrap that is not counted is what the total leaves. Without a total, scrap that is not counted is 0; rework
    that is not counted is 0. What nothing tells is NaN. Each of these is a finding, except no rework.

    Parameters
    ----------
    machine_id : str
        For the findings.
    counted : dict
        At least one of total, good, scrap and rework → increments [1].

    Returns
    -------
    pieces : dict
        total, good, scrap, rework [1].
    findings : list of Finding
        What was taken for granted, and where counters contradict each other.
    """
    total, good, scrap = counted.get("total"), counted.get("good"), counted.get("scrap")
    rows = len(next(iter(counted.values())))
    nothing, unknown = np.zeros(rows), np.full(rows, np.nan)
    rework = counted.get("rework", nothing)
    findings: list[Finding] = []
    if total is None:
        if good is None:
            total, good, scrap = unknown, unknown, unknown if scrap is None else scrap
            findings.append(finding("good_not_counted", machine_id, rows))
        else:
            if scrap is None:
                scrap = nothing
                findings.append(finding("scrap_not_counted", machine_id, rows, taken_as=0))
            total = good + scrap + rework
    elif good is None:
        if scrap is None:
            good, scrap, rework = unknown, unknown, counted.get("rework", unknown)
            findings.append(finding("quality_not_counted", machine_id, rows))
        else:
            good = total - scrap - rework
            findings += _negative(machine_id, "good", good)
    elif scrap is None:
        scrap = total - good - rework
        findings += _negative(machine_id, "scrap", scrap)
    elif (both := (float(total.sum()), float((good + scrap + rework).sum())))[0] != both[1]:
        findings.append(finding("counters_disagree", machine_id, rows, total=both[0], good_scrap_rework=both[1]))
    return {"total": total, "good": good, "scrap": scrap, "rework": rework}, findings


def _negative(machine_id: str, quantity: str, pieces: Floats) -> list[Finding]:
    """Counters read at different instants: a row below zero is made good by a later one."""
    below = int((pieces < 0).sum())
    return [finding("negative_pieces", machine_id, below, quantity=quantity)] if below else []
