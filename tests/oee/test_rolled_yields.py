import pandas as pd
import pytest

import smartfab as sf


def test_first_pass_final_and_rolled_yield_are_apart():
    totals = {
        "machine_id": ["A", "B"],
        "line_id": "L",
        "planned_s": 100,
        "run_s": 90,
        "ideal_cycle_s": 0.1,
        "total": [100, 90],
        "good": [90, 81],
        "rework": [4, 9],
    }
    rows = sf.oee.yields(sf.oee.from_totals(pd.DataFrame(totals)), by=["line_id"])
    assert rows["first_pass_yield"].tolist()[:2] == [0.9, 0.9]
    assert rows["final_yield"].tolist()[:2] == pytest.approx([0.94, 1.0])
    assert rows["rolled_throughput_yield"].iloc[-1] == pytest.approx(0.81)
    assert rows["machine_id"].isna().tolist() == [False, False, True]


def test_a_machine_nobody_counted_leaves_the_line_s_yield_unknown():
    rows = sf.oee.from_totals(
        pd.DataFrame(
            {"machine_id": ["A", "B"], "planned_s": 1, "run_s": 1, "ideal_cycle_s": 1, "total": [1, 0], "good": [1, 0]}
        )
    )
    assert sf.oee.yields(rows)["rolled_throughput_yield"].isna().all()
    with pytest.raises(sf.errors.TableError, match="machine"):
        sf.oee.yields(rows.drop(columns="machine_id"))
