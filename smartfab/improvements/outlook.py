"""The days after a change as they can be foreseen, and what each design would tell on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from smartfab.improvements.comparison import compared, own_series
from smartfab.improvements.gates import LEAST, LEAST_BLOCKS
from smartfab.improvements.moments import first_day, period_of
from smartfab.improvements.noise_grid import Array
from smartfab.improvements.prediction import Baseline, Noise, Prediction, future_periods, noise_of, predicted
from smartfab.improvements.study import Study
from smartfab.improvements.switchback import randomised_pairs

_LENGTHS = (14, 21, 30, 45, 60, 90, 120, 180)
_LONGER = (14, 30, 60, 90, 120, 180)
_WORTHWHILE = 0.9


def baseline_of(study: Study, controls: Mapping[int, Array]) -> Baseline | None:
    """Return the series before the change, alone or beside controls; None where there is too little to predict from.

    Parameters
    ----------
    study : Study
        Ready.
    controls : mapping
        Row of the panel → adjusted figures; empty for the unit alone.

    Returns
    -------
    Baseline or None
        With what is held constant.
    """
    panel, series = study.panel, own_series(study.panel)
    if controls:
        series = compared(panel, series, dict(controls))
    used = study.used & series.used & panel.baseline
    if int(used.sum()) - np.linalg.matrix_rank(study.columns[used]) < 4:
        return None
    white = series.white[used]
    return Baseline(panel.period[used], series.y[used], white / white.mean(), study.columns[used], study.request.grain)


@dataclass(frozen=True)
class Outlook:
    """The baseline of a study, the same beside controls where it has none of its own, and the days that follow."""

    study: Study
    baseline: Baseline
    beside: Study | None
    begin: int
    report_days: int
    random_state: int

    def future(self, days: int) -> npt.NDArray[np.int64]:
        """The periods of so many days after the change on which the unit will work."""
        grain = self.study.request.grain
        first = int(first_day(np.array([self.begin], dtype=np.int64), grain)[0])
        end = int(period_of(np.array([first + days - 1], dtype=np.int64), grain)[0]) + 1
        return future_periods(self.baseline, self.begin, end)

    @property
    def blocks(self) -> tuple[tuple[str, bool], ...]:
        """The schedule of a switchback; empty for other methods."""
        if self.study.method != "switchback":
            return ()
        return randomised_pairs(self.future(self.report_days), self.random_state)

    def feasible(self) -> bool:
        """Whether the gates that can be judged before the change will be passed."""
        least = LEAST[self.study.request.grain == "D"]
        coming = len(self.future(self.report_days))
        enough = len(self.blocks) >= 2 * LEAST_BLOCKS if self.study.method == "switchback" else coming >= least[1]
        known = all(gate.passed for gate in self.study.gates if gate.name == "known_before")
        return enough and known and len(self.baseline.period) >= least[0]

    def now(self) -> Prediction | None:
        """What the plan as it is will tell."""
        return self.switched if self.study.method == "switchback" else self.steps.get(self.report_days)

    @cached_property
    def noise(self) -> Noise:
        """Of the baseline."""
        return noise_of(self.baseline)

    @cached_property
    def steps(self) -> dict[int, Prediction]:
        """A step read for so many days, for all lengths that are asked for."""
        return self._steps(self.baseline, self.noise, {self.report_days, *_LENGTHS, *self._longer_lengths})

    def _steps(self, baseline: Baseline, noise: Noise, lengths: set[int]) -> dict[int, Prediction]:
        periods = {days: len(self.future(days)) for days in sorted(lengths)}
        cuts = sorted({count for count in periods.values() if count > 0})
        future = self.future(max(lengths))
        found = predicted(baseline, noise, future, np.ones(len(future)), cuts, self.study.request.level)
        by_count = dict(zip(cuts, found, strict=True))
        return {days: by_count[count] for days, count in periods.items() if count > 0}

    @cached_property
    def switched(self) -> Prediction | None:
        """One day on, one day off, over the days of the plan, the unit alone; None where there is too little."""
        alone = baseline_of(self.study, {})
        future = self.future(self.report_days)
        pairs = len(future) // 2
        if alone is None or not pairs:
            return None
        state = np.array([on for _, on in randomised_pairs(future, self.random_state)], dtype=np.float64)
        level = self.study.request.level
        return predicted(alone, noise_of(alone), future[: 2 * pairs], state, [2 * pairs], level, apart=True)[0]

    def curve(self) -> list[tuple[int, float]]:
        """The smallest effect for some lengths of the window, that of the plan among them."""
        if self.study.method == "switchback":
            return []
        lengths = sorted({*_LENGTHS, self.report_days} & self.steps.keys())
        return [(days, self.steps[days].mde(self.study.request.level)) for days in lengths]

    def options(self, now: float) -> list[dict[str, Any]]:
        """Other designs that would find less than nine tenths of what this one finds, the best first."""
        level, found = self.study.request.level, list[dict[str, Any]]()
        if self.study.method != "switchback":
            enough = len(self.future(self.report_days)) >= 2 * LEAST_BLOCKS
            if self.study.request.grain == "D" and enough and self.switched is not None:
                found.append({"kind": "switchback", "report_days": self.report_days, "mde": self.switched.mde(level)})
            found += self._longer(level)
        if (more := self._compared(level)) is not None:
            found.append(more)
        return sorted((option for option in found if option["mde"] < _WORTHWHILE * now), key=lambda option: option["mde"])

    @property
    def _longer_lengths(self) -> list[int]:
        return [self.report_days + more for more in _LONGER]

    def _longer(self, level: float) -> list[dict[str, Any]]:
        """The first longer window that finds what is expected, else the longest."""
        told = [(days, self.steps[days].mde(level)) for days in self._longer_lengths if days in self.steps]
        wanted = abs(self.study.request.expected or 0.0)
        best = ([item for item in told if item[1] <= wanted] or told[-1:])[:1]
        return [{"kind": "longer", "more_days": days - self.report_days, "report_days": days, "mde": mde} for days, mde in best]

    def _compared(self, level: float) -> dict[str, Any] | None:
        if self.beside is None or not self.beside.controls:
            return None
        other = baseline_of(self.beside, self.beside.controls)
        if other is None:
            return None
        one = self._steps(other, noise_of(other), {self.report_days}).get(self.report_days)
        if one is None:
            return None
        return {
            "kind": "controls", "controls": len(self.beside.controls), "report_days": self.report_days, "mde": one.mde(level),
        }  # fmt: skip
