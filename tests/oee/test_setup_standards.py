"""Changeovers beyond the time they are allowed, in the Pareto."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.oee.setup_standards import beyond_standard

T = pd.Timestamp("2026-03-02T00:00Z")


def account(*pieces):
    """Rows of (minutes, loss, product) of one machine after another."""
    rows, at = [], T
    for minutes, loss, product, *machine in pieces:
        end = at + pd.Timedelta(minutes=minutes)
        rows.append((machine[0] if machine else "M1", at, end, minutes * 60.0, loss, loss, None, product))
        at = end
    names = ["machine_id", "start", "end", "duration_s", "category", "loss", "reason_id", "product_id"]
    return pd.DataFrame(rows, columns=names)


def setups(*rows):
    return pd.DataFrame(rows, columns=["machine_id", "from_product", "to_product", "standard_s"])


ROWS = account((60, "run", "A"), (20, "setup", "A"), (10, "setup", "B"), (60, "run", "B"), (50, "setup", "B"), (60, "run", "A"))
ALLOWED = setups(("M1", "A", "B", 1500.0), (None, None, None, 2400.0))


def test_only_what_lies_beyond_the_standard_counts_and_the_most_exact_standard_holds():
    over, findings = beyond_standard(ROWS, ALLOWED)
    assert over.tolist() == [0, 0, 300, 0, 600, 0]  # 30 of 25 minutes, 50 of 40
    assert findings == []


def test_a_changeover_without_a_standard_is_remarked_and_not_guessed():
    over, findings = beyond_standard(ROWS, setups(("M1", "A", "B", 1500.0)))
    assert over.tolist() == [0, 0, 300, 0, 0, 0]
    assert [(item["code"], item["count"]) for item in findings] == [("setup_without_standard", 1)]


def test_other_machines_neither_join_nor_split_a_changeover():
    two = pd.concat([ROWS, ROWS.assign(machine_id="M2")], ignore_index=True)
    over, _ = beyond_standard(two, setups(("M2", None, None, 600.0)))
    assert over.groupby(two["machine_id"]).sum().tolist() == [0, 1200 + 2400]


def test_the_pareto_shows_it():
    table = sf.oee.pareto(ROWS.assign(category=["running", "setup", "setup", "running", "setup", "running"]), setups=ALLOWED)
    assert table[["reason_id", "duration_s", "setup_over_s"]].to_numpy().tolist() == [["setup", 4800.0, 900.0]]
    assert "setup_over_s" not in sf.oee.pareto(ROWS)


def test_the_rest_of_a_pareto_is_added_up():
    rows = account((10, "setup", "A"), (5, "breakdown", "A"), (1, "idle", "A")).assign(category="setup")
    table = sf.oee.pareto(rows, by="loss", top=1, setups=setups((None, None, None, 0.0)))
    assert table[["loss", "duration_s", "setup_over_s"]].to_numpy().tolist() == [["setup", 600, 600], ["others", 360, 0]]


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ({"total": 100.0, "scrap": 8.0, "rework": 2.0, "run_s": 200.0}, [200, 100, 90]),
        ({"good": 90.0, "scrap": 10.0, "run_s": 200.0}, [200, 100, 90]),
        ({"total": 100.0, "good": 90.0, "breakdown_s": 60.0, "setup_s": 40.0}, [200, 100, 90]),
    ],
)  # fmt: skip
def test_totals_as_a_shift_sheet_has_them(sheet, expected):
    row = sf.oee.from_totals(pd.DataFrame([{"planned_s": 300.0, "ideal_cycle_s": 1.0, **sheet}])).iloc[0]
    assert row[["run_s", "total", "good"]].tolist() == expected
