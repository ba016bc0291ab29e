"""The time account against a second-by-second oracle, and its laws."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.oracles import World
from tests.strategies import at, plant_data, worlds

STATES = ["machine_id", "ts", "state"]


def seconds_of(account: pd.DataFrame) -> list[str]:
    """The account's loss of each second."""
    out: list[str] = []
    for row in account.itertuples():
        out += [row.loss] * round(row.duration_s)
    return out


@given(worlds(with_counts=False))
def test_every_second_is_where_the_oracle_books_it(world: World):
    account = sf.oee.time_account(plant_data(world), at(0), at(world.HORIZON - 1), micro_stop=world.micro_stop)
    assert seconds_of(account) == world.losses()[:-1]


@given(worlds(with_counts=False), st.integers(0, 150), st.integers(151, 500))
def test_conservation_no_hole_no_overlap(world: World, first: int, last: int):
    account = sf.oee.time_account(plant_data(world), at(first), at(last))
    assert account["start"].iloc[0] == at(first)
    assert account["end"].iloc[-1] == at(last)
    assert (account["start"].iloc[1:].to_numpy() == account["end"].iloc[:-1].to_numpy()).all()
    assert account["duration_s"].sum() == last - first


@given(worlds(with_counts=False), st.integers(1, 398))
def test_a_split_window_books_each_second_the_same(world: World, cut: int):
    data = plant_data(world)
    whole = seconds_of(sf.oee.time_account(data, at(0), at(399)))
    parts = seconds_of(sf.oee.time_account(data, at(0), at(cut))) + seconds_of(sf.oee.time_account(data, at(cut), at(399)))
    assert parts == whole


def test_two_states_at_one_time_the_highest_server_ts_then_the_graver():
    rows = [
        ("M1", at(0), "running", at(9)),
        ("M1", at(0), "setup", at(5)),
        ("M1", at(60), "idle", at(61)),
        ("M1", at(60), "off", at(61)),
    ]
    account = sf.oee.time_account(
        sf.PlantData(states=pd.DataFrame(rows, columns=[*STATES, "server_ts"]), tz="UTC"), at(0), at(120)
    )
    assert account["category"].tolist() == ["running", "off"]
    assert sf.findings_of(account)["code"].tolist() == ["states_at_one_time", "no_shifts"]


def test_a_planned_stop_beyond_its_limit_is_a_breakdown():
    data = sf.PlantData(
        states=pd.DataFrame(
            [("M1", at(0), "running"), ("M1", at(100), "unplanned_stop"), ("M1", at(1000), "running")], columns=STATES
        ),
        stop_reasons=pd.DataFrame({"machine_id": ["M1"], "start": [at(100)], "end": [at(1000)], "reason_id": ["clean"]}),
        reasons=pd.DataFrame({"reason_id": ["clean"], "category": ["planned_stop"], "limit_s": [600.0]}),
        tz="UTC",
    )
    account = sf.oee.time_account(data, at(0), at(1100))
    assert account[["loss", "duration_s"]].to_numpy().tolist() == [
        ["run", 100.0], ["planned_stop", 600.0], ["breakdown", 300.0], ["run", 100.0],
    ]  # fmt: skip
    assert account["source"].tolist() == ["signal", "entered", "entered", "signal"]


def test_a_break_stops_the_clock_or_is_run_through():
    data = sf.PlantData(
        states=pd.DataFrame([("M1", at(0), "running")], columns=STATES),
        shifts=pd.DataFrame(
            {
                "shift_id": "A",
                "start": [at(0), at(60)],
                "end": [at(120), at(90)],
                "planned": [True, False],
                "kind": ["work", "break"],
            }
        ),
        tz="UTC",
    )
    assert sf.oee.time_account(data, at(0), at(120))["loss"].tolist() == ["run", "planned_stop", "run"]
    through = sf.oee.time_account(data, at(0), at(120), break_policy="run_through")
    assert through.groupby("loss")["duration_s"].sum().to_dict() == {"run": 120.0}
