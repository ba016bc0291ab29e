"""States, counts and shifts → one conserved time account → OEE.

Every second of a window is in exactly one bucket, `unknown` included; ratios are computed last, and roll-up only sums.
"""

from smartfab.oee.account import time_account
from smartfab.oee.evaluation import evaluate
from smartfab.oee.explanation import explain
from smartfab.oee.live import LiveOEE
from smartfab.oee.loss_models import losses
from smartfab.oee.registry import kpis
from smartfab.oee.rolled_yields import yields
from smartfab.oee.rollups import rollup
from smartfab.oee.series import line
from smartfab.oee.stops import pareto, reliability
from smartfab.oee.totals import from_totals
from smartfab.oee.trailing import rolling

__all__ = [
    "LiveOEE",
    "evaluate",
    "explain",
    "from_totals",
    "kpis",
    "line",
    "losses",
    "pareto",
    "reliability",
    "rolling",
    "rollup",
    "time_account",
    "yields",
]
