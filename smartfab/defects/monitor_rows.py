"""How a fitted monitor judges rows: one after the other, with what it carries from row to row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.defects.monitor_fit import Fitted
from smartfab.defects.signal_frames import read_frame
from smartfab.defects.smoothed_charts import Memory, smoothed
from smartfab.errors import TimeError

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass
class Past:
    """What a monitor carries from row to row: a memory a chart, the newest complete row's time, rows still masked."""

    memories: list[Memory]
    ts: int | None = None
    masked: int = 0


@dataclass(frozen=True)
class RowJudge:
    """Signals, the centre their deviations are taken from, charts, the longest pause [us], and whether rows may alarm."""

    signals: list[str]
    centre: Floats
    charts: list[Fitted]
    gap: int
    lam: float
    status: str

    def blank(self) -> Past:
        """Return the past of a monitor that has seen no row."""
        return Past([Memory.blank(len(chart.places)) for chart in self.charts])

    def judged(self, frame: pd.DataFrame, past: Past) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return statistic, limit, alarm and status of each row, and what each signal adds; `past` moves on."""
        read = read_frame(frame, self.signals)
        missing: Mask = np.asarray(np.isnan(read.x).any(axis=1))
        if past.ts is not None and len(read.ts) and read.ts[0] < past.ts:
            raise TimeError("begins before the last chunk ended", where="chunk", expected="the rows that follow")
        restart, masked = self._pauses(read.ts, missing, past)
        deviation = read.x - self.centre
        statistic, limit = np.full(len(missing), np.nan), np.full(len(missing), self.charts[0].limit)
        share = np.zeros_like(deviation)
        ahead = np.full(len(missing), -np.inf)
        for fitted, memory in zip(self.charts, past.memories, strict=True):
            parts, total = self._chart_rows(fitted, deviation, missing, restart, memory)
            wins = total / fitted.limit > ahead
            ahead[wins] = (total / fitted.limit)[wins]
            statistic[wins], limit[wins] = total[wins], fitted.limit
            share[wins] = 0.0
            share[np.ix_(wins, fitted.places)] = parts[wins]
        share[missing] = np.nan
        status = np.where(missing, "missing", np.where(masked, "gap", self.status))
        alarm = (statistic > limit) & (status == "armed")
        table = pd.DataFrame({"statistic": statistic, "limit": limit, "alarm": alarm, "status": status}, index=read.index)
        return table, pd.DataFrame(share, index=read.index, columns=self.signals)

    def _chart_rows(
        self, fitted: Fitted, deviation: Floats, missing: Mask, restart: Mask, memory: Memory
    ) -> tuple[Floats, Floats]:
        chosen = np.ascontiguousarray(deviation[:, fitted.places])
        z = smoothed(chosen, missing, restart, self.lam, memory, differences=fitted.differences)
        return fitted.chart.contributions(z)

    def _pauses(self, ts: npt.NDArray[np.int64], missing: Mask, past: Past) -> tuple[Mask, Mask]:
        """Where the smoothing restarts, and which rows are masked after that; leaves the past behind the last row."""
        rows = np.flatnonzero(~missing)
        restart = np.zeros(len(ts), dtype=bool)
        if not len(rows):
            return restart, restart.copy()
        before = np.concatenate(([ts[rows[0]] if past.ts is None else past.ts], ts[rows[:-1]]))
        begins = ts[rows] - before > self.gap
        restart[rows] = begins
        span = round(3 / self.lam)
        place = np.arange(len(rows))
        newest = np.maximum.accumulate(np.where(begins, place, -span - 1))
        hidden = (place - newest < span) | ((newest < 0) & (place < past.masked))
        masked = np.zeros(len(ts), dtype=bool)
        masked[rows] = hidden
        since = len(rows) - int(newest[-1])
        past.masked = max(0, span - since) if newest[-1] >= 0 else max(0, past.masked - len(rows))
        past.ts = int(ts[rows[-1]])
        return restart, masked
