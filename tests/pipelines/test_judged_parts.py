"""What the nightly job says of parts is what scoring by hand says, to the bit; a model that is refused costs no figure."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.defects.scored_parts import part_scores
from smartfab.errors import ModelRejectedError
from smartfab.pipelines import production_days, stages
from smartfab.pipelines.pinned_model import PinnedModel
from smartfab.pipelines.run_records import read_record
from smartfab.store.delta_log import commit_path
from tests.defects.conftest import small_classifier
from tests.defects.test_model_files import signed
from tests.pipelines.conftest import DAYS

MACHINE = "Dryer01"  # the second of the line: its parts have been at Press01
FIRST = dt.date(2026, 3, 2)


@pytest.fixture(scope="session")
def saved(sim, tmp_path_factory):
    """(folder, windows) of a model for the parts of the second machine."""
    folder = tmp_path_factory.mktemp("models") / "dryer"
    win = sf.features.WindowFeatures(windows=["60s", "2h"], stats=["mean", "std"])
    X, y, meta = win.build(sim.samples, sim.parts, sim.data.states)
    here = (meta["machine_id"] == MACHINE).to_numpy() & (np.arange(len(meta)) % 3 == 0)
    sf.defects.save(small_classifier().fit(X[here], y[here]), folder, win=win, meta=meta[here])
    return folder, win


@pytest.fixture(scope="session")
def by_hand(sim, saved):
    """Table `predictions` of both days in one pass over all samples, in the order of the store."""
    folder, win = saved
    X, meta = win.transform(sim.samples, sim.parts, sim.data.states)
    begin, end = production_days.window(sim.plant, FIRST)[0], production_days.window(sim.plant, dt.date(2026, 3, 3))[1]
    mine = ((meta["machine_id"] == MACHINE) & (meta["cutoff"] >= begin) & (meta["cutoff"] < end)).to_numpy()
    return part_scores(sf.defects.load(folder), X[mine], meta[mine]).sort_values("part_id").reset_index(drop=True)


@pytest.fixture
def model(saved, tmp_path):
    return shutil.copytree(saved[0], tmp_path / "model")


@pytest.fixture
def with_parts(filled, sim):
    filled.append("parts", sim.parts)
    return filled


@pytest.fixture
def alone(monkeypatch):
    """Leave the figures out: they have tests of their own."""
    monkeypatch.setattr(stages, "STAGES", ())


def _same(stored, wanted):
    assert len(wanted) > 0
    pd.testing.assert_frame_equal(stored[wanted.columns], wanted, check_exact=True)


@pytest.mark.usefixtures("alone")
def test_day_by_day_is_one_pass_over_all_to_the_bit(with_parts, sim, model, by_hand):
    for day in DAYS:
        assert sf.pipelines.daily(sim.plant, with_parts, day, model=model).ok
    _same(with_parts.read("predictions"), by_hand)
    begin = production_days.window(sim.plant, dt.date(2026, 3, 3))[0]
    early = by_hand[by_hand["cutoff"].between(begin, begin + pd.Timedelta("2h"))]
    assert early["score"].notna().any()  # windows of 2 h that begin the day before


@pytest.mark.usefixtures("alone")
def test_the_second_day_alone_needs_nothing_of_the_first(with_parts, sim, model, by_hand):
    sf.pipelines.daily(sim.plant, with_parts, DAYS[1], model=model)
    begin = production_days.window(sim.plant, dt.date(2026, 3, 3))[0]
    _same(with_parts.read("predictions"), by_hand[by_hand["cutoff"] >= begin].reset_index(drop=True))


def test_twice_is_once_and_the_plant_may_name_the_model(with_parts, sim, model):
    told = sim.plant.model_dump(mode="json", by_alias=True, exclude_none=True)
    plant = sf.Plant.model_validate({**told, "defects": {"model": str(model)}})
    first = sf.pipelines.daily(plant, with_parts, DAYS[0])
    assert first.changed == {DAYS[0]: ["account", "oee", "states", "counts", "predictions", "shifts"]}
    again = sf.pipelines.daily(plant, sf.open_store(with_parts.path), DAYS[0])
    assert (again.ok, again.changed, again.rows["predictions"]) == (True, {}, first.rows["predictions"])
    assert sf.pipelines.missing(plant, with_parts, [DAYS[0]]) == []
    (record,) = read_record(with_parts, FIRST).models.values()
    manifest = json.loads((model / "manifest.json").read_text())
    assert record["model_id"] == manifest["model_id"]
    assert record["feature_spec_sha256"] == manifest["feature_spec_sha256"]
    assert (record["smartfab"], record["fitted_with"]) == (sf.__version__, manifest["versions"])
    assert record["sha256"] in commit_path(with_parts.path / "predictions", with_parts.version("predictions")).read_text()


def test_a_flipped_byte_costs_the_predictions_and_nothing_else(store, sim, model):
    noon = sim.samples["ts"].between("2026-03-02T05:00Z", "2026-03-02T06:00Z")
    store.append("samples", sim.samples[~noon])
    store.append("parts", sim.parts)
    sf.pipelines.daily(sim.plant, store, DAYS[0], model=model)
    before, version = store.read("predictions"), store.version("predictions")
    trees = bytearray((model / "trees.skops").read_bytes())
    trees[len(trees) // 2] ^= 1
    (model / "trees.skops").write_bytes(trees)
    store.append("samples", sim.samples[noon])
    run = sf.pipelines.daily(sim.plant, store, DAYS[0], model=model)
    (key,) = run.failed
    assert key == f"L1 {DAYS[0]} predictions"
    assert "trees.skops was changed after it was saved. Do not use it; fit and save anew." in run.failed[key]
    pd.testing.assert_frame_equal(store.read("predictions"), before)
    assert store.version("predictions") == version
    assert store.verify().ok
    assert run.changed == {DAYS[0]: ["account", "oee", "states", "counts"]}
    assert sf.pipelines.missing(sim.plant, store, [DAYS[0]]) == [FIRST]
    assert "predictions was not computed" in " ".join(sf.pipelines.status(store).warnings)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (shutil.rmtree, "SHA256SUMS cannot be read"),
        (lambda folder: (folder / "trees.skops").unlink(), "trees.skops is missing"),
        (lambda folder: signed(folder, schema_version=99), "Update smartfab"),
        (lambda folder: signed(folder, feature_spec=None), "no settings of windows.*win="),
        (lambda folder: _respelled(folder, stats=["max"]), "features its windows do not make"),
    ],
)
def test_a_model_that_is_not_to_be_trusted_is_refused_with_what_to_do(model, spoil, told):
    spoil(model)
    with pytest.raises(ModelRejectedError, match=told):
        PinnedModel.of(model).open()


def _respelled(folder, **changes):
    spec = json.loads((folder / "manifest.json").read_text())["feature_spec"]
    signed(folder, feature_spec=spec | changes)


def test_a_model_that_judges_no_parts_is_refused(tmp_path):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 2)), columns=list("ab"))
    sf.defects.save(sf.defects.T2Detector().fit(X), tmp_path / "m")
    with pytest.raises(ModelRejectedError, match=r"a T2Detector; expected a DefectClassifier"):
        PinnedModel.of(tmp_path / "m").open()


def test_a_model_replaced_while_the_job_runs_is_refused(model):
    pinned = PinnedModel.of(model)
    signed(model, as_of="2026-03-03")
    with pytest.raises(ModelRejectedError, match="replaced while the job ran"):
        pinned.open()


@pytest.mark.usefixtures("alone")
def test_late_samples_and_late_parts_are_taken_in(store, sim, model, by_hand):
    begin, end = production_days.window(sim.plant, FIRST)
    noon = sim.samples["ts"].between(begin + pd.Timedelta("4h"), begin + pd.Timedelta("5h"))
    late = sim.parts["end"].between(begin + pd.Timedelta("6h"), begin + pd.Timedelta("7h"))
    store.append("samples", sim.samples[~noon])
    store.append("parts", sim.parts[~late])
    sf.pipelines.daily(sim.plant, store, DAYS[0], model=model)
    few = len(store.read("predictions"))
    for table, rows in (("samples", sim.samples[noon]), ("parts", sim.parts[late])):
        store.append(table, rows)
        assert sf.pipelines.missing(sim.plant, store, DAYS[:1], reopens="100000D") == [FIRST]
        assert sf.pipelines.daily(sim.plant, store, DAYS[0], model=model).changed == {DAYS[0]: ["predictions"]}
        assert sf.pipelines.missing(sim.plant, store, DAYS[:1], reopens="100000D") == []
    wanted = by_hand[by_hand["cutoff"] < end].reset_index(drop=True)
    assert few < len(wanted)
    _same(store.read("predictions"), wanted)
    store.append("parts", sim.parts[late].assign(label="defect", defect_code="x"))  # inspected: the score is not touched
    assert sf.pipelines.missing(sim.plant, store, DAYS[:1], reopens="100000D") == []
    assert sf.pipelines.daily(sim.plant, store, DAYS[0], model=model).changed == {}


@pytest.mark.usefixtures("alone")
def test_a_station_of_another_line_is_looked_at_and_a_lost_line_keeps_its_rows(with_parts, sim, model, by_hand, monkeypatch):
    told = sim.plant.model_dump(mode="json", by_alias=True, exclude_none=True)
    (line,) = told["line"]
    told["line"] = [{**line, "id": f"L{place + 1}", "machine": [machine]} for place, machine in enumerate(line["machine"])]
    two = sf.Plant.model_validate(told)
    run = sf.pipelines.daily(two, with_parts, DAYS[0], model=model)
    assert (run.ok, run.rows["predictions"]) == (True, len(with_parts.read("predictions")))
    wanted = by_hand[by_hand["cutoff"] < production_days.window(two, FIRST)[1]].reset_index(drop=True)
    _same(with_parts.read("predictions"), wanted)
    usual = stages.BESIDE["predictions"]

    def broken(day):
        if day.plant.lines[0].id == "L2":
            raise ZeroDivisionError("in a model")
        return usual(day)

    monkeypatch.setitem(stages.BESIDE, "predictions", broken)
    run = sf.pipelines.daily(two, with_parts, DAYS[0], model=model)
    assert run.failed["L2 2026-03-02 predictions"].startswith("ZeroDivisionError: in a model")
    assert run.changed == {}
    _same(with_parts.read("predictions"), wanted)


@pytest.mark.usefixtures("alone")
def test_a_day_without_parts_has_no_predictions_and_no_error(filled, sim, model):
    run = sf.pipelines.daily(sim.plant, filled, DAYS[0], model=model)
    assert (run.ok, run.rows["predictions"], len(filled.read("predictions"))) == (True, 0, 0)


@pytest.mark.usefixtures("alone")
def test_a_score_of_what_the_model_learnt_from_is_remarked(with_parts, sim, model):
    run = sf.pipelines.daily(sim.plant, with_parts, DAYS[0], model=model)
    assert "scored_within_training_data" in {item["code"] for item in run.findings}


def test_windows_built_without_states_stay_so(sim, tmp_path):
    win = sf.features.WindowFeatures(windows=["60s"], stats=["mean"])
    X, y, meta = win.build(sim.samples, sim.parts)
    sf.defects.save(small_classifier().fit(X, y), tmp_path / "m", win=win, meta=meta)
    assert PinnedModel.of(tmp_path / "m").open()[1].state is None
