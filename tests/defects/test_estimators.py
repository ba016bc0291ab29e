"""Every estimator passes scikit-learn's whole battery, in a process where its array API checks are not skipped."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys, warnings
warnings.simplefilter("error")
from sklearn.utils.estimator_checks import check_estimator
import smartfab.defects as d
told = check_estimator(getattr(d, sys.argv[1])(), on_fail=None, on_skip=None)
bad = [(row["check_name"], row["status"], str(row["exception"])) for row in told if row["status"] != "passed"]
assert told and not bad, bad
"""


@pytest.mark.parametrize("name", ["T2Detector", "PCADetector", "RangeDetector", "RULRegressor", "DefectClassifier"])
def test_scikit_learn_finds_nothing_to_say(name):
    environment = {**os.environ, "SCIPY_ARRAY_API": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", SCRIPT, name], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
