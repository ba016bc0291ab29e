"""Published figures, to the digits they were printed with."""

import pandas as pd
import pytest

import smartfab as sf

# source, planned [min], down [min], ideal cycle [s], total, reject, A, P, Q, OEE, digits
PUBLISHED = [
    ("Vorne", 420, 47, 1, 19271, 423, 0.8881, 0.8611, 0.9780, 0.7479, 4),
    ("Nakajima", 460, 60, 30, 400, 8, 0.8696, 0.50, 0.98, 0.426, 3),
    ("versalytics A", 455, 32, 10, 2240, 50, 0.9297, 0.8826, 0.9777, 0.8022, 4),
    ("versalytics B", 455, 18, 45, 450, 25, 0.9604, 0.7723, 0.9444, 0.7005, 4),
    ("FIRGELLI", 960, 120, 30, 1440, 144, 0.875, 0.857, 0.90, 0.675, 3),
    ("Flux", 480, 21, 21, 1298, 13, 0.95625, 0.98976, 0.98998, 0.93698, 5),
]


def rounded(value: float, like: float) -> float:
    """Round to the digits a published figure shows."""
    return round(value, len(str(like).split(".")[1]))


@pytest.mark.parametrize("row", PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_published_oee(row):
    _, planned, down, cycle, total, reject, *figures, _ = row
    kpis = sf.oee.from_totals(
        planned_s=planned * 60, run_s=(planned - down) * 60, ideal_cycle_s=cycle, total=total, good=total - reject
    )
    for name, published in zip(("availability", "performance", "quality", "oee"), figures, strict=True):
        # the last digit may have been rounded from rounded factors
        assert kpis[name].iloc[0] == pytest.approx(published, abs=0.6 * 10 ** -len(str(published).split(".")[1]))


def test_roll_up_sums_terms_and_never_averages():
    rows = sf.oee.from_totals(
        pd.DataFrame({"planned_s": [100, 300], "run_s": [90, 150], "ideal_cycle_s": 1, "total": [80, 150], "good": [80, 135]})
    )
    row = sf.oee.rollup(rows).iloc[0]
    assert [round(row[name], 4) for name in ("availability", "performance", "quality", "oee")] == [0.6, 0.9583, 0.9348, 0.5375]
    assert rows["oee"].mean() == pytest.approx(0.625)


def test_a_frame_of_totals_makes_a_row_each_and_keeps_its_keys():
    totals = pd.DataFrame(
        {
            "machine_id": ["A", "B"],
            "shift_id": "Ca1",
            "planned_s": 100,
            "run_s": [90, 0],
            "ideal_cycle_s": 1,
            "total": [90, 0],
            "good": [90, 0],
        }
    )
    rows = sf.oee.from_totals(totals)
    assert rows[["machine_id", "shift_id"]].to_numpy().tolist() == [["A", "Ca1"], ["B", "Ca1"]]
    assert rows["oee"].tolist() == [0.9, 0.0]
    assert rows["performance"].isna().tolist() == [False, True]
    assert rows["reason"].iloc[1] == "the machine never ran"


def test_faults_of_totals_are_told_together():
    with pytest.raises(sf.errors.TableError) as caught:
        sf.oee.from_totals(pd.DataFrame({"planned_s": [-1.0], "run_s": ["x"], "total": [1]}))
    assert {fault.column for fault in caught.value.faults} == {"planned_s", "run_s", "ideal_cycle_s", "good"}
    with pytest.raises(sf.errors.TableError, match="above planned_s"):
        sf.oee.from_totals(planned_s=10, run_s=11, ideal_cycle_s=1, total=1, good=1)
