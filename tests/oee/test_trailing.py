"""Rolling OEE: each row is `evaluate` over its own window."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import smartfab as sf
from tests.oracles import World
from tests.strategies import at, plant_data, worlds


@settings(max_examples=25)
@given(worlds(), st.sampled_from([(60, 20), (45, 30), (100, 100), (20, 60)]))
def test_each_row_is_evaluate_over_its_window(world: World, sizes: tuple[int, int]):
    data = plant_data(world)
    rows = sf.oee.rolling(data, window=sizes[0], step=sizes[1], start=at(0), end=at(300))
    assert rows["end"].tolist() == [at(s) for s in range(sizes[0], 301, sizes[1])]
    for _, row in rows.iloc[:: max(1, len(rows) // 4)].iterrows():
        alone = sf.oee.evaluate(data, row["start"], row["end"], by=["machine_id"])
        expected = alone.drop(columns=["machine_id", "line_id"]).iloc[0]
        pd.testing.assert_series_equal(row[expected.index], expected, check_names=False, check_exact=False, atol=1e-9)


def test_what_cannot_roll_is_refused():
    data = sf.PlantData(states=pd.DataFrame({"machine_id": ["A", "A"], "ts": [at(0), at(100)], "state": "running"}), tz="UTC")
    with pytest.raises(sf.errors.InsufficientDataError, match="100 s of data"):
        sf.oee.rolling(data)
    with pytest.raises(sf.errors.TimeError, match="step"):
        sf.oee.rolling(data, window="1min", step="0s")
    with pytest.raises(sf.errors.InsufficientDataError):
        sf.oee.rolling(sf.PlantData(tz="UTC"))
