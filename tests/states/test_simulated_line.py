import pandas as pd

import smartfab as sf


def test_the_states_of_a_simulated_line_are_found_exactly():
    sim = sf.simulation.line(days=2, seed=3)
    found = sf.states.detect_states(sf.signals.clean(sim.samples, sim.plant), sim.plant)
    columns = ["machine_id", "ts", "state", "reason_id"]
    truth = sim.data.states.sort_values(["machine_id", "ts"], ignore_index=True)
    pd.testing.assert_frame_equal(found[columns], truth[columns])
    assert found.attrs["findings"] == []
