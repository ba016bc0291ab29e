"""A row that cannot be used, with what it said, why, and where it came from: kept aside instead of stopping all others."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pandas as pd

from smartfab.errors import SmartfabError

OnBad: TypeAlias = Literal["raise", "quarantine"]
"""What happens to a bad row: its error is raised and nothing goes on, or it is put aside and the others go on."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be used.

    Attributes
    ----------
    table : str
        Table it was meant for.
    raw : str
        What it said, as a JSON object: column or header → value.
    reason : str
        Why it cannot be used.
    source : str
        Where it came from, such as "ca1.csv, row 7".
    """

    table: str
    raw: str
    reason: str
    source: str


@runtime_checkable
class Quarantine(Protocol):
    """A store that may keep bad rows aside, such as ``store.bearing("quarantine")``."""

    on_bad: OnBad

    def put_aside(self, bad: Sequence[BadRow]) -> int:
        """Keep bad rows, each once.

        Parameters
        ----------
        bad : sequence of BadRow
            Any number.

        Returns
        -------
        int
            Rows that are new there [1].

        Raises
        ------
        StoreError
            If they were not kept.
        """
        ...

    def sift(self, table: str, frame: pd.DataFrame, *, source: str) -> tuple[pd.DataFrame, int]:
        """Put the bad rows of a frame aside.

        Parameters
        ----------
        table : str
            A table of the vocabulary.
        frame : DataFrame
            Its rows.
        source : str
            Where they come from; the place of the row is added.

        Returns
        -------
        DataFrame
            The good rows, in their order.
        int
            Rows that are new aside [1].

        Raises
        ------
        SchemaMismatchError
            If the frame as a whole does not fit.
        StoreError
            If they were not kept.
        """
        ...


def puts_aside(on_bad: OnBad) -> bool:
    """Return whether bad rows are put aside.

    Parameters
    ----------
    on_bad : {"raise", "quarantine"}
        What was asked for.

    Returns
    -------
    bool
        True for "quarantine".

    Raises
    ------
    SmartfabError
        If it is neither.
    """
    if on_bad not in ("raise", "quarantine"):
        raise SmartfabError(repr(on_bad), where="on_bad", expected='"raise" or "quarantine"', remedy="Use one of these.")
    return on_bad == "quarantine"


def raw_text(said: Mapping[str, object]) -> str:
    """Return what a row said as a JSON object; what is not there is left out.

    Parameters
    ----------
    said : mapping
        Column or header → value; times become ISO text, what is not finite its name.

    Returns
    -------
    str
        The same text for the same row.
    """
    plain = {str(name): _plain(value) for name, value in said.items()}
    return json.dumps({name: value for name, value in plain.items() if value is not None}, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float) and np.isinf(value):
        return str(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return value if isinstance(value, (int, float, bool)) else str(value)
