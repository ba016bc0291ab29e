"""Remarks on data quality, kept with the table they are about.

A finding is a plain dict, so that it survives `concat`, JSON and a store: ``code`` (what), ``where`` (machine,
signal or column), ``count`` (how many rows), ``evidence`` (a few values, JSON-ready).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any, TypedDict

import numpy as np
import pandas as pd

__all__ = ["MOST", "Finding", "attach", "finding", "findings_of", "merged"]

MOST = 100
"""A table carries at most this many findings; what is beyond is counted in one called ``more_findings``."""

_MORE = "more_findings"


class Finding(TypedDict):
    """One remark: `code`, `where`, `count` rows, and `evidence`."""

    code: str
    where: str
    count: int
    evidence: dict[str, Any]


def finding(code: str, where: str = "", count: int = 1, **evidence: object) -> Finding:
    """Return a finding.

    Parameters
    ----------
    code : str
        What was seen, in snake_case, such as ``counter_reset``.
    where : str
        Machine, signal or column.
    count : int
        Number of rows concerned [1].
    **evidence : object
        A few telling values; times become ISO text, numbers stay numbers, what is missing becomes None.

    Returns
    -------
    Finding
        A JSON-ready dict.
    """
    return Finding(code=code, where=where, count=int(count), evidence={k: _plain(v) for k, v in evidence.items()})


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else value.item()
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (np.ndarray, pd.Series, pd.Index)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value[:10]]
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with equal code and place added up, the first evidence kept, most rows first.

    Parameters
    ----------
    findings : iterable of Finding
        In any number and order.

    Returns
    -------
    list of Finding
        At most `MOST` entries; what is beyond is counted in the last of them.
    """
    seen: dict[tuple[str, str], Finding] = {}
    for item in findings:
        key = (item["code"], item["where"])
        if key in seen:
            seen[key]["count"] += item["count"]
        else:
            seen[key] = Finding(**{**item, "evidence": dict(item["evidence"])})
    folded = seen.pop((_MORE, ""), None)
    ordered = sorted(seen.values(), key=lambda item: (-item["count"], item["code"], item["where"]))
    if folded is None and len(ordered) <= MOST:
        return ordered
    rest = ordered[MOST - 1 :]
    beyond = sum(item["count"] for item in rest) + (folded["count"] if folded else 0)
    return [*ordered[: MOST - 1], finding(_MORE, count=beyond)]


def attach(table: pd.DataFrame, *findings: Iterable[Finding]) -> pd.DataFrame:
    """Keep findings with a table, in ``table.attrs["findings"]``, and return the table.

    Parameters
    ----------
    table : DataFrame
        Changed in place: only its attrs.
    *findings : iterables of Finding
        Merged with what the table already carries.

    Returns
    -------
    DataFrame
        The same object.
    """
    everything = [*table.attrs.get("findings", []), *(item for group in findings for item in group)]
    table.attrs["findings"] = merged(everything)
    return table


def findings_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the findings a table carries, one a row.

    Parameters
    ----------
    table : DataFrame
        Any table returned by smartfab.

    Returns
    -------
    DataFrame
        Columns code, where, count [1], evidence (dict); empty when there is nothing to remark.

    Examples
    --------
    >>> import smartfab as sf
    >>> kpis = sf.oee.from_totals(planned_s=60, run_s=30, ideal_cycle_s=2, total=20, good=20)
    >>> sf.findings_of(kpis)["code"].tolist()
    ['performance_above_one', 'stops_not_divided']
    """
    return pd.DataFrame(table.attrs.get("findings", []), columns=["code", "where", "count", "evidence"])
