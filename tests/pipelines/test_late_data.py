"""What came in time re-opens a date; what came later waits for somebody; a closed month stays as it is."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import TimeError
from smartfab.pipelines import production_days
from smartfab.store.delta_log import commit_path
from tests.pipelines.conftest import DAYS

FIRST, SECOND = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


def _late(sim, at="2026-03-02T05:00Z"):
    return sim.samples.iloc[:1].assign(ts=pd.Timestamp(at), server_ts=pd.Timestamp(at), value=1.0)


@pytest.fixture
def computed(filled, sim):
    assert sf.pipelines.missing(sim.plant, filled, DAYS) == [FIRST, SECOND]
    sf.pipelines.backfill(sim.plant, filled, DAYS)
    return filled


def test_what_is_computed_is_not_missing(computed, sim):
    assert sf.pipelines.missing(sim.plant, computed, DAYS) == []
    assert sf.pipelines.pending(sim.plant, computed, DAYS) == {}


def test_late_data_reopen_the_dates_they_reach(computed, sim):
    computed.append("samples", _late(sim))
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == [FIRST, SECOND]
    computed.append("samples", _late(sim, "2026-03-09T05:00Z"))
    sf.pipelines.backfill(sim.plant, computed, DAYS)
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == []


def test_after_two_days_they_are_pending(computed, sim):
    """The date was over long before this commit."""
    computed.append("samples", _late(sim))
    assert sf.pipelines.missing(sim.plant, computed, DAYS) == []
    told = sf.pipelines.pending(sim.plant, computed, DAYS)
    assert list(told) == [FIRST, SECOND]
    assert told[FIRST].startswith("samples since ")
    sf.pipelines.backfill(sim.plant, computed, DAYS)
    assert sf.pipelines.pending(sim.plant, computed, DAYS) == {}


def test_a_compaction_reopens_nothing(computed, sim):
    computed.append("samples", _late(sim, "2026-03-02T05:00Z"))
    sf.pipelines.backfill(sim.plant, computed, DAYS)
    assert computed.compact("2026-03-02")
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == []


@pytest.mark.parametrize("table", ["oee", "account", "counts"])
def test_a_date_whose_figures_were_lost_with_a_damaged_commit_is_missing(computed, sim, table):
    before = computed.read(table)
    commit_path(computed.path / table, 1).write_bytes(b"torn")
    store = sf.open_store(computed.path)
    store.heal(store.verify())
    lost = sf.pipelines.missing(sim.plant, store, DAYS)
    assert len(lost) == 1
    assert sf.pipelines.backfill(sim.plant, store, lost).changed[lost[0].isoformat()] == [table]
    assert sf.pipelines.missing(sim.plant, store, DAYS) == []
    pd.testing.assert_frame_equal(store.read(table), before)


def test_a_closed_month_stays_and_tells_what_came(computed, sim):
    closed = sf.pipelines.close_period(computed, "2026-03", by="Lan")
    assert (closed.closed, closed.by, closed.label(), closed.label("en")) == (True, "Lan", "đã chốt", "closed")
    assert closed.versions["oee"] == computed.version("oee")
    computed.append("samples", _late(sim))
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == []
    assert list(sf.pipelines.pending(sim.plant, computed, DAYS)) == [FIRST, SECOND]
    run = sf.pipelines.daily(sim.plant, computed, DAYS[0])
    assert (run.ok, run.pending, run.changed) == (False, {DAYS[0]: "the month is closed"}, {})
    opened = sf.pipelines.reopen_period(computed, "2026-03")
    assert (opened.closed, opened.label()) == (False, "tạm tính")
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == [FIRST, SECOND]


def test_closing_twice_changes_nothing(store):
    first = sf.pipelines.close_period(store, "2026-03", by="Lan")
    assert sf.pipelines.close_period(store, "2026-03", by="Minh") == first
    assert sf.pipelines.period(store, "2026-04").closed is False
    assert sf.pipelines.period(sf.open_store(store.path), "2026-03") == first


@pytest.mark.parametrize("month", ["2026-3", "2026-13", "March", "2026-03-01", None])
def test_what_is_no_month_is_refused(store, month):
    with pytest.raises(TimeError, match="a month such as 2026-03"):
        sf.pipelines.close_period(store, month)


def test_the_last_date_that_is_over(sim):
    plant = sim.plant
    assert production_days.last_over(plant, pd.Timestamp("2026-03-03T06:00+07:00")) == dt.date(2026, 3, 2)
    assert production_days.last_over(plant, pd.Timestamp("2026-03-03T05:59+07:00")) == dt.date(2026, 3, 1)
    assert production_days.last_over(plant, pd.Timestamp("2026-03-03T23:59+07:00")) == dt.date(2026, 3, 2)


def test_what_people_enter_reopens_its_own_date(computed, sim):
    machine = next(machine.id for _, machine in sim.plant.machines)
    sf.counts.correct(computed, machine, FIRST, "Ca1", None, good=-1, scrap=1, reason="KCS", by="An")
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == [FIRST]
    sf.pipelines.backfill(sim.plant, computed, DAYS)
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == []
    sf.counts.assign_product(computed, machine, "P", "2026-03-03T12:00Z", by="An")
    assert sf.pipelines.missing(sim.plant, computed, DAYS, reopens="100000D") == [SECOND]
