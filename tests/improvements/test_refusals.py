"""Arguments that cannot be meant are refused with their place and a remedy; all of them at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import MissingColumnError, TableError, UnitError
from smartfab.improvements.kpi_rules import mediators_among
from tests.improvements.lines import CHANGE, table

ASKED = {"y": "oee", "treated": "L3", "at": CHANGE}


@pytest.fixture(scope="module")
def data():
    return table(0.0, days=140)


def test_percent_for_a_ratio_is_asked_back(data):
    with pytest.raises(UnitError, match=r"Did you mean 0\.02 \(2 điểm %\)\?"):
        sf.improvements.effect(data, **ASKED, expected=2.0)
    with pytest.raises(UnitError, match=r"Did you mean 0\.015 \(1,5 điểm %\)\?"):
        sf.improvements.effect(data.rename(columns={"oee": "hieu_suat"}), **ASKED | {"y": "hieu_suat"}, expected=1.5)
    kilowatt_hours = data.assign(kwh=500 * data["oee"])
    assert sf.improvements.effect(kilowatt_hours, **ASKED | {"y": "kwh"}, expected=20.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"categories": ["shift_id", "breakdown_s"]}, "breakdown_s.*on the way"),
        ({"covariates": ["oee"]}, "'oee' lies on the way"),
        ({"y": "quality", "covariates": ["scrap"]}, "scrap"),
        ({"controls": ["L1", "L3"]}, "the treated unit"),
        ({"controls": ["L9"]}, "'L9' has no row"),
        ({"treated": "L9"}, "treated.*'L9' has no row"),
        ({"at": "soon"}, "at: 'soon'"),
        ({"at": "2026-03-02T06:00"}, "naive time"),
        ({"until": "2026-03-01"}, "not after the change"),
        ({"since": "2026-04-01"}, "not before the change"),
        ({"expected": 0.0}, "expected"),
        ({"expected": float("nan")}, "expected"),
        ({"expected": -0.02, "better": "higher"}, "for the better"),
        ({"better": "more"}, "'higher' or 'lower'"),
        ({"grain": "h"}, "one of D, W, ME, QE, YE"),
        ({"method": "magic"}, "one of auto, controls, series, switchback"),
        ({"level": 95}, "0.95"),
        ({"tz": "Hanoi"}, "no time zone"),
        ({"blackout": "a week"}, "blackout"),
        ({"others": [{"id": "x"}]}, r"others\[0\]"),
        ({"others": "x"}, "a list of changes"),
        ({"blocks": [["2026-03-02", True]]}, "method='switchback'"),
        ({"method": "switchback", "blocks": [["2026-03-03", 1], ["2026-03-02", 0]]}, "in order"),
        ({"planned": {"status": "adequate"}}, "what plan wrote"),
        ({"controls": ["L1", "L1"]}, "each name once"),
        ({"weight": "hours"}, "no such column"),
    ],
)
def test_what_cannot_be_meant_is_refused(data, change, message):
    with pytest.raises(TableError, match=message):
        sf.improvements.effect(data, **ASKED | change)


def test_all_faults_are_told_at_once(data):
    with pytest.raises(TableError, match="3 faults"):
        sf.improvements.effect(data, **ASKED | {"grain": "h", "level": 2.0, "controls": 7})
    with pytest.raises(MissingColumnError, match="2 faults"):
        sf.improvements.effect(data[["oee"]], **ASKED)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"planned_s": -1.0}, "weights that are not negative"),
        ({"line_id": None}, "name of a unit"),
        ({"production_date": pd.NaT}, "a time in every row"),
    ],
)
def test_rows_that_cannot_be_meant_are_refused(data, change, message):
    broken = data.copy()
    for name, value in change.items():
        broken.loc[broken.index[5], name] = value
    with pytest.raises(TableError, match=message):
        sf.improvements.effect(broken, **ASKED)


def test_an_exposure_outside_0_and_1_is_refused(data):
    with pytest.raises(TableError, match="0 … 1"):
        sf.improvements.effect(data.assign(x=2.0), **ASKED, exposure="x")


def test_no_table_is_refused():
    with pytest.raises(TableError, match="a pandas DataFrame"):
        sf.improvements.effect({"oee": [1]}, **ASKED)


def test_an_infinite_figure_is_unknown_and_said(data):
    infinite = data.assign(oee=data["oee"].mask(data.index == 7, np.inf))
    measured = sf.improvements.effect(infinite, **ASKED)
    assert "non_finite_value" in {item["code"] for item in measured.findings}
    again = sf.improvements.measurement_from_rows(sf.improvements.canonical_rows(measured.rows), measured.arguments)
    assert again.to_dict() == measured.to_dict()


@pytest.mark.parametrize(
    ("y", "columns", "found"),
    [
        ("oee", ["shift_id", "quality", "outdoor_degC"], ["quality"]),
        ("quality", ["run_s", "defect_code"], ["defect_code"]),
        ("gas_m3", ["total", "gas_m3"], ["gas_m3"]),
        ("availability", ["reason_id", "product_id"], ["reason_id"]),
    ],
)
def test_mediators_by_kpi(y, columns, found):
    assert mediators_among(y, columns) == found


def test_numbers_of_numpy_are_numbers(data):
    one = sf.improvements.effect(data, **ASKED, expected=0.5, level=0.75)
    other = sf.improvements.effect(data, **ASKED, expected=np.float32(0.5), level=np.float32(0.75))
    assert other.to_dict() == one.to_dict()
