"""State models of standards, by name: whole, by number and by text, and through plant.toml to OEE."""

import tomllib
from typing import get_args

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import PlantError, TableError
from smartfab.plant_file import parse_plant
from smartfab.standard_states import StateMapName
from smartfab.vocabulary import CATEGORIES
from tests.small_plants import at, plant, samples

PACKML = {
    1: "Clearing", 2: "Stopped", 3: "Starting", 4: "Idle", 5: "Suspended", 6: "Execute", 7: "Stopping", 8: "Aborting",
    9: "Aborted", 10: "Holding", 11: "Held", 12: "Unholding", 13: "Suspending", 14: "Unsuspending", 15: "Resetting",
    16: "Completing", 17: "Complete",
}  # fmt: skip
TOML = """
plant = { id = "p", timezone = "UTC" }
product = [{ id = "P", ideal_cycle_s = 10.0 }]
[[line]]
id = "L"
namespaces = { x = "urn:x" }
[[line.machine]]
id = "M"
[line.machine.signals]
state = { node = "x;s=State", role = "state", map = "packml-2022" }
good = { node = "x;s=Good", role = "good_count" }
"""


def test_every_state_of_every_map_has_a_category_and_a_reason():
    table = sf.states.state_maps()
    assert set(table["map"]) == set(get_args(StateMapName))
    assert set(table["category"]) <= set(CATEGORIES)
    assert table.notna().all(axis=None)
    assert (table["why"].str.len() > 10).all()
    assert not table.duplicated(["map", "raw"]).any()
    assert not table.duplicated(["map", "name"]).any()


def test_packml_has_its_seventeen_states_by_number():
    table = sf.states.state_maps()
    mine = table[table["map"] == "packml-2022"]
    assert dict(zip(mine["raw"].astype(int), mine["name"], strict=True)) == {0: "Undefined", **PACKML}


@pytest.mark.parametrize("name", get_args(StateMapName))
def test_a_number_and_both_writings_of_its_text_mean_the_same(name):
    told, table = sf.states.state_map(name), sf.states.state_maps()
    for row in table[table["map"] == name].itertuples():
        assert {told[row.raw], told[row.name], told[row.name.upper()]} == {row.category}


def test_what_stops_a_machine_from_inside_is_not_what_stops_it_from_outside():
    told = sf.states.state_map("packml-2022")
    assert {told[state] for state in ("Held", "Aborted", "Stopped")} == {"unplanned_stop"}
    assert {told[state] for state in ("Suspended", "Suspending")} == {"starved"}
    assert [state for state in PACKML.values() if told[state] == "running"] == ["Execute", "Completing"]


def test_an_unknown_name_lists_the_names_there_are():
    with pytest.raises(PlantError, match=r"no state map 'packml'; expected one of: packml-2022, opc-40001-1-v1\.03"):
        sf.states.state_map("packml")


@pytest.mark.parametrize("raws", [[6, 11, 5, 4], ["6", "11", "5", "4"], ["Execute", "HELD", "Suspended", "IDLE"]])
def test_plant_data_takes_the_map_for_numbers_and_for_texts(raws):
    states = pd.DataFrame({"machine_id": "M", "ts": [at(0), at(600), at(1200), at(1800)], "state": raws})
    data = sf.PlantData(states=states, state_map=sf.states.state_map("packml-2022"), tz="UTC")
    account = sf.oee.time_account(data, at(0), at(2400))
    assert account["loss"].tolist() == ["run", "breakdown", "blocked_starved", "idle"]


def test_plant_data_lists_a_state_that_is_not_in_the_map():
    states = pd.DataFrame({"machine_id": "M", "ts": [at(0), at(600)], "state": [6, 18]})
    with pytest.raises(TableError, match=r"1 of 2 rows hold what is none of ours: 18"):
        sf.PlantData(states=states, state_map=sf.states.state_map("packml-2022"), tz="UTC").validate()


def test_plant_toml_names_a_map_and_the_line_is_evaluated_by_it():
    rows = samples(("state", 0, 6), ("good", 0, 0), ("state", 600, "Held"), ("good", 600, 60), ("state", 1200, 4))
    data = sf.PlantData.from_samples(rows, parse_plant(TOML), at(0), at(1800))
    row = sf.oee.evaluate(data, at(0), at(1800), by=["machine_id"]).iloc[0]
    assert row[["run_s", "breakdown_s", "idle_s"]].tolist() == [600.0, 600.0, 600.0]
    assert (row["availability"], row["performance"]) == (pytest.approx(1 / 3), pytest.approx(1.0))


def test_a_state_the_named_map_does_not_hold_is_told_with_the_name_of_the_map():
    named = plant({"state": {"role": "state", "map": "packml-2022"}})
    with pytest.raises(TableError, match=r"1 raw values that are not mapped: '18' \(2 rows\).*packml-2022"):
        sf.states.detect_states(samples(("state", 0, 6), ("state", 1, 18), ("state", 2, 18)), named)


def test_a_plant_that_names_a_map_reads_back_from_its_own_text():
    before = parse_plant(TOML)
    text = before.to_toml()
    assert tomllib.loads(text)["line"][0]["machine"][0]["signals"]["state"]["map"] == "packml-2022"
    assert parse_plant(text) == before


def test_a_wrong_name_in_plant_toml_is_a_fault_with_its_line_and_the_names():
    with pytest.raises(PlantError, match=r"line 10, .*'packml'.*'packml-2022', 'opc-40001-1-v1\.03'"):
        parse_plant(TOML.replace('"packml-2022"', '"packml"'))


def test_a_wrong_category_in_a_table_is_told_at_its_key():
    with pytest.raises(PlantError, match=r"line 10, .*map.*'laufend'.*'running'") as error:
        parse_plant(TOML.replace('"packml-2022"', '{ 3 = "laufend" }'))
    assert len(error.value.faults) == 1
