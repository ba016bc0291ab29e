"""The nightly commands: figures of dates, what is missing, months, and how a store stands."""

from __future__ import annotations

import json
import sqlite3

import pandas as pd
import pytest

import smartfab as sf


@pytest.fixture
def folder(sim, tmp_path):
    (tmp_path / "plant.toml").write_text(sim.plant.to_toml(), encoding="utf-8")
    sf.open_store(tmp_path / "store").append("samples", sim.samples)
    return tmp_path


def _last(ended):
    return json.loads(ended.out.splitlines()[-1])


def _given(folder):
    return folder / "plant.toml", "--store", folder / "store"


def test_daily_tells_what_it_made_and_then_that_nothing_changed(run, folder):
    first = run("daily", *_given(folder), "--day", "2026-03-02")
    told = _last(first)
    assert (first.code, told["command"], told["exit"], told["days"]) == (0, "daily", 0, ["2026-03-02"])
    assert told["rows"]["oee"] > 0
    again = run("daily", *_given(folder), "--day", "2026-03-02")
    assert (again.code, _last(again)["changed"]) == (0, {})


def test_daily_without_a_date_takes_the_last_one_that_is_over(run, folder, sim):
    from smartfab.pipelines.production_days import last_over

    before = last_over(sim.plant, pd.Timestamp.now("UTC"))
    ended = run("daily", *_given(folder))
    assert ended.code == 0
    assert before.isoformat() <= _last(ended)["days"][0] <= last_over(sim.plant, pd.Timestamp.now("UTC")).isoformat()


@pytest.mark.parametrize("day", ["today", "9000-01-01"])
def test_a_date_that_is_not_over_is_for_later(run, folder, day):
    ended = run("daily", *_given(folder), "--day", day)
    assert (ended.code, _last(ended)["exit"]) == (75, 75)
    assert "is not over yet" in ended.errors[-1]


def test_another_job_at_work_is_for_later(run, folder):
    from smartfab.store.ownership import Ownership

    with Ownership(folder / "store" / "_locks" / "figures.lock", "x"):
        assert run("daily", *_given(folder), "--day", "2026-03-02").code == 75


def test_daily_takes_in_what_a_killed_collector_left(run, folder, sim):
    store = sf.open_store(folder / "store")
    journal = store.journal("L1", flush_rows=10**9, flush_seconds=1e9)
    journal.append({"samples": sim.samples.iloc[:5]})
    with journal._changed:
        journal._closing = True
        journal._changed.notify_all()
    journal._thread.join()
    journal._file.close()
    journal._ownership.release()
    assert run("daily", *_given(folder), "--day", "2026-03-02").code == 0
    assert len(sf.open_store(store.path).read("samples")) == len(sim.samples) + 5


def test_missing_lists_and_backfill_fills(run, folder):
    dates = ("--from", "2026-03-01", "--to", "2026-03-03")
    ended = run("missing", *_given(folder), *dates)
    assert (ended.code, ended.out.splitlines()[:2]) == (3, ["2026-03-01", "2026-03-02"])
    filled = run("backfill", *_given(folder), *dates, "--missing")
    assert (filled.code, _last(filled)["days"]) == (0, ["2026-03-01", "2026-03-02"])
    assert run("missing", *_given(folder), *dates).code == 0
    assert _last(run("backfill", *_given(folder), *dates, "--missing"))["days"] == []


def test_backfill_on_processes(run, folder):
    ended = run("backfill", *_given(folder), "--from", "2026-03-02", "--to", "2026-03-03", "--processes", "2")
    assert (ended.code, _last(ended)["ok"]) == (0, True)


def test_dates_the_wrong_way_round_are_a_usage_error(run, folder):
    ended = run("backfill", *_given(folder), "--from", "2026-03-03", "--to", "2026-03-02")
    assert (ended.code, ended.errors[-1][:30]) == (2, "smartfab: TimeError: --to: --t"[:30])


def test_a_closed_month_is_left_alone(run, folder):
    assert (
        run("period", "close", "2026-03", "--store", folder / "store", "--by", "Lan").out.splitlines()[0] == "2026-03: đã chốt"
    )
    ended = run("daily", *_given(folder), "--day", "2026-03-02")
    assert (ended.code, _last(ended)["pending"]) == (3, {"2026-03-02": "the month is closed"})
    assert _last(run("period", "show", "2026-03", "--store", folder / "store"))["by"] == "Lan"
    assert run("period", "reopen", "2026-03", "--store", folder / "store").out.splitlines()[0] == "2026-03: tạm tính"
    assert run("daily", *_given(folder), "--day", "2026-03-02").code == 0


def test_a_model_that_is_not_there_costs_the_predictions_only(run, folder, sim):
    sf.open_store(folder / "store").append("parts", sim.parts)
    ended = run("daily", *_given(folder), "--day", "2026-03-02", "--model", folder / "none")
    (key,) = _last(ended)["failed"]
    assert (ended.code, key) == (3, "L1 2026-03-02 predictions")
    assert "Copy the whole folder again, or fit and save anew." in ended.errors[-1]
    assert _last(ended)["rows"]["oee"] > 0
    assert run("backfill", *_given(folder), "--from", "2026-03-02", "--to", "2026-03-03").code == 0


def test_verify_tells_and_heals(run, folder, sim):
    store = sf.open_store(folder / "store")
    with store.journal("L1") as journal:
        journal.append({"samples": sim.samples.iloc[:5]})
    assert run("verify", "--store", folder / "store").code == 0
    log = folder / "store" / "samples" / "_delta_log" / f"{2:020}.json"
    log.write_bytes(log.read_bytes()[:99])
    damaged = run("verify", "--store", folder / "store", "--json")
    assert (damaged.code, _last(damaged)["faults"][0]["kind"]) == (5, "commit")
    healed = run("verify", "--store", folder / "store", "--heal")
    assert (healed.code, healed.out.splitlines()[1][:7]) == (0, "healed ")
    assert (_last(healed)["exit"], _last(healed)["left"]) == (0, 0)
    assert len(sf.open_store(store.path).read("samples")) == len(sim.samples) + 5


def test_status_of_a_store_nobody_collects_into(run, folder, sim):
    assert run("status", "--store", folder / "store").code == 0
    with sf.open_store(folder / "store").journal("L1") as journal:
        journal.append({"samples": sim.samples.iloc[:5]})
    ended = run("status", "--store", folder / "store", "--json")
    assert (ended.code, _last(ended)["down"]) == (4, ["L1"])
    assert "not collecting" in run("status", "--store", folder / "store").out


@pytest.fixture
def aside(folder, sim):
    """A journal with one batch that was set aside."""
    store = sf.open_store(folder / "store")
    journal = store.journal("press-1", flush_rows=10**9, flush_seconds=1e9)
    journal.append({"samples": sim.samples.iloc[:5]})
    with sqlite3.connect(journal.path) as database:
        (checksum,) = database.execute("SELECT checksum FROM batch").fetchone()
        database.execute("UPDATE batch SET checksum = checksum + 1")
    database.close()
    journal.close()
    return folder / "store", journal.path, checksum


def test_batches_that_were_set_aside_are_listed_and_exported(run, aside, tmp_path):
    store, _, _ = aside
    shown = run("journal", "ls", "--store", store)
    assert "press-1  no owner, 0 rows wait" in shown.out
    assert "1  samples  5 rows  checksum" in shown.out
    told = _last(run("journal", "ls", "--store", store, "--json"))["journals"][0]
    assert (told["name"], told["set_aside"][0]["rows"]) == ("press-1", 5)
    path, last = run("journal", "export", "press-1", "--store", store, "--out", tmp_path / "out").out.splitlines()
    assert path.endswith("press-1-1-samples.batch")
    assert json.loads(last) == {"command": "journal export", "exit": 0, "files": 1}


def test_a_batch_that_can_be_read_again_goes_in_once(run, aside, sim):
    store, path, checksum = aside
    assert run("journal", "retry", "press-1", "--store", store).code == 3
    with sqlite3.connect(path) as database:
        database.execute("UPDATE bad SET checksum = ?", (checksum,))
    database.close()
    ended = run("journal", "retry", "press-1", "--store", store)
    assert (ended.code, _last(ended)["rows"]) == (0, 5)
    assert run("journal", "retry", "press-1", "--store", store).code == 0
    assert len(sf.open_store(store).read("samples")) == len(sim.samples) + 5


def test_a_journal_that_is_not_there_is_named(run, folder):
    ended = run("journal", "retry", "nothing", "--store", folder / "store")
    assert (ended.code, "no journal 'nothing'" in ended.errors[-1]) == (5, True)
