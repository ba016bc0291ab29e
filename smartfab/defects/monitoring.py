"""`ProcessMonitor`: a multivariate control chart over time that knows when it must not be believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.defects.alarm_rows import alarm_table
from smartfab.defects.monitor_fit import Outcome, fit_charts, gather
from smartfab.defects.monitor_rows import RowJudge
from smartfab.defects.signal_frames import SignalFrame, read_frame
from smartfab.errors import InsufficientDataError, TableError
from smartfab.findings import Finding, finding

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class ProcessMonitor:
    """Watch signals over time against a reference of normal operation; no labels, no look ahead.

    Signals are smoothed (EWMA); T² of the smoothed vector is compared with a limit that was calibrated on later rows of the
    reference. Slow signals, and signals that keep no level over the reference, are watched by their smoothed differences in
    a chart of their own: of a signal that wanders only the change can be judged. With two charts each has half of `far`, and
    a row shows the one that is nearer to its limit, or farther beyond.

    Parameters
    ----------
    method : {"mewma"}
        Which chart.
    lam : float
        Weight of the newest row [1].
    far : float
        False alarm rate asked for [1].
    min_reference : "auto" or int
        Complete rows the reference must have [1]. "auto": as many as show that its blocks agree and that the rate can be
        known; until then the status is ``learning`` and no row alarms. 0 arms the monitor whatever its reference.
    slow : sequence of str, optional
        The slow signals, instead of those found: von Neumann ratio below 0.3 in the median over the frames of the
        reference, or over five blocks of a single one.
    max_gap : str, number or timedelta, optional
        A longer pause restarts the smoothing and masks alarms for 3/λ rows; 1/λ typical steps unless given [s].

    Attributes
    ----------
    status : str
        ``armed``, ``learning``, or ``unfitted``.
    calibration : dict
        method (quantile, extrapolated), n_eff of the calibration rows and of the whole reference, nominal and achieved
        rate (blocks of the reference, each by the chart of the others) with its 95 % interval (low, high), factor and level
        of the extrapolation, rows; reasons while learning.
    signals_, slow_, drifting_ : list of str
        Signals watched, and those of them watched by differences because they are slow, or keep no level.
    findings : list of Finding
        What was remarked: signals left out because they are constant or empty, rows not complete.

    Raises
    ------
    TableError
        If an argument is not as described.

    References
    ----------
    Lowry, Woodall, Champ, Rigdon: A multivariate exponentially weighted moving average control chart.
    Technometrics 34(1), 1992.

    Examples
    --------
    >>> import numpy as np, pandas as pd, smartfab as sf
    >>> ts = pd.date_range("2026-03-02", periods=4000, freq="s", tz="UTC")
    >>> x = pd.DataFrame(np.random.default_rng(1).normal(size=(4000, 2)), ts, ["a", "b"])
    >>> mon = sf.defects.ProcessMonitor().fit(x[:3000])
    >>> mon.status, bool((mon.score(x[3000:] + 2)["alarm"][50:]).all())
    ('armed', True)
    """

    def __init__(
        self,
        *,
        method: Literal["mewma"] = "mewma",
        lam: float = 0.1,
        far: float = 0.01,
        min_reference: int | Literal["auto"] = "auto",
        slow: Sequence[str] | None = None,
        max_gap: str | float | None = None,
    ) -> None:
        for name, value, fits, expected in (
            ("method", method, method == "mewma", "'mewma'"),
            ("lam", lam, 0 < lam <= 1, "a weight above 0 and up to 1"),
            ("far", far, 0 < far < 0.5, "a rate above 0 and below 0.5"),
            ("min_reference", min_reference, min_reference == "auto" or _whole(min_reference), "'auto' or a number of rows"),
        ):
            if not fits:
                raise TableError(repr(value), where=name, expected=expected, remedy="Correct it.")
        self.method, self.lam, self.far, self.min_reference, self.slow = method, lam, far, min_reference, slow
        self.max_gap = max_gap
        self.status = "unfitted"
        self.calibration: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self.signals_: list[str] = []
        self.slow_: list[str] = []
        self.drifting_: list[str] = []
        self.judge_: RowJudge | None = None

    def fit(self, reference: pd.DataFrame | Sequence[pd.DataFrame]) -> Self:
        """Learn from normal operation: the first 70 % of each frame make the charts, the rest their limits.

        Parameters
        ----------
        reference : DataFrame or sequence of DataFrame
            Signals over time; several frames are several runs.

        Returns
        -------
        ProcessMonitor
            Itself.

        Raises
        ------
        TableError
            If a frame is not in order, or `slow` names a signal that is not there.
        InsufficientDataError
            If there are too few complete rows, or no signal that varies.
        """
        given = list(reference) or [None] if isinstance(reference, (list, tuple)) else [reference]
        frames = [read_frame(given[0], where="reference")]
        frames += [read_frame(other, frames[0].names, where="reference") for other in given[1:]]
        keep = self._varying(frames)
        self.signals_ = [frames[0].names[place] for place in keep]
        gap = self._longest_pause(frames)
        outcome = fit_charts(gather(frames, keep, self.lam, self.far, gap), self._named_slow())
        self._take(outcome, gap)
        return self

    def _take(self, outcome: Outcome, gap: int) -> None:
        self.slow_ = [name for name, is_so in zip(self.signals_, outcome.slow, strict=True) if is_so]
        self.drifting_ = [name for name, is_so in zip(self.signals_, outcome.drifting, strict=True) if is_so]
        self.calibration = {**outcome.calibration, "reasons": list(outcome.doubts)}
        rows = int(self.calibration["rows"])
        enough = not outcome.doubts if self.min_reference == "auto" else rows >= int(self.min_reference)
        self.status = "armed" if enough else "learning"
        self.resume(RowJudge(self.signals_, outcome.centre, outcome.charts, gap, self.lam, self.status))

    def resume(self, judge: RowJudge) -> None:
        """Judge rows from now on by `judge`, as if none had been seen.

        Parameters
        ----------
        judge : RowJudge
            Signals, charts and limits.
        """
        self.judge_ = judge
        self._past = judge.blank()

    def _varying(self, frames: list[SignalFrame]) -> npt.NDArray[np.intp]:
        x = np.concatenate([frame.x for frame in frames])
        empty = np.isnan(x).all(axis=0)
        told = np.where(empty, 0.0, x)
        low, high = np.nanmin(told, axis=0, initial=np.inf), np.nanmax(told, axis=0, initial=-np.inf)
        self.findings = [
            finding("signal_left_out", name, len(x), why="empty" if none else "constant")
            for name, none, a, b in zip(frames[0].names, empty, low, high, strict=True)
            if none or a == b
        ]
        keep = np.flatnonzero(~empty & (low < high))
        if not len(keep):
            raise InsufficientDataError(
                "no signal that varies", where="reference", expected="at least one",
                remedy="Choose other signals or another time.",
            )  # fmt: skip
        torn = int(np.isnan(x[:, keep]).any(axis=1).sum())
        if torn:
            self.findings.append(finding("incomplete_rows", "reference", torn))
        return keep

    def _longest_pause(self, frames: list[SignalFrame]) -> int:
        if self.max_gap is not None:
            return clock.duration(self.max_gap, what="max_gap")
        steps = np.concatenate([np.diff(frame.ts) for frame in frames])
        return int(np.median(steps) / self.lam) if len(steps) else 0

    def _named_slow(self) -> Mask | None:
        if self.slow is None:
            return None
        strange = sorted(set(self.slow) - set(self.signals_))
        if strange:
            raise TableError(
                f"no such signal: {', '.join(strange)}", where="slow", expected=f"some of {', '.join(self.signals_)}"
            )
        return np.array([name in set(self.slow) for name in self.signals_])

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return how each row stands; the monitor itself does not change, and no row looks ahead.

        Parameters
        ----------
        frame : DataFrame
            Signals over time.

        Returns
        -------
        DataFrame
            In the frame's rows: statistic and limit [T²], alarm, status (armed, learning; ``gap`` where alarms are masked
            after a pause, ``missing`` where a signal has no value and the row is not judged).

        Raises
        ------
        TableError
            If the frame is not in order.
        InsufficientDataError
            If the monitor was not fitted.
        """
        return self._fitted().judged(frame, self._fitted().blank())[0]

    def contributions(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return what each signal adds to the statistic of each row; a row's contributions sum to its statistic.

        Parameters
        ----------
        frame : DataFrame
            Signals over time, scored as `score` does.

        Returns
        -------
        DataFrame
            In the frame's rows, a column a signal [T²]; 0 for signals of the chart that is not shown; never negative.

        Raises
        ------
        TableError
            If the frame is not in order.
        InsufficientDataError
            If the monitor was not fitted.
        """
        return self._fitted().judged(frame, self._fitted().blank())[1]

    def update(self, chunk: pd.DataFrame) -> pd.DataFrame:
        """Return `score` of the next rows, going on where the last update ended; the same to the bit over any chunking.

        Parameters
        ----------
        chunk : DataFrame
            The next rows.

        Returns
        -------
        DataFrame
            As `score`.

        Raises
        ------
        TimeError
            If the chunk begins before the last one ended.
        TableError
            If the chunk is not in order.
        InsufficientDataError
            If the monitor was not fitted.
        """
        return self._fitted().judged(chunk, self._past)[0]

    def alarms(self, frame: pd.DataFrame, *, source: str = "process") -> pd.DataFrame:
        """Return table `alarms` of the rows of `frame`, as a control chart gives it.

        Parameters
        ----------
        frame : DataFrame
            Signals over time, by times with a zone.
        source : str
            What the alarms are of.

        Returns
        -------
        DataFrame
            One row for each stretch of alarm rows; statistic ``t2``, rule ``mewma``.

        Raises
        ------
        TimeError
            If the times have no zone.
        TableError
            If the frame is not in order.
        InsufficientDataError
            If the monitor was not fitted.
        """
        return alarm_table(self.score(frame), source=source, statistic="t2", rule=self.method)

    def _fitted(self) -> RowJudge:
        if self.judge_ is None:
            raise InsufficientDataError("not fitted", where="ProcessMonitor", remedy="Call fit with a reference first.")
        return self.judge_


def _whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(value >= 0)
