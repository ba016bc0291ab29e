"""The registry of KPIs, held against what the engine computes on a line of known truth."""

import re

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.vocabulary import TABLES

REGISTRY = sf.oee.kpis().set_index("id")
IN_OUR_TERMS = REGISTRY[REGISTRY["our_terms"].notna()]


@pytest.fixture(scope="module")
def sim():
    return sf.simulation.line(days=3, seed=5)


@pytest.fixture(scope="module")
def rows(sim):
    return sf.oee.evaluate(sim.data, sim.start, sim.end, by=["machine_id"]).set_index("machine_id")


def value(rows: pd.DataFrame, kpi: str) -> np.ndarray:
    return rows.eval(REGISTRY.loc[kpi, "our_terms"]).to_numpy(float)


def test_it_holds_the_kpis_of_the_design_and_each_says_how_sure_it_is():
    assert set(REGISTRY.index) == {
        "availability", "effectiveness", "quality_ratio", "oee", "nee", "setup_ratio", "technical_efficiency",
        "utilization_efficiency", "allocation_efficiency", "throughput_rate", "scrap_ratio", "rework_ratio", "first_pass_yield",
        "cm", "cmk", "cp", "cpk", "mtbf", "mttf", "mttr", "energy_per_piece",
    }  # fmt: skip
    assert REGISTRY.drop(columns=["our_terms", "column"]).notna().all(axis=None)
    assert REGISTRY["certainty"].str.match("published formula|from secondary sources").all()


@pytest.mark.parametrize("kpi", IN_OUR_TERMS.index)
def test_its_terms_are_columns_of_the_oee_table(kpi):
    used = set(re.findall(r"[a-z_]+", IN_OUR_TERMS.loc[kpi, "our_terms"]))
    assert used <= {column.name for column in TABLES["oee"].columns}


@pytest.mark.parametrize("kpi", REGISTRY.index)
def test_the_formula_is_made_of_the_elements_it_names(kpi):
    row = REGISTRY.loc[kpi]
    spelled = row["formula"]
    for name, formula in (("Availability", "APT / PBT"), ("Effectiveness", "PRI · PQ / APT"), ("Quality ratio", "GQ / PQ")):
        spelled = spelled.replace(name, formula)
    named = set(re.split(r"[\s/·+()−,1-9]+", spelled)) - {"", "min", "Σ"}
    assert named == set(row["elements"].split())


@pytest.mark.parametrize("kpi", REGISTRY.index[REGISTRY["column"].notna()])
def test_where_it_is_a_ratio_of_the_table_its_terms_give_that_ratio(rows, kpi):
    expected = rows[REGISTRY.loc[kpi, "column"]].to_numpy(float)
    assert value(rows, kpi) == pytest.approx(expected, rel=1e-12)
    assert len(np.unique(expected)) > 1


def test_and_it_does_so_after_a_roll_up(rows):
    whole = sf.oee.rollup(rows.reset_index(), by=["line_id"])
    for kpi in REGISTRY.index[REGISTRY["column"].notna()]:
        assert value(whole, kpi) == pytest.approx(whole[REGISTRY.loc[kpi, "column"]].to_numpy(float), rel=1e-12), kpi


@pytest.mark.parametrize("kpi", ["mtbf", "mttf"])
def test_reliability_by_the_standard_s_divisor_is_the_same(sim, rows, kpi):
    account = sf.oee.time_account(sim.data, sim.start, sim.end)
    table = sf.oee.reliability(account, convention="iso22400").set_index("machine_id")
    assert (table["n_failures"] > 0).all()
    assert value(rows, kpi) == pytest.approx(table.loc[rows.index, f"{kpi}_s"].to_numpy(float), rel=1e-12)


def test_kpis_of_time_agree_with_each_other(rows):
    busy, used = value(rows, "allocation_efficiency"), value(rows, "utilization_efficiency")
    assert busy * used == pytest.approx((rows["run_s"] / rows["planned_s"]).to_numpy(float), rel=1e-12)
    assert (value(rows, "technical_efficiency") >= used).all()
    assert (rows["setup_s"] > 0).any()
    processing = rows["run_s"] + rows["setup_s"]
    assert value(rows, "setup_ratio") * processing.to_numpy(float) == pytest.approx(rows["setup_s"].to_numpy(float), rel=1e-12)


def test_shares_of_pieces_make_one(rows):
    shares = value(rows, "scrap_ratio") + value(rows, "rework_ratio") + value(rows, "first_pass_yield")
    assert shares == pytest.approx(1.0, rel=1e-12)
