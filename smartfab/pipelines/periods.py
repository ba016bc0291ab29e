"""A month is provisional until somebody closes it; from then on its figures stay, whatever data come."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smartfab.errors import StoreError, TimeError
from smartfab.pipelines.pinned_store import INPUTS
from smartfab.store import Store
from smartfab.store.durability import replace_file

_FIGURES = ("states", "counts", "shifts", "account", "oee", "predictions")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Period:
    """A month and what became of it.

    Attributes
    ----------
    month : str
        Such as 2026-03.
    closed : bool
        Its figures are final.
    at, by : str or None
        When and by whom it was last closed or reopened; None if never.
    versions : dict of str to int
        Of the tables of figures when it was closed: read them with ``as_of`` [1].
    inputs : dict of str to int
        Of the tables the figures are made from, likewise [1].
    """

    month: str
    closed: bool
    at: str | None
    by: str | None
    versions: dict[str, int]
    inputs: dict[str, int] = field(default_factory=dict)

    def label(self, lang: str = "vi") -> str:
        """Return how a report calls it.

        Parameters
        ----------
        lang : str
            vi or en.

        Returns
        -------
        str
            "đã chốt" or "tạm tính"; "closed" or "provisional".
        """
        if lang == "en":
            return "closed" if self.closed else "provisional"
        return "đã chốt" if self.closed else "tạm tính"


def period(store: Store, month: str) -> Period:
    """Return how a month stands.

    Parameters
    ----------
    store : Store
        The store.
    month : str
        Such as 2026-03.

    Returns
    -------
    Period
        Provisional if nobody ever closed it.

    Raises
    ------
    TimeError
        If it is no month.
    StoreError
        If the record cannot be read.
    """
    steps = [step for step in _steps(store) if step["month"] == _month(month)]
    if not steps:
        return Period(month, closed=False, at=None, by=None, versions={})
    return _as_period(steps[-1])


def last_close(store: Store, month: str) -> Period | None:
    """Return how a month stood when it was last closed, also if it was reopened since.

    Parameters
    ----------
    store : Store
        The store.
    month : str
        Such as 2026-03.

    Returns
    -------
    Period or None
        None if nobody ever closed it.

    Raises
    ------
    TimeError
        If it is no month.
    StoreError
        If the record cannot be read.
    """
    steps = [step for step in _steps(store) if step["month"] == _month(month) and step["action"] == "close"]
    return _as_period(steps[-1]) if steps else None


def _as_period(step: dict[str, Any]) -> Period:
    closed = step["action"] == "close"
    return Period(step["month"], closed, step["at"], step["by"], step["versions"], step.get("inputs", {}))


def close_period(store: Store, month: str, *, by: str | None = None) -> Period:
    """Make the figures of a month final.

    Parameters
    ----------
    store : Store
        The store.
    month : str
        Such as 2026-03: its production dates.
    by : str, optional
        Who closes it; the user of this process by default.

    Returns
    -------
    Period
        Closed; closing it again changes nothing.

    Raises
    ------
    TimeError
        If it is no month.
    StoreError
        If the disk refuses.
    """
    return _step(store, month, "close", by)


def reopen_period(store: Store, month: str, *, by: str | None = None) -> Period:
    """Let a month's figures change again.

    Parameters
    ----------
    store : Store
        The store.
    month : str
        Such as 2026-03.
    by : str, optional
        Who reopens it; the user of this process by default.

    Returns
    -------
    Period
        Provisional; what was closed stays readable at its ``versions``.

    Raises
    ------
    TimeError
        If it is no month.
    StoreError
        If the disk refuses.
    """
    return _step(store, month, "reopen", by)


def is_closed(store: Store, day: dt.date) -> bool:
    """Return whether the month of a production date is closed.

    Parameters
    ----------
    store : Store
        The store.
    day : date
        The production date.

    Returns
    -------
    bool
        True if its figures are final.
    """
    return period(store, f"{day:%Y-%m}").closed


def _step(store: Store, month: str, action: str, by: str | None) -> Period:
    now = period(store, month)
    if now.closed == (action == "close"):
        return now
    versions, inputs = _versions(store, _FIGURES), _versions(store, INPUTS)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    step = {"month": month, "action": action, "at": at, "by": by or getpass.getuser(), "versions": versions, "inputs": inputs}
    steps = [*_steps(store), step]
    path = _path(store)
    try:
        replace_file(path, "".join(json.dumps(step, ensure_ascii=False) + "\n" for step in steps))
    except OSError as error:
        raise StoreError(str(error), where=str(path), remedy="Make room, or allow writing there.") from error
    return period(store, month)


def _versions(store: Store, tables: Iterable[str]) -> dict[str, int]:
    return {table: version for table in tables if (version := store.version(table)) >= 0}


def _path(store: Store) -> Path:
    return store.path / "_periods.jsonl"


def _steps(store: Store) -> list[dict[str, Any]]:
    path = _path(store)
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise StoreError(str(error), where=str(path), remedy="Restore this file from a copy of the store.") from error


def _month(month: str) -> str:
    if not isinstance(month, str) or not _MONTH.fullmatch(month):
        raise TimeError(f"{month!r}", where="month", expected="a month such as 2026-03")
    return month
