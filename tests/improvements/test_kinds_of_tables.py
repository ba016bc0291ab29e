"""The tables plants have: the OEE frame as it is, shifts by their starts, monthly gas, yearly figures."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TableError, TimeError
from tests.improvements.lines import CHANGE, table

PROP99 = Path(os.environ.get("SMARTFAB_DATA", Path(__file__).parents[2] / "../shared/data")) / "effects/california_prop99.csv"
TZ = "Asia/Ho_Chi_Minh"


def plant_data(days):
    """Two lines of one machine each: an hour's stop every day, shorter on L1 in the second half."""
    states, counts = [], []
    for n, day in enumerate(pd.date_range("2026-01-05T06:00", periods=days, freq="D", tz=TZ)):
        for line, machine in (("L1", "M1"), ("L2", "M2")):
            stop = 60 + 7 * np.sin(3 * n + len(line)) + (5 if machine == "M2" else 0) - (20 if line == "L1" and n >= 42 else 0)
            begin = day + pd.Timedelta(hours=2)
            again = begin + pd.Timedelta(minutes=stop)
            states += [(machine, day, "running"), (machine, begin, "unplanned_stop"), (machine, again, "running"),
                       (machine, day + pd.Timedelta(hours=8), "off")]  # fmt: skip
            counts.append((machine, day + pd.Timedelta(hours=7), 400.0 - stop, 4.0))
    shifts = pd.DataFrame({
        "shift_id": "Ca1", "start": pd.date_range("2026-01-05T06:00", periods=days, freq="D", tz=TZ),
        "end": pd.date_range("2026-01-05T14:00", periods=days, freq="D", tz=TZ), "planned": True, "kind": "work",
    })  # fmt: skip
    return sf.PlantData(
        states=pd.DataFrame(states, columns=["machine_id", "ts", "state"]),
        counts=pd.DataFrame(counts, columns=["machine_id", "ts", "good", "scrap"]),
        products=pd.DataFrame({"product_id": ["P"], "ideal_cycle_s": [60.0]}),
        machines=pd.DataFrame({"machine_id": ["M1", "M2"], "line_id": ["L1", "L2"]}), shifts=shifts, tz=TZ,
    )  # fmt: skip


def test_the_oee_frame_goes_in_as_it_is():
    kpis = sf.oee.evaluate(
        plant_data(70), "2026-01-05", "2026-03-16", by=["line_id", "shift_id", "production_date"]
    )  # fmt: skip
    measured = sf.improvements.effect(kpis, y="oee", treated="L1", at="2026-02-16", expected=0.02)
    assert measured.status == "gain_confirmed"
    assert measured.interval[0] < 20 / 480 < measured.interval[1]
    assert (measured.arguments["weight"], measured.arguments["categories"]) == ("planned_s", ["shift_id"])
    assert measured.windows["reporting"]["periods"] == 28


def test_shifts_by_their_starts_are_taken_on_the_plants_own_day():
    data = table(0.04)
    hours = data["shift_id"].map({"Ca1": 6, "Ca2": 14, "Ca3": 22})
    start = (data["production_date"] + pd.to_timedelta(hours, unit="h")).dt.tz_localize(TZ)
    timed = data.drop(columns="production_date").assign(start=start.dt.tz_convert("UTC"))
    asked = {"y": "oee", "treated": "L3", "time": "start"}
    midday = sf.improvements.effect(timed, **asked, at="2026-03-02T14:00+07:00", tz=TZ)
    day = midday.effects.set_index("date").loc["2026-03-02"]
    assert 0.5 < day["exposure"] < 0.8
    whole = sf.improvements.effect(timed, **asked, at=CHANGE, tz=TZ)
    by_date = sf.improvements.effect(data, y="oee", treated="L3", at=CHANGE)
    assert whole.estimate == pytest.approx(by_date.estimate, abs=1e-12)
    with pytest.raises(TimeError, match="tz="):
        sf.improvements.effect(timed, **asked, at=CHANGE)


def test_a_naive_time_of_day_is_refused_without_a_zone():
    data = table(0.0, days=130, lines=1)
    naive = data.assign(start=data["production_date"] + pd.Timedelta(hours=6))
    with pytest.raises(TimeError, match="naive"):
        sf.improvements.effect(naive, y="oee", treated="L1", at=CHANGE, time="start")
    assert sf.improvements.effect(naive, y="oee", treated="L1", at=CHANGE, time="start", tz=TZ)


def test_a_change_at_noon_leaves_out_its_day_where_rows_know_only_their_date():
    measured = sf.improvements.effect(table(0.04), y="oee", treated="L3", at="2026-03-02T14:00+07:00", tz=TZ)
    assert pd.Timestamp("2026-03-02") not in set(measured.effects["date"])
    assert "change_day_left_out" in {item["code"] for item in measured.findings}
    assert measured.windows["reporting"]["first"] == "2026-03-03"


def gas(months, *, fall=0.0, written="%Y-%m"):
    rng = np.random.default_rng(5)
    dates = pd.date_range("2024-01-01", periods=months, freq="MS")
    read = 5000 + 150 * rng.standard_normal(months) - fall * (np.arange(months) >= 18)
    return pd.DataFrame({"month": dates.strftime(written), "meter": "kiln", "gas_m3": read})


@pytest.mark.parametrize("written", ["%Y-%m", "%Y-%m-%d"])
def test_monthly_gas_readings(written):
    asked = {"y": "gas_m3", "time": "month", "unit": "meter", "treated": "kiln", "at": "2025-07-01", "grain": "ME"}
    measured = sf.improvements.effect(gas(26, fall=800, written=written), **asked, expected=-500)
    assert (measured.status, measured.arguments["better"]) == ("gain_confirmed", "lower")
    assert measured.interval[0] < -800 < measured.interval[1]
    assert measured.windows["baseline"]["periods"] == 18
    assert measured.sentence("vi").startswith("gas_m3 giảm")
    few = sf.improvements.effect(gas(21, fall=800), **asked)
    assert "gate_reporting_periods" in {item["code"] for item in few.findings}


def test_a_month_the_change_cuts_is_exposed_by_its_share():
    measured = sf.improvements.effect(
        gas(26, fall=800), y="gas_m3", time="month", unit="meter", treated="kiln", at="2025-07-11", grain="ME"
    )
    assert measured.effects.set_index("date").loc["2025-07-01", "exposure"] == pytest.approx(21 / 31)


def test_years_are_whole_numbers():
    rng = np.random.default_rng(2)
    rows = [
        {"year": year, "state": f"S{n}", "packs": 100 + n - year % 7 + rng.normal() - 20 * (n == 0 and year >= 1989)}
        for year in range(1970, 2001) for n in range(8)
    ]  # fmt: skip
    measured = sf.improvements.effect(
        pd.DataFrame(rows), y="packs", time="year", unit="state", treated="S0", at=1989, grain="YE", better="lower"
    )
    assert measured.interval[0] < -20 < measured.interval[1]
    assert measured.windows["reporting"] == {"first": "1989-01-01", "last": "2000-01-01", "periods": 12}


@pytest.mark.skipif(not PROP99.exists(), reason="the public data set california_prop99.csv is not here (see SMARTFAB_DATA)")
def test_proposition_99():
    table = pd.read_csv(PROP99).melt("Year", var_name="state", value_name="packs")
    measured = sf.improvements.effect(
        table, y="packs", time="Year", unit="state", treated="California", at=1989, grain="YE", better="lower"
    )
    assert (measured.method, measured.windows["baseline"]["periods"]) == ("controls", 19)
    after = measured.effects["exposure"] > 0
    assert measured.effects.loc[after, "gap"].mean() == pytest.approx(-19.5, abs=3)  # published: −19.5
    assert measured.effects["gap"].iloc[-1] == pytest.approx(-26.6, abs=5)  # in 2000: −26.6
    assert measured.status == "gain_confirmed"
    assert measured.estimate > measured.effects.loc[after, "gap"].mean()  # it grew: a step is less than its mean


def test_every_fault_of_a_table_is_told_at_once():
    broken = table(0.0, days=130).drop(columns=["planned_s"]).assign(oee="much")
    with pytest.raises(TableError, match=r"(?s)2 faults.*oee.*production_date|2 faults.*production_date.*oee"):
        sf.improvements.effect(broken.assign(production_date="soon"), y="oee", treated="L3", at=CHANGE)
