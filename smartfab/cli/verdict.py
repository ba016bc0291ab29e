"""What was collected and computed, held against what is known to be true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from smartfab.plant import Plant

_KEY = ["signal_id", "ts", "value", "text"]


class Collected(TypedDict):
    """Samples in the store against samples served [1]."""

    samples: int
    truth: int
    lost: int
    duplicated: int


class MachineOee(TypedDict):
    """OEE of a machine as computed and as it was [1]."""

    machine_id: str
    value: float | None
    truth: float | None
    abs_error: float | None


class LineOee(TypedDict):
    """OEE of the line and its machines as computed and as it was [1]."""

    value: float | None
    truth: float | None
    abs_error: float | None
    machines: list[MachineOee]


@dataclass(frozen=True)
class Figures:
    """What a demo found out of the line it collected: table `oee` by machine and by shift, over a half-open window."""

    plant: Plant
    collect: Collected
    oee: LineOee
    machines: pd.DataFrame
    shifts: pd.DataFrame
    window: tuple[pd.Timestamp, pd.Timestamp]


def collected(stored: pd.DataFrame, played: pd.DataFrame) -> Collected:
    """Return how the samples of a store compare with those served.

    A sample is the same if signal, time, value and text are; a sample that arrived changed counts as one lost and one
    duplicated.

    Parameters
    ----------
    stored, played : DataFrame
        Table `samples`.

    Returns
    -------
    Collected
        Numbers of samples [1].
    """
    have, want = _numbers(stored), _numbers(played)
    both = have.index.union(want.index)
    more = have.reindex(both, fill_value=0) - want.reindex(both, fill_value=0)
    return Collected(
        samples=len(stored), truth=len(played), lost=int(-more[more < 0].sum()), duplicated=int(more[more > 0].sum())
    )


def _numbers(samples: pd.DataFrame) -> pd.Series:
    """Count equal samples; what is missing is equal to what is missing."""
    frame = samples[_KEY].copy()
    frame["signal_id"] = frame["signal_id"].astype("str")
    frame["missing"] = frame["value"].isna()
    frame["value"] = frame["value"].fillna(0.0)
    frame["silent"] = frame["text"].isna()
    frame["text"] = frame["text"].astype("str").fillna("")
    return frame.groupby([*_KEY, "missing", "silent"], observed=True).size()


def line_oee(value: float, truth: float, machines: pd.DataFrame, true_machines: pd.DataFrame) -> LineOee:
    """Return the OEE of a line and its machines beside the truth.

    Parameters
    ----------
    value, truth : float
        OEE of the line [1].
    machines, true_machines : DataFrame
        machine_id and oee [1].

    Returns
    -------
    LineOee
        What cannot be computed is null.
    """
    computed = machines.set_index("machine_id")["oee"]
    rows = [
        MachineOee(machine_id=str(name), **_pair(float(computed.get(name, np.nan)), float(true)))
        for name, true in true_machines[["machine_id", "oee"]].itertuples(index=False)
    ]
    return LineOee(**_pair(value, truth), machines=rows)


class _Pair(TypedDict):
    value: float | None
    truth: float | None
    abs_error: float | None


def _pair(value: float, truth: float) -> _Pair:
    return _Pair(value=_known(value), truth=_known(truth), abs_error=_known(abs(value - truth)))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
