"""A production date computed from the store is what the engine says of the samples, once and for ever."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TimeError, WriteConflictError
from smartfab.pipelines import parts, runs
from smartfab.pipelines.run_records import read_record
from smartfab.store.ownership import Ownership
from tests.pipelines.conftest import DAYS


def test_the_figures_are_those_of_the_whole_window(filled, sim):
    for day in DAYS:
        assert sf.pipelines.daily(sim.plant, filled, day).ok
    stored = filled.read("oee", *DAYS)
    direct = sf.oee.evaluate(sim.data, "2026-03-02", "2026-03-03")
    both = stored.merge(direct, on=["machine_id", "shift_id"], suffixes=("", "_direct"))
    assert len(both) == len(direct) > 0
    for name in ("run_s", "planned_s", "breakdown_s", "good", "scrap"):
        assert (both[name] - both[f"{name}_direct"]).abs().max() < 1e-6
    account = filled.read("account", *DAYS)
    assert account.groupby("machine_id")["duration_s"].sum().tolist() == pytest.approx([86_400.0, 86_400.0])


def test_twice_is_once(filled, sim, figures):
    first = sf.pipelines.daily(sim.plant, filled, DAYS[0])
    assert first.changed == {DAYS[0]: ["account", "oee", "states", "counts", "shifts"]}
    before, versions = figures(filled), {name: filled.version(name) for name in first.rows}
    again = sf.pipelines.daily(sim.plant, sf.open_store(filled.path), dt.date(2026, 3, 2))
    assert again.changed == {}
    assert {name: filled.version(name) for name in first.rows} == versions
    for name, table in figures(filled).items():
        pd.testing.assert_frame_equal(table, before[name])


def test_overlapping_intervals_and_any_order_are_equal(filled, sim, tmp_path, equal):
    other = sf.open_store(tmp_path / "other")
    other.append("samples", sim.samples)
    sf.pipelines.backfill(sim.plant, filled, DAYS)
    for days in ([DAYS[1]], [DAYS[1], DAYS[0]], DAYS):
        sf.pipelines.backfill(sim.plant, other, days)
    equal(filled, other)


def test_late_data_change_the_figures_and_the_old_ones_stay_readable(store, sim):
    noon = pd.Timestamp("2026-03-02T05:00Z")
    gap = sim.samples["ts"].between(noon, noon + pd.Timedelta("2h"))
    store.append("samples", sim.samples[~gap])
    sf.pipelines.daily(sim.plant, store, DAYS[0])
    before = int(store.version("oee"))
    good = store.read("oee", *DAYS)["good"].sum()
    store.append("samples", sim.samples[gap])
    assert sf.pipelines.daily(sim.plant, store, DAYS[0]).changed
    assert store.read("oee", *DAYS, as_of=before)["good"].sum() == good
    reference = sf.oee.evaluate(sim.data, *DAYS)
    assert store.read("oee", *DAYS)["good"].sum() == pytest.approx(reference["good"].sum())


def test_the_versions_are_pinned_at_the_start(filled, sim, monkeypatch):
    late = sim.samples.assign(value=0.0).iloc[:500]
    compute = runs.compute

    def meanwhile(part, **settings):
        filled.append("samples", late.assign(ts=late["ts"] + pd.Timedelta("6h")))
        return compute(part, **settings)

    sf.pipelines.daily(sim.plant, filled, DAYS[0])
    versions = filled.version("oee")
    monkeypatch.setattr(runs, "compute", meanwhile)
    assert sf.pipelines.daily(sim.plant, filled, DAYS[0]).changed == {}
    assert filled.version("oee") == versions
    assert read_record(filled, dt.date(2026, 3, 2)).versions["samples"] == 1


def test_a_line_that_fails_is_told_by_its_key_and_keeps_its_rows(filled, sim, monkeypatch, figures):
    two = _two_lines(sim)
    sf.pipelines.daily(two, filled, DAYS[0])
    before = figures(filled)
    compute = runs.compute

    def half(part, **settings):
        if part.line_id == "L2":
            return parts.Made(error="TableError: broken")
        return compute(part, **settings)

    monkeypatch.setattr(runs, "compute", half)
    run = sf.pipelines.daily(two, filled, DAYS[0])
    assert not run.ok
    assert run.failed == {"L2 2026-03-02": "TableError: broken"}
    for name, table in figures(filled).items():
        pd.testing.assert_frame_equal(table, before[name])
    assert sf.pipelines.missing(two, filled, [DAYS[0]]) == [dt.date(2026, 3, 2)]


def _two_lines(sim):
    told = sim.plant.model_dump(mode="json", by_alias=True, exclude_none=True)
    (line,) = told["line"]
    told["line"] = [{**line, "id": f"L{place + 1}", "machine": [machine]} for place, machine in enumerate(line["machine"])]
    return sf.Plant.model_validate(told)


def test_when_every_line_fails_nothing_is_changed(filled, sim, monkeypatch):
    sf.pipelines.daily(sim.plant, filled, DAYS[0])
    versions = filled.version("oee")
    monkeypatch.setattr(runs, "compute", lambda part, **_: parts.Made(error="OSError: no"))
    assert not sf.pipelines.daily(sim.plant, filled, DAYS[0]).ok
    assert filled.version("oee") == versions


def test_an_unexpected_error_of_a_part_is_told_too(filled, sim, monkeypatch, caplog):
    from smartfab.pipelines import stages

    def broken(day):
        raise ZeroDivisionError("in a stage")

    monkeypatch.setattr(stages, "STAGES", (*stages.STAGES, broken))
    (reason,) = sf.pipelines.daily(sim.plant, filled, DAYS[0]).failed.values()
    assert reason.startswith("ZeroDivisionError: in a stage")
    assert [record.name for record in caplog.records if "2026-03-02 failed" in record.message] == ["smartfab.pipelines"]


def test_a_stage_of_ones_own_is_committed_with_the_rest(filled, sim, monkeypatch):
    from smartfab.pipelines import stages

    def parts(day):
        assert len(day.tables["oee"]) > 0
        rows = day.data.counts.head(3)
        return {"parts": pd.DataFrame({"part_id": ["a", "b", "c"], "machine_id": rows["machine_id"], "end": rows["ts"]})}

    monkeypatch.setattr(stages, "STAGES", (*stages.STAGES, parts))
    sf.pipelines.daily(sim.plant, filled, DAYS[0])
    assert filled.read_day("parts", DAYS[0])["part_id"].tolist() == ["a", "b", "c"]


def test_a_date_without_samples_is_unknown_not_zero(filled, sim):
    run = sf.pipelines.daily(sim.plant, filled, "2026-05-04")
    assert run.ok
    rows = filled.read("oee", "2026-05-04", "2026-05-05")
    assert rows["unknown_s"].sum() > 0
    assert rows["oee"].isna().all()


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25), ("2026-10-26", 24)])
def test_a_day_has_as_many_hours_as_the_clocks_say(store, sim, day, hours):
    told = sim.plant.model_dump(mode="json", by_alias=True, exclude_none=True)
    rome = sf.Plant.model_validate({**told, "plant": {**told["plant"], "timezone": "Europe/Rome"}})
    sf.pipelines.daily(rome, store, day)
    account = store.read_day("account", day)
    assert account.groupby("machine_id")["duration_s"].sum().tolist() == pytest.approx([hours * 3600.0] * 2)


def test_a_clock_that_is_hours_off_stops_the_line(store, sim):
    shifted = sim.samples.assign(ts=sim.samples["ts"] + pd.Timedelta("7h"))
    store.append("samples", shifted)
    run = sf.pipelines.daily(sim.plant, store, DAYS[0])
    (reason,) = run.failed.values()
    assert "the clock is -7 h off the server's" in reason
    assert 'clock = "server"' in reason


def test_one_job_at_a_time(filled, sim):
    with Ownership(filled.path / runs.LOCK / "figures.lock", "x"), pytest.raises(WriteConflictError, match="in use by process"):
        sf.pipelines.daily(sim.plant, filled, DAYS[0])


@pytest.mark.parametrize("day", ["2.3.2026", None, 20260302, pd.Timestamp("2026-03-02T06:00"), pd.NaT])
def test_what_is_no_production_date_is_refused(filled, sim, day):
    with pytest.raises(TimeError, match="a production date such as 2026-03-02"):
        sf.pipelines.daily(sim.plant, filled, day)


def test_progress_is_told_part_by_part(filled, sim):
    told = []
    sf.pipelines.backfill(sim.plant, filled, DAYS, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
