"""`OnlineScorer`: a saved model at the line; samples come in as they come, parts are asked about one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import pandas as pd

from smartfab import clock
from smartfab.defects.classification import DefectClassifier
from smartfab.defects.scored_parts import part_scores
from smartfab.errors import TableError
from smartfab.features import WindowFeatures
from smartfab.tables import conform

_KEEP = "24h"


class Prediction(TypedDict):
    """A row of table `predictions`."""

    part_id: str
    machine_id: str
    score: float
    decision: bool
    model_id: str
    cutoff: pd.Timestamp
    coverage: float
    reason: str | None


class OnlineScorer:
    """Score parts as they leave the machine, by the same windows as in training: batch and online give the same bits.

    A part without any sample, with a feature outside all the model was fitted on, or without a value of a signal no part lacked
    then, gets no score: it is held, and the reason says why.

    Parameters
    ----------
    model : DefectClassifier
        Fitted on a DataFrame of the features `win` makes.
    win : WindowFeatures
        What makes them.
    keep : str or number
        How long samples and parts are remembered, at least the longest window [s].

    Raises
    ------
    TableError
        If the model is another, or was not fitted on named features.

    Examples
    --------
    >>> import smartfab as sf
    >>> sim = sf.simulation.line(days=0.5, seed=1, machines=1)
    >>> win = sf.features.WindowFeatures(windows=["60s"], stats=["mean"])
    >>> X, y, meta = win.build(sim.samples, sim.parts)
    >>> scorer = sf.defects.OnlineScorer(sf.defects.DefectClassifier().fit(X, y), win)
    >>> scorer.push(sim.samples)
    >>> sorted(scorer.part(sim.parts.iloc[50]))
    ['coverage', 'cutoff', 'decision', 'machine_id', 'model_id', 'part_id', 'reason', 'score']
    """

    def __init__(self, model: DefectClassifier, win: WindowFeatures, *, keep: str | float = _KEEP) -> None:
        if not isinstance(model, DefectClassifier) or not hasattr(model, "feature_names_in_"):
            raise TableError(
                type(model).__name__, where="model", expected="a DefectClassifier fitted on a DataFrame of features"
            )
        if not isinstance(win, WindowFeatures):
            raise TableError(type(win).__name__, where="win", expected="the WindowFeatures that made its features")
        self._model, self._win = model, win
        self._keep = max(clock.duration(keep, what="keep"), *(clock.duration(w, what="windows") for w in win.windows))
        self._samples: list[pd.DataFrame] = []
        self._states: list[pd.DataFrame] = []
        self._parts: list[pd.DataFrame] = []

    def push(self, samples: pd.DataFrame, states: pd.DataFrame | None = None) -> None:
        """Take in samples, and states where windows are gated by them; in any order, late ones too.

        Parameters
        ----------
        samples : DataFrame
            Table `samples`.
        states : DataFrame, optional
            Table `states`.

        Raises
        ------
        TableError
            If a table is not in order; then nothing is taken in.
        """
        read = conform(samples, "samples")
        known = None if states is None else conform(states, "states")
        self._samples = self._recent([*self._samples, read])
        if known is not None:
            self._states.append(known)

    def part(self, row: pd.Series | Mapping[str, Any]) -> Prediction:
        """Return the prediction of one part, from what was pushed so far.

        Parameters
        ----------
        row : Series or mapping
            A row of table `parts`; its label is not looked at. Rows of earlier stations, asked about before, tell where it
            comes from.

        Returns
        -------
        Prediction
            Row of table `predictions`; score NaN and decision True where the model must not be trusted.

        Raises
        ------
        TableError
            If the row is not in order.
        """
        fields = {name: value for name, value in dict(row).items() if name not in {"label", "defect_code", "known_at"}}
        asked = conform(pd.DataFrame([fields]), "parts", need=("part_id", "machine_id", self._win.anchor))
        table = pd.concat([*self._parts, asked], ignore_index=True)
        self._parts.append(asked)
        self._forget_parts()
        samples = pd.concat(self._samples, ignore_index=True) if self._samples else _NO_SAMPLES
        states = pd.concat(self._states, ignore_index=True) if self._states else None
        made, meta = self._win.transform(samples, table, states)
        return self._told(made.iloc[[-1]], meta.iloc[[-1]])

    def _told(self, made: pd.DataFrame, meta: pd.DataFrame) -> Prediction:
        told = part_scores(self._model, made, meta).iloc[0]
        return Prediction(
            part_id=str(told["part_id"]), machine_id=str(told["machine_id"]), score=float(told["score"]),
            decision=bool(told["decision"]), model_id=str(told["model_id"]), cutoff=told["cutoff"],
            coverage=float(told["coverage"]), reason=None if pd.isna(told["reason"]) else str(told["reason"]),
        )  # fmt: skip

    def _recent(self, chunks: list[pd.DataFrame]) -> list[pd.DataFrame]:
        newest = max((chunk["ts"].max() for chunk in chunks if len(chunk)), default=None)
        if newest is None:
            return []
        if len(chunks) > 1 and sum(len(chunk) for chunk in chunks[1:]) > len(chunks[0]):
            chunks = [pd.concat(chunks, ignore_index=True)]  # each sample is moved a few times, not at every push
            chunks = [chunks[0][chunks[0]["ts"] > newest - pd.Timedelta(self._keep, unit="us")]]
        return chunks

    def _forget_parts(self) -> None:
        if len(self._parts) > 1000:
            whole = pd.concat(self._parts, ignore_index=True)
            newest = whole[self._win.anchor].max()
            self._parts = [whole[whole[self._win.anchor] > newest - pd.Timedelta(self._keep, unit="us")]]


_NO_SAMPLES = pd.DataFrame(
    {"signal_id": pd.Series(dtype="str"), "ts": pd.Series(dtype=clock.UTC_DTYPE), "value": pd.Series(dtype="float64")}
)
