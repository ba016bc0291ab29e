"""Wrong arguments are refused by name; the plant is one that plant.toml can say."""

import subprocess
import sys

import pytest

import smartfab as sf
from smartfab.errors import PlantError, TimeError
from smartfab.plant_file import parse_plant


@pytest.mark.parametrize("days", [0, -1, float("nan"), float("inf"), 1e-12, "3", True, None, 5000])
def test_days(days):
    with pytest.raises(TimeError, match="days"):
        sf.simulation.line(days=days)


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_seed(seed):
    with pytest.raises(PlantError, match="seed"):
        sf.simulation.line(days=0.01, seed=seed)


@pytest.mark.parametrize("machines", [0, 100, 2.0, "3", None, True])
def test_machines(machines):
    with pytest.raises(PlantError, match="machines"):
        sf.simulation.line(days=0.01, machines=machines)


@pytest.mark.parametrize("start", ["2026-03-02T07:00", "2026-03-02T06:00Z", "soon", None, 5])
def test_start(start):
    with pytest.raises(TimeError):
        sf.simulation.line(days=0.01, start=start)


@pytest.mark.parametrize(
    ("improvement", "told"),
    [
        ({}, "kind"),
        ("cycle", "str"),
        ({"at": "2026-03-02", "kind": "cycle"}, "size"),
        ({"at": "2026-03-02", "kind": "cycle", "size": 0.1, "more": 1}, "more"),
        ({"at": "2026-03-02", "kind": "speed", "size": 0.1}, "'speed'"),
        ({"at": "2026-03-02", "kind": ["cycle"], "size": 0.1}, "cycle"),
        ({"at": "2026-03-02", "kind": "cycle", "size": 0}, "size 0"),
        ({"at": "2026-03-02", "kind": "cycle", "size": 1.01}, "1.01"),
        ({"at": "2026-03-02", "kind": "cycle", "size": float("nan")}, "nan"),
        ({"at": "2026-03-02", "kind": "cycle", "size": "3 %"}, "3 %"),
        ({"at": "2026-03-01", "kind": "cycle", "size": 0.1}, "2026-02-28"),
        ({"at": "2026-03-03", "kind": "cycle", "size": 0.1}, "2026-03-02 23:00"),
    ],
)
def test_improvement(improvement, told):
    with pytest.raises(PlantError, match="improvement") as error:
        sf.simulation.line(days=1, improvement=improvement)
    assert told in str(error.value)


def test_an_improvement_needs_a_time():
    with pytest.raises(TimeError, match="improvement"):
        sf.simulation.line(days=1, improvement={"at": "later", "kind": "cycle", "size": 0.1})


def test_all_faults_of_an_improvement_at_once():
    with pytest.raises(PlantError) as error:
        sf.simulation.line(days=1, improvement={"at": "2027-01-01", "kind": "speed", "size": 7})
    assert len(error.value.faults) == 3


@pytest.mark.parametrize("machines", [1, 3, 5])
def test_the_plant_survives_its_toml(machines):
    plant = sf.simulation.line(days=0.01, machines=machines).plant
    assert parse_plant(plant.to_toml()) == plant


def test_the_plant_leaves_the_endpoint_to_the_server():
    plant = sf.simulation.line(days=0.01).plant
    line = plant.line("L1")
    assert (line.endpoint, line.security) == (None, None)
    assert line.namespaces == {"sim": "urn:smartfab:simulation"}
    assert plant.machine("Press01").signals["state"].node == "sim;s=Press01.State"
    assert {m.id: m.micro_stop for m in line.machines} == dict.fromkeys(["Press01", "Dryer01", "Kiln01"], "5min")
    assert [m.id for m in line.machines if m.constraint] == ["Kiln01"]


def test_the_data_is_validated_and_named_like_the_plant(day):
    assert day.data.validate() is day.data
    assert day.data.findings == []
    assert (day.data.tz, day.data.day_start) == (day.plant.timezone, day.plant.day_start)
    assert day.data.states.columns.tolist() == ["machine_id", "ts", "state", "reason_id"]


def test_the_window_is_that_of_production_dates():
    sim = sf.simulation.line(days=0.25, start="2026-03-07")
    assert str(sim.start.tz_convert("Asia/Ho_Chi_Minh")) == "2026-03-07 06:00:00+07:00"
    assert (sim.end - sim.start).total_seconds() == 21_600


def test_import_is_light():
    heavy = {"scipy", "sklearn", "matplotlib", "deltalake", "asyncua", "jinja2"}
    code = f"import sys, smartfab.simulation; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
