import pandas as pd

import smartfab as sf


def test_the_shifts_of_a_simulated_line_are_expanded_exactly():
    sim = sf.simulation.line(days=8, seed=3)
    found = sf.shifts.expand(sim.plant, sim.start, sim.end)
    columns = ["shift_id", "start", "end", "production_date", "planned", "kind"]
    truth = sim.data.shifts.sort_values(["start", "planned"], ascending=[True, False], ignore_index=True)
    pd.testing.assert_frame_equal(found[columns], truth[columns])
