"""OEE of machines in series: the constraint's time, the exit's good pieces."""

import pandas as pd
import pytest

import smartfab as sf
from tests.strategies import at

PRODUCTS = pd.DataFrame({"product_id": "P", "machine_id": ["A", "B", "C"], "ideal_cycle_s": [6.0, 10.0, 5.0]})


def plant(
    machines: pd.DataFrame, made: dict[str, tuple[int, int]], stopped: dict[str, int], products: pd.DataFrame = PRODUCTS
) -> sf.PlantData:
    """Machines of one hour: pieces (good, scrap), and seconds stopped at its end."""
    states = [(name, at(0), "running") for name in made] + [
        (name, at(3600 - s), "unplanned_stop") for name, s in stopped.items()
    ]
    counts = [(name, at(60), good, scrap) for name, (good, scrap) in made.items()]
    return sf.PlantData(
        states=pd.DataFrame(states, columns=["machine_id", "ts", "state"]),
        counts=pd.DataFrame(counts, columns=["machine_id", "ts", "good", "scrap"]),
        products=products,
        machines=machines,
        tz="UTC",
    )


SERIAL = pd.DataFrame({"machine_id": ["A", "B", "C"], "line_id": "L1", "constraint": [False, True, False]})
MADE = {"A": (320, 0), "B": (300, 10), "C": (290, 5)}


def test_the_line_is_its_constraint_s_time_and_its_exit_s_good_pieces():
    row = sf.oee.line(plant(SERIAL, MADE, {"A": 1800, "B": 360}), at(0), at(3600), line_id="L1").iloc[0]
    assert (row["planned_s"], row["run_s"], row["breakdown_s"]) == (3600, 3240, 360)
    assert (row["total"], row["good"], row["scrap"]) == (310, 290, 20)
    assert row["oee"] == pytest.approx(290 * 10 / 3600)
    assert row["oee"] == pytest.approx(row["availability"] * row["performance"] * row["quality"], abs=1e-12)
    assert (row["machine_id"], row["line_id"]) == ("B", "L1")


def test_an_unmarked_constraint_is_the_slowest_machine_and_said_to_be():
    kpis = sf.oee.line(plant(SERIAL.drop(columns="constraint"), MADE, {}), at(0), at(3600))
    assert kpis["machine_id"].iloc[0] == "B"
    assert "constraint_assumed" in sf.findings_of(kpis)["code"].tolist()


def test_parallel_machines_add_capacity():
    machines = pd.DataFrame(
        {
            "machine_id": ["A", "B1", "B2", "C"],
            "line_id": "L1",
            "role": ["serial", "parallel", "parallel", "serial"],
            "constraint": [False, True, False, False],
        }
    )
    products = pd.DataFrame({"product_id": "P", "machine_id": ["A", "B1", "B2", "C"], "ideal_cycle_s": [5.0, 20.0, 20.0, 5.0]})
    made = {"A": (300, 0), "B1": (150, 0), "B2": (150, 0), "C": (300, 0)}
    row = sf.oee.line(plant(machines, made, {}, products), at(0), at(3600)).iloc[0]
    assert (row["planned_s"], row["total"]) == (7200, 300)
    assert row["oee"] == pytest.approx(300 * 20 / 7200)


def test_products_are_valued_at_the_constraint():
    products = pd.DataFrame(
        {"product_id": ["P", "P", "Q", "Q"], "machine_id": ["A", "B", "A", "B"], "ideal_cycle_s": [1.0, 4.0, 1.0, 8.0]}
    )
    machines = pd.DataFrame({"machine_id": ["B", "A"], "line_id": "L", "constraint": [True, False]})
    counts = [(m, at(60 + n), p, g) for m in "AB" for n, (p, g) in enumerate([("P", 100.0), ("Q", 200.0)])]
    data = sf.PlantData(
        states=pd.DataFrame({"machine_id": ["A", "B"], "ts": at(0), "state": "running"}),
        counts=pd.DataFrame(counts, columns=["machine_id", "ts", "product_id", "good"]),
        products=products, machines=machines, tz="UTC",
    )  # fmt: skip
    assert sf.oee.line(data, at(0), at(4000))["oee"].iloc[0] == pytest.approx((100 * 4 + 200 * 8) / 4000)


def test_by_shift_adds_up_to_the_whole():
    data = plant(SERIAL, MADE, {"B": 360})
    data.shifts = pd.DataFrame(
        {"shift_id": ["X", "Y"], "start": [at(0), at(1800)], "end": [at(1800), at(3600)], "planned": True}
    )
    parts = sf.oee.line(data, at(0), at(3600), by=["shift_id"])
    whole = sf.oee.line(data, at(0), at(3600))
    assert parts["shift_id"].tolist() == ["X", "Y"]
    assert sf.oee.rollup(parts)["oee"].iloc[0] == pytest.approx(whole["oee"].iloc[0])


def test_what_cannot_be_told_is_refused():
    with pytest.raises(sf.errors.MissingColumnError, match="machines"):
        sf.oee.line(plant(SERIAL.drop(columns="line_id"), MADE, {}), at(0), at(60))
    with pytest.raises(sf.errors.TableError, match="no line 'L9'"):
        sf.oee.line(plant(SERIAL, MADE, {}), at(0), at(60), line_id="L9")
    with pytest.raises(sf.errors.InsufficientDataError, match="constraint"):
        sf.oee.line(plant(SERIAL.drop(columns="constraint"), MADE, {}, PRODUCTS.assign(ideal_cycle_s=None)), at(0), at(60))
