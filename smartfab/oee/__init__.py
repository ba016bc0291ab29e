"""States, counts and shifts → one conserved time account → OEE.

Every second of a window is in exactly one bucket, `unknown` included; ratios are computed last, and roll-up only sums.
"""

from smartfab.oee.account import time_account
from smartfab.oee.evaluation import evaluate
from smartfab.oee.loss_models import losses
from smartfab.oee.rollups import rollup
from smartfab.oee.series import line
from smartfab.oee.stops import pareto, reliability
from smartfab.oee.totals import from_totals

__all__ = ["evaluate", "from_totals", "line", "losses", "pareto", "reliability", "rollup", "time_account"]
