"""Numbers and times as people write them."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from smartfab.charts import wording


@pytest.mark.parametrize(
    ("value", "digits", "en", "vi"),
    [
        (1234.5, 1, "1,234.5", "1.234,5"), (-0.04, 1, "0.0", "0,0"),
        (-2.5, 1, "−2.5", "−2,5"), (1e6, 0, "1,000,000", "1.000.000"),
        (math.nan, 1, "–", "–"), (math.inf, 0, "–", "–"),
    ],
)  # fmt: skip
def test_numbers(value, digits, en, vi):
    assert wording.number(value, "en", digits) == en
    assert wording.number(value, "vi", digits) == vi


def test_shares_and_lengths():
    assert wording.percent(0.8325, "vi") == "83,2\xa0%"
    assert wording.percent(math.nan, "vi") == "–"
    assert wording.hours(5400, "vi") == "1,5\xa0h"


def test_times_are_the_plants():
    at = pd.Timestamp("2026-03-01T23:05:09Z")
    assert wording.moment(at, "Asia/Ho_Chi_Minh", "vi") == "02/03/2026 06:05"
    assert wording.moment(at, "Asia/Ho_Chi_Minh", "en", seconds=True) == "2026-03-02 06:05:09"
    assert wording.day(dt.date(2026, 3, 2), "vi") == "02/03/2026"
