"""Defect prediction that is not fooled: detectors, a monitor over time, a classifier with costs, and honest evaluation.

::

    samples, parts → features.WindowFeatures → X, y, meta → evaluate(DefectClassifier(), X, y, meta, LineSplit()) → save
    samples of normal operation → ProcessMonitor().fit(…).score(…) → table `alarms`, as a control chart gives it
"""

from smartfab.defects.classification import DefectClassifier
from smartfab.defects.drifting import drift
from smartfab.defects.evaluation import Evaluation, evaluate
from smartfab.defects.explaining import contributions, explain
from smartfab.defects.leak_audit import audit_leaks
from smartfab.defects.model_files import load, save
from smartfab.defects.monitoring import ProcessMonitor
from smartfab.defects.online_scoring import OnlineScorer
from smartfab.defects.remaining_life import RULRegressor
from smartfab.defects.row_detectors import PCADetector, RangeDetector, T2Detector
from smartfab.defects.splitting import LeakWarning, LineSplit

__all__ = [
    "DefectClassifier",
    "Evaluation",
    "LeakWarning",
    "LineSplit",
    "OnlineScorer",
    "PCADetector",
    "ProcessMonitor",
    "RULRegressor",
    "RangeDetector",
    "T2Detector",
    "audit_leaks",
    "contributions",
    "drift",
    "evaluate",
    "explain",
    "load",
    "save",
]
