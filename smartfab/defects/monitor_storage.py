"""A fitted monitor as settings and arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from smartfab.defects.monitor_fit import Fitted
from smartfab.defects.monitor_rows import RowJudge
from smartfab.defects.monitoring import ProcessMonitor
from smartfab.defects.smoothed_charts import SmoothedChart

Arrays = dict[str, npt.NDArray[Any]]


def monitor_state(monitor: ProcessMonitor, judge: RowJudge) -> tuple[dict[str, Any], Arrays]:
    """Return JSON-ready settings and arrays of a fitted monitor.

    Parameters
    ----------
    monitor : ProcessMonitor
        Fitted.
    judge : RowJudge
        What it judges rows by.

    Returns
    -------
    (dict, dict of str to ndarray)
        For `monitor_of`.
    """
    settings = {
        "params": {
            "method": monitor.method, "lam": monitor.lam, "far": monitor.far, "min_reference": monitor.min_reference,
            "slow": None if monitor.slow is None else list(monitor.slow),
        },
        "status": monitor.status, "calibration": monitor.calibration, "findings": monitor.findings,
        "signals": monitor.signals_, "slow": monitor.slow_, "drifting": monitor.drifting_, "gap": judge.gap,
        "charts": [{"differences": chart.differences, "limit": chart.limit} for chart in judge.charts],
    }  # fmt: skip
    arrays: Arrays = {"centre": judge.centre}
    for number, fitted in enumerate(judge.charts):
        arrays[f"places_{number}"] = fitted.places
        arrays[f"centre_{number}"], arrays[f"whitening_{number}"] = fitted.chart.centre, fitted.chart.whitening
    return settings, arrays


def monitor_of(settings: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> ProcessMonitor:
    """Return the monitor of a state, fitted, with nothing updated yet.

    Parameters
    ----------
    settings : mapping
        As `monitor_state` gave them.
    arrays : mapping of str to ndarray
        As `monitor_state` gave them.

    Returns
    -------
    ProcessMonitor
        The same scores, bit for bit.
    """
    monitor = ProcessMonitor(**settings["params"])
    monitor.status, monitor.calibration = settings["status"], dict(settings["calibration"])
    monitor.findings, monitor.signals_ = list(settings["findings"]), list(settings["signals"])
    monitor.slow_, monitor.drifting_ = list(settings["slow"]), list(settings["drifting"])
    charts = [
        Fitted(
            arrays[f"places_{number}"], chart["differences"],
            SmoothedChart(arrays[f"centre_{number}"], np.ascontiguousarray(arrays[f"whitening_{number}"])), chart["limit"],
        )
        for number, chart in enumerate(settings["charts"])
    ]  # fmt: skip
    monitor.resume(RowJudge(monitor.signals_, arrays["centre"], charts, int(settings["gap"]), monitor.lam, monitor.status))
    return monitor
