import pandas as pd

import smartfab as sf

COLUMNS = ["machine_id", "ts", "product_id", "total", "good", "scrap", "rework"]
NOT_READ = {"good": 0.0, "scrap": 0.0, "rework": 0.0}


def test_the_pieces_of_a_simulated_line_are_counted_exactly():
    sim = sf.simulation.line(days=2, seed=3)
    found = sf.counts.count_pieces(sf.signals.clean(sim.samples, sim.plant), sim.plant)
    made = found[found["total"] > 0].reset_index(drop=True)
    truth = sim.data.counts.sort_values(["machine_id", "ts"], ignore_index=True)
    pd.testing.assert_frame_equal(made[COLUMNS].fillna(NOT_READ), truth[COLUMNS])
    by_machine = sim.truth.counts.groupby("machine_id")[["total", "good", "scrap", "rework"]].sum()
    pd.testing.assert_frame_equal(found.groupby("machine_id")[["total", "good", "scrap", "rework"]].sum(), by_machine)
    assert {item["code"] for item in found.attrs["findings"]} == {"counter_reset", "counter_wrap"}
