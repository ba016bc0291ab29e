"""One signal's readings as arrays, and what its raw values mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.plant_grammar import Signal
from smartfab.vocabulary import CATEGORIES

__all__ = [
    "Codes", "Floats", "Mask", "Raw", "Readings", "as_flag", "as_text", "by_place", "by_signal", "category", "kinds",
    "looked_up", "severity",
]  # fmt: skip

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Raw = tuple[float | None, str | None]
"""A raw value as number and as text; either may be absent."""


def severity(status: Codes) -> Codes:
    """Return what bits 31 and 30 of OPC UA status codes say.

    Parameters
    ----------
    status : ndarray of int64
        Status codes without sign.

    Returns
    -------
    ndarray of int64
        0 good, 1 uncertain, 2 bad, 3 reserved and to be read as bad.

    References
    ----------
    OPC 10000-4, 7.39 StatusCode.
    """
    return cast("Codes", status >> 30 & 3)


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of one signal in order of time, no two at one instant.

    Parameters
    ----------
    ts, server_ts : ndarray of int64
        Source and server time [us]; a missing server time is the smallest int64.
    value : ndarray of float64
        Number, in the signal's unit; NaN where there is none.
    text : Series of str
        Text; null where there is none.
    status : ndarray of int64
        OPC UA StatusCode without sign.
    """

    ts: clock.Micros
    value: Floats
    text: pd.Series
    status: Codes
    server_ts: clock.Micros

    @property
    def bad(self) -> Mask:
        """Where the status is bad."""
        return np.asarray(severity(self.status) >= 2)

    @property
    def uncertain(self) -> Mask:
        """Where the status is uncertain."""
        return np.asarray(severity(self.status) == 1)

    @property
    def null(self) -> Mask:
        """Where there is neither number nor text."""
        return np.isnan(self.value) & self.text.isna().to_numpy()

    def where(self, mask: Mask) -> Readings:
        """Return the readings marked.

        Parameters
        ----------
        mask : ndarray of bool
            One flag a reading.

        Returns
        -------
        Readings
            In the same order.
        """
        return Readings(self.ts[mask], self.value[mask], self.text[mask], self.status[mask], self.server_ts[mask])

    def in_effect(self, times: clock.Micros) -> Codes:
        """Return which reading holds at each time: the latest at or before it.

        Parameters
        ----------
        times : ndarray of int64
            Instants [us].

        Returns
        -------
        ndarray of int64
            Index of the reading, −1 before the first.
        """
        return np.searchsorted(self.ts, times, side="right") - 1


def instants(times: Sequence[clock.Micros]) -> clock.Micros:
    """Return every instant that occurs in any of several rising series, once, in order.

    Parameters
    ----------
    times : sequence of ndarray of int64
        At least one series [us].

    Returns
    -------
    ndarray of int64
        Instants [us].
    """
    if len(times) == 1:
        return times[0]
    merged = np.sort(np.concatenate(times), kind="stable")  # merges the runs it finds; np.unique would hash
    first = np.append(True, merged[1:] != merged[:-1])[: len(merged)]
    return np.asarray(merged[first])


def kinds(value: Floats, text: pd.Series) -> tuple[Codes, list[Raw]]:
    """Return the distinct raw values, so that each need be understood only once.

    Parameters
    ----------
    value : ndarray of float64
        Numbers, NaN where there is none.
    text : Series of str
        Texts of the same rows.

    Returns
    -------
    codes : ndarray of int64
        Which raw value each row holds.
    raws : list of Raw
        The raw values.
    """
    numbers, values = pd.factorize(value)
    words, texts = pd.factorize(text)
    codes, pairs = pd.factorize((numbers + 1) * (len(texts) + 1) + words + 1)
    split = (divmod(int(pair), len(texts) + 1) for pair in pairs)
    raws: list[Raw] = [
        (float(values[number - 1]) if number else None, str(texts[word - 1]) if word else None) for number, word in split
    ]
    return codes.astype(np.int64), raws


def by_signal(table: pd.DataFrame) -> dict[str, Readings]:
    """Return the readings of each signal of an ordered samples table.

    Parameters
    ----------
    table : DataFrame
        What `ordering.ordered` returned.

    Returns
    -------
    dict
        signal_id → Readings; the arrays are views of the table.
    """
    codes, names = pd.factorize(table["signal_id"])
    bounds = [0, *(np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist(), len(codes)] if len(codes) else [0]
    ts, server = clock.micros(table["ts"]), clock.micros(table["server_ts"])
    value, status, text = table["value"].to_numpy(), table["status"].to_numpy(), table["text"]
    return {
        str(name): Readings(ts[a:b], value[a:b], text.iloc[a:b], status[a:b], server[a:b])
        for name, (a, b) in zip(names, pairwise(bounds), strict=True)
    }


def by_place(names: Sequence[str | None], places: Codes) -> pd.Series:
    """Return the name at each place.

    Parameters
    ----------
    names : sequence of str or None
        Names.
    places : ndarray of int64
        Index into `names`; −1 is null.

    Returns
    -------
    Series of str
        With a fresh RangeIndex.
    """
    known = pd.Series([*names, None], dtype="str")
    return known.take(np.where(places < 0, len(names), places)).reset_index(drop=True)


def as_text(raw: Raw) -> str | None:
    """Return a raw value as text.

    Parameters
    ----------
    raw : Raw
        Number and text.

    Returns
    -------
    str or None
        The text, else the number, a whole one without its point; None for nothing and for empty text.
    """
    number, text = raw
    if text is not None or number is None:
        return text or None
    return str(int(number)) if number.is_integer() else repr(number)


def as_flag(raw: Raw) -> bool | None:
    """Return whether a flag is up.

    Parameters
    ----------
    raw : Raw
        Number and text.

    Returns
    -------
    bool or None
        True for a number that is not 0, or text other than ``""``, ``"0"`` and ``"false"``; None for nothing.
    """
    number, text = raw
    if number is not None:
        return number != 0
    return None if text is None else text.strip().lower() not in {"", "0", "false"}


def category(signal: Signal, raw: Raw) -> str | None:
    """Return the state a raw value means.

    Parameters
    ----------
    signal : Signal
        A state tag; a key of its map is met by an equal number (``true`` and ``false`` are 1 and 0) or by equal text.
    raw : Raw
        Number and text; the number is looked up first.

    Returns
    -------
    str or None
        One of `vocabulary.CATEGORIES`: the map's word, or the text itself where it is one. None: not mapped.
    """
    found = looked_up(signal.state_map, raw)
    return found if found is not None else raw[1] if raw[1] in CATEGORIES else None


def looked_up(told: Mapping[str, str], raw: Raw) -> str | None:
    """Return what a map gives for a raw value.

    Parameters
    ----------
    told : mapping
        Number or text → word; a key is met by an equal number (``true`` and ``false`` are 1 and 0) or by equal text.
    raw : Raw
        Number and text; the number is looked up first.

    Returns
    -------
    str or None
        None: not mapped.
    """
    number, text = raw
    if number is not None:
        for key, word in told.items():
            if _number(key) == number:
                return word
    return told.get(text) if text is not None else None


def _number(key: str) -> float | None:
    if key.lower() in {"true", "false"}:
        return float(key.lower() == "true")
    try:
        return float(key)
    except ValueError:
        return None
