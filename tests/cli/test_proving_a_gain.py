"""From a plan to a verdict, typed: what is planned is frozen, what is due is measured, from a store or from a file."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.improvements import Register, effect
from smartfab.improvements.canonical import canonical_json

TZ = "Asia/Ho_Chi_Minh"
BEFORE, AFTER, STOP = 56, 28, 70
PLANT = """
[plant]
id = "p"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"

[[shift]]
id = "Ca1"
start = "06:00"
end = "14:00"

[[product]]
id = "P"
ideal_cycle_s = 60.0

[[line]]
id = "L3"

[[line.machine]]
id = "M1"

[line.machine.signals]
state = { path = "s", role = "state" }
good = { path = "g", role = "good_count" }
"""
IDEA = {
    "title_vi": "Gá nhanh", "problem": "Lâu", "solution": "Gá côn", "authors": [("E1", 100)], "line_id": "L3", "kpi": "oee",
    "expected": 0.04, "by": "E1",
}  # fmt: skip
TODAY = (dt.datetime.now(dt.UTC).astimezone(sf.clock.zone(TZ)) - dt.timedelta(hours=6)).date()  # the production date that runs
AT = TODAY - dt.timedelta(days=AFTER)


def samples(first, days, change=None):
    """Of one machine: it stops for an hour and some every day, for less from the day of the change on."""
    rows, made = [], 0.0
    for n in range(days):
        day = first + dt.timedelta(days=n)
        start = pd.Timestamp(day, tz=TZ) + pd.Timedelta(hours=6)
        stop = round(STOP + 8 * np.sin(3 * n + n * n)) - (35 if change is not None and day >= change else 0)
        begin = start + pd.Timedelta(hours=2)
        rows += [("M1/state", start, np.nan, "running"), ("M1/state", begin, np.nan, "unplanned_stop"),
                 ("M1/state", begin + pd.Timedelta(minutes=stop), np.nan, "running"),
                 ("M1/state", start + pd.Timedelta(hours=8), np.nan, "off"), ("M1/good", start, made, None)]  # fmt: skip
        made += 480.0 - stop
        rows.append(("M1/good", start + pd.Timedelta(hours=7, minutes=59), made, None))
    frame = pd.DataFrame(rows, columns=["signal_id", "ts", "value", "text"]).assign(status=0)
    return frame.astype({"text": "str"})


@pytest.fixture
def typed(run, tmp_path):
    """Types a command with the options of this plant."""
    (tmp_path / "plant.toml").write_text(PLANT, encoding="utf-8")

    def typed(*words):
        given = ("--db", tmp_path / "plant.db", "--plant", tmp_path / "plant.toml", "--store", tmp_path / "store")
        return run(*words, *given)

    return typed


def accepted(path, day, **more):
    """A register in which an idea was accepted on a day."""
    now = dt.datetime.combine(day, dt.time(5), dt.UTC)
    with Register(f"sqlite:///{path}", clock=lambda: now) as register:
        imp = register.submit(**{**IDEA, **more})
        register.transition(imp.id, "accepted", by="L1")
    return imp.id


@pytest.fixture
def installed(typed, tmp_path):
    """An improvement whose plan was frozen before the change, and whose read-out day is today."""
    sf.open_store(tmp_path / "store").append("samples", samples(AT - dt.timedelta(days=BEFORE), BEFORE + AFTER, AT))
    day = AT - dt.timedelta(days=2)
    name = accepted(tmp_path / "plant.db", day)
    plant = sf.read_plant(tmp_path / "plant.toml")
    window = (AT - dt.timedelta(days=BEFORE)).isoformat(), (day - dt.timedelta(days=1)).isoformat()
    data = sf.PlantData.from_store(sf.open_store(tmp_path / "store"), plant, *window)
    rows = sf.oee.evaluate(data, *window, by=["line_id", "shift_id", "production_date"])
    plan = sf.improvements.plan(rows, y="oee", treated="L3", at=AT.isoformat(), report_days=AFTER, expected=0.04)
    now = [dt.datetime.combine(day, dt.time(6), dt.UTC)]
    with Register(f"sqlite:///{tmp_path / 'plant.db'}", clock=lambda: now[0]) as register:
        register.freeze(name, plan, by="E1")
        now[0] = dt.datetime.combine(AT, dt.time(6), dt.UTC)
        register.intervened(name, at=AT, kind="install", by="E1")
    return name


def test_what_is_due_is_measured_once(run, typed, installed, tmp_path):
    ended = typed("measure", "--due", "--json")
    assert (ended.code, ended.errors) == (0, [])
    (told,) = json.loads(ended.out)
    assert (told["id"], told["status"], told["grade"]) == (installed, "gain_confirmed", "C")
    assert told["sentence"].startswith("OEE tăng ")
    with Register(f"sqlite:///{tmp_path / 'plant.db'}") as register:
        (kept,) = register.measurements(installed)
        again = register.reproduce(kept.id)
        assert register.get(installed).state == "gain_confirmed"
    assert kept.low < 35 / 480 < kept.high
    assert canonical_json(again.to_dict()) == canonical_json(kept.result)
    assert typed("measure", "--due").out == "nothing is due\n"
    assert typed("measure", installed).out.splitlines() == [f"{installed}: {told['sentence']}", "1 measured"]
    assert told["sentence"] in run("register", "show", installed, "--db", tmp_path / "plant.db").out


def test_a_plan_is_told_written_and_frozen(run, typed, tmp_path):
    sf.open_store(tmp_path / "store").append("samples", samples(TODAY - dt.timedelta(days=60), 60))
    db, file, at = tmp_path / "plant.db", tmp_path / "plan.json", TODAY + dt.timedelta(days=3)
    name = accepted(db, TODAY - dt.timedelta(days=1))
    ended = typed("register", "plan", name, "--at", at, "--out", file)
    assert (ended.code, ended.errors) == (0, [])
    told = ended.out.splitlines()
    assert told[0].startswith(f"OEE của L3: 45 ngày sau {at} phát hiện được thay đổi từ ")
    assert told[0].endswith("kỳ vọng 4,0 điểm %: đủ")
    assert told[-1] == f"smartfab register freeze {name} {file} --db {db}"
    ended = run("register", "freeze", name, file, "--db", db, "--by", "E1")
    assert (ended.code, ended.errors) == (0, [])
    assert ended.out.startswith(f"{name} planned (version 3), ")
    with Register(f"sqlite:///{db}") as register:
        assert register.plan(name).digest == json.loads(file.read_text(encoding="utf-8"))["digest"]


def test_a_plan_that_was_edited_or_is_anothers_is_not_frozen(run, typed, tmp_path):
    sf.open_store(tmp_path / "store").append("samples", samples(TODAY - dt.timedelta(days=60), 60))
    db, file = tmp_path / "plant.db", tmp_path / "plan.json"
    name = accepted(db, TODAY - dt.timedelta(days=1))
    other = accepted(db, TODAY - dt.timedelta(days=1))
    assert typed("register", "plan", name, "--at", TODAY + dt.timedelta(days=3), "--out", file).code == 0
    for told, found in (
        (("register", "freeze", other, file), f"a plan for {name}"),
        (("register", "freeze", name, tmp_path / "nothing.json"), "FileNotFoundError"),
    ):
        ended = run(*told, "--db", db)
        assert (ended.code, len(ended.errors)) == (2, 1)
        assert found in ended.errors[0]
    file.write_text(file.read_text(encoding="utf-8").replace('"expected":0.04', '"expected":0.4'), encoding="utf-8")
    ended = run("register", "freeze", name, file, "--db", db)
    assert "edited after it was made" in ended.errors[0]
    with Register(f"sqlite:///{db}") as register:
        assert register.plan(name) is None


def test_gas_by_month_from_a_file(run, tmp_path):
    rng = np.random.default_rng(3)
    months = pd.period_range(end=pd.Period(TODAY, "M"), periods=24, freq="M")
    at = months[18]
    gas = 10_000 + rng.normal(0, 150, 24) - 900 * (months >= at)
    file, db, day = tmp_path / "gas.csv", tmp_path / "plant.db", at.start_time.date()
    pd.DataFrame({"month": months.astype(str), "meter": "kiln", "gas_m3": gas}).to_csv(file, index=False)
    name = accepted(db, day - dt.timedelta(days=9), kpi="gas_m3", line_id="kiln", expected=-500.0)
    options = ("--at", day, "--time", "month", "--unit", "meter", "--grain", "ME", "--data", file, "--report-days", "150")
    ended = run("register", "plan", name, *options, "--out", tmp_path / "plan.json", "--db", db)
    assert (ended.code, ended.errors) == (0, [])
    said = "Lò thay vòi đốt trước khi có kế hoạch"
    ended = run("register", "freeze", name, tmp_path / "plan.json", "--db", db, "--hindsight", said)
    assert (ended.code, ended.errors) == (0, [])
    assert run("register", "intervened", name, "--at", day, "--db", db).code == 0
    ended = run("measure", name, "--data", file, "--db", db, "--json")
    (told,) = json.loads(ended.out)
    assert (told["status"], told["grade"]) == ("gain_confirmed", "C")
    direct = effect(
        pd.read_csv(file), y="gas_m3", time="month", unit="meter", treated="kiln", at=day, grain="ME", expected=-500.0
    )
    with Register(f"sqlite:///{db}") as register:
        assert register.measurements(name)[0].estimate == pytest.approx(direct.estimate, rel=0.05)


def test_rows_come_from_one_place(run, typed, tmp_path):
    name = accepted(tmp_path / "plant.db", TODAY)
    for words in ((), ("--plant", "plant.toml"), ("--data", tmp_path / "gas.pdf"), ("--data", "a.csv", "--store", "store")):
        ended = run("measure", name, "--db", tmp_path / "plant.db", *words)
        assert ended.code == 2
        assert "--data" in ended.errors[0]
