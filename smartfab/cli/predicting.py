"""The demo's defect prediction: collected samples → a classifier tested forward in time, beside the true cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import pandas as pd

if TYPE_CHECKING:
    from smartfab.defects.evaluation import Evaluation
    from smartfab.simulation import SimulatedLine
    from smartfab.store import Store

_WINDOWS, _STATISTICS = ["60s"], ["last", "mean", "min"]
"""A day holds few defects to learn from: so few columns."""


class Defects(TypedDict):
    """How decisions on parts not seen before agree with inspection; false alarm rate and share of defects [1]."""

    mcc: float
    far: float
    base_rate: float


@dataclass(frozen=True)
class Prediction:
    """The figures and all that they were read from; what the scores rest on most, and what truly caused the defects."""

    defects: Defects
    foremost: str
    cause: str
    told: Evaluation
    informed: dict[str, float]
    """Figures of deciding by the cause alone, which only the simulator knows: no model can be expected to do better [1]."""


def predict(sim: SimulatedLine, store: Store) -> Prediction | None:
    """Return how well the defects of a line's first machine are told from its collected samples.

    Parameters
    ----------
    sim : SimulatedLine
        Gives the parts with their inspection, and the truth.
    store : Store
        Holds the samples.

    Returns
    -------
    Prediction or None
        None where there are not enough parts and defects to learn from.
    """
    from smartfab.defects import DefectClassifier, LineSplit, evaluate
    from smartfab.errors import InsufficientDataError
    from smartfab.features import WindowFeatures

    truth = sim.truth.defect_cause
    parts = sim.parts[sim.parts["machine_id"] == truth["machine_id"]]
    windows = WindowFeatures(windows=_WINDOWS, stats=_STATISTICS)
    rows, labels, meta = windows.build(store.read("samples"), parts, sim.data.states)
    try:
        told = evaluate(DefectClassifier(), rows, labels, meta, LineSplit(n_splits=3))
    except InsufficientDataError:
        return None
    figures = told.metrics.loc["model"].to_dict()
    defects = Defects(mcc=float(figures["mcc"]), far=float(figures["far"]), base_rate=float(figures["base_rate"]))
    return Prediction(
        defects, str(told.contributions["signal"].iloc[0]), truth["signal_id"], told, _informed(told, rows, meta, truth)
    )


def _informed(told: Evaluation, rows: pd.DataFrame, meta: pd.DataFrame, truth: Mapping[str, Any]) -> dict[str, float]:
    """Hold each tested part whose newest value of the true signal is beyond where the risk begins."""
    from smartfab.defects.prediction_scores import confusion

    newest = pd.Series(rows[f"{truth['signal_id']}_last_{_WINDOWS[0]}"].to_numpy(), index=meta["part_id"])
    values = newest.loc[told.timeline["part_id"]].to_numpy()
    held = values < truth["threshold"] if truth["direction"] == "below" else values > truth["threshold"]
    return confusion(told.timeline["defect"].to_numpy(dtype=bool), held)
