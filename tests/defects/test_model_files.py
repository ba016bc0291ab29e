"""Semantics 12 and 13: a model comes back with the same bits or not at all; online and batch features are one."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import smartfab as sf
from smartfab.errors import ModelRejectedError, StoreError, TableError
from tests.defects.conftest import START, made_parts, small_classifier

X, Y, META = made_parts(300)


def models():
    over_time = pd.DataFrame(X.to_numpy(), START + pd.to_timedelta(np.arange(300), unit="s"), list("abc"))
    yield "score_samples", sf.defects.T2Detector().fit(X), X
    yield "score_samples", sf.defects.PCADetector().fit(X), X
    yield "score_samples", sf.defects.RangeDetector().fit(X), X
    yield "predict_proba", small_classifier().fit(X, Y), X
    yield "predict", sf.defects.RULRegressor(clip=9).fit(X, np.arange(300)), X
    yield "score", sf.defects.ProcessMonitor(min_reference=0).fit(over_time), over_time


@pytest.mark.parametrize(("ask", "model", "rows"), list(models()), ids=lambda thing: type(thing).__name__)
def test_12_what_is_loaded_answers_with_the_same_bits(ask, model, rows, tmp_path):
    sf.defects.save(model, tmp_path / "model")
    loaded = sf.defects.load(tmp_path / "model")
    before, after = getattr(model, ask)(rows), getattr(loaded, ask)(rows)
    pd.testing.assert_frame_equal(pd.DataFrame(before), pd.DataFrame(after), check_exact=True)
    assert loaded.manifest_["kind"] == type(model).__name__


def test_a_fresh_process_gives_the_same_bits(tmp_path):
    model = small_classifier().fit(X, Y)
    sf.defects.save(model, tmp_path / "model")
    np.save(tmp_path / "x.npy", X.to_numpy())
    code = (
        "import sys, numpy as np, pandas as pd, smartfab as sf; m = sf.defects.load(sys.argv[1]);"
        "x = pd.DataFrame(np.load(sys.argv[2]), columns=m.feature_names_in_);"
        "sys.stdout.write(m.predict_proba(x).tobytes().hex())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "model", tmp_path / "x.npy"], capture_output=True, check=True, text=True
    )
    assert done.stdout == model.predict_proba(X).tobytes().hex()


def test_12_the_manifest_tells_where_a_model_comes_from(tmp_path):
    report = sf.defects.evaluate(small_classifier(), X, Y, META, sf.defects.LineSplit(n_splits=2))
    win = sf.features.WindowFeatures(windows=["60s"], stats=["mean"])
    sf.defects.save(
        report.model, tmp_path / "m", win=win, meta=META, report=report, units={"M/a": "bar"}, as_of="2026-03-03T00:00Z"
    )
    told = json.loads((tmp_path / "m" / "manifest.json").read_text())
    assert told["schema_version"] == 1
    assert told["feature_spec"]["windows"] == ["60s"]
    assert told["units"] == {"M/a": "bar"}
    assert told["data"]["rows"] == 300
    assert told["evaluation"]["metrics"]["mcc"] == pytest.approx(report.metrics.loc["model", "mcc"])
    assert told["threshold"] == report.model.threshold_
    assert told["features"] == list(X)
    assert {"smartfab", "scikit-learn"} <= set(told["versions"])
    assert not list((tmp_path).glob(".m.*"))


@pytest.mark.parametrize("name", ["manifest.json", "trees.skops", "SHA256SUMS"])
def test_12_a_flipped_byte_anywhere_and_a_missing_file_are_refused(name, tmp_path):
    sf.defects.save(small_classifier().fit(X, Y), tmp_path / "m")
    file = tmp_path / "m" / name
    whole = file.read_bytes()
    for place in np.random.default_rng(0).integers(0, len(whole), 25):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        file.write_bytes(damaged)
        with pytest.raises(ModelRejectedError, match=r"fit and save anew|Copy the whole folder"):
            sf.defects.load(tmp_path / "m")
    file.unlink()
    with pytest.raises(ModelRejectedError):
        sf.defects.load(tmp_path / "m")


def signed(folder, **changes):
    """Change the manifest and its sum, as a later smartfab would have written them."""
    manifest = json.loads((folder / "manifest.json").read_text()) | changes
    (folder / "manifest.json").write_text(json.dumps(manifest))
    names = sorted(file.name for file in folder.iterdir() if file.name != "SHA256SUMS")
    (folder / "SHA256SUMS").write_text(
        "".join(f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
    )


def test_a_newer_schema_and_a_strange_kind_are_refused(tmp_path):
    sf.defects.save(sf.defects.T2Detector().fit(X), tmp_path / "m")
    signed(tmp_path / "m", schema_version=99)
    with pytest.raises(ModelRejectedError, match="Update smartfab"):
        sf.defects.load(tmp_path / "m")
    signed(tmp_path / "m", schema_version=1, kind="os.system")
    with pytest.raises(ModelRejectedError, match="kind"):
        sf.defects.load(tmp_path / "m")


def test_a_type_that_is_not_trusted_is_refused_until_it_is(tmp_path):
    strange = make_pipeline(FunctionTransformer(np.abs), HistGradientBoostingClassifier(max_iter=3))
    model = sf.defects.DefectClassifier(strange).fit(X, Y)
    from skops.io import dumps, get_untrusted_types

    wanted = get_untrusted_types(data=dumps(model))
    sf.defects.save(model, tmp_path / "m")
    from smartfab.defects import model_state

    if set(wanted) - set(model_state.ALLOWED):
        with pytest.raises(ModelRejectedError, match="trusted="):
            sf.defects.load(tmp_path / "m")
    assert (sf.defects.load(tmp_path / "m", trusted=wanted).predict(X) == model.predict(X)).all()


class Stranger:
    """A type nobody allowed."""


def test_12_an_unknown_type_is_refused(tmp_path):
    model = small_classifier().fit(X, Y)
    model.extra_ = Stranger()
    sf.defects.save(model, tmp_path / "m")
    with pytest.raises(ModelRejectedError, match="Stranger"):
        sf.defects.load(tmp_path / "m")


def test_nothing_else_is_overwritten_and_nothing_unfitted_is_saved(tmp_path):
    (tmp_path / "notes").mkdir()
    with pytest.raises(StoreError):
        sf.defects.save(sf.defects.T2Detector().fit(X), tmp_path / "notes")
    for thing in (sf.defects.T2Detector(), sf.defects.ProcessMonitor(), object()):
        with pytest.raises(TableError):
            sf.defects.save(thing, tmp_path / "m")


def test_13_online_and_batch_give_the_same_bits_late_samples_included(shift):
    sim, win, x, y, meta = shift
    model = small_classifier().fit(x, y)
    scorer = sf.defects.OnlineScorer(model, win)
    samples, states = sim.samples, sim.data.states
    shuffled = samples.sample(frac=1, random_state=0)
    for chunk in np.array_split(np.arange(len(samples)), 7):
        scorer.push(shuffled.iloc[chunk])
    scorer.push(samples.iloc[:0], states)
    want = model.risk(x)
    rows = sim.parts.set_index("part_id", drop=False)
    for place in range(100, len(meta), 97):
        told = scorer.part(rows.loc[meta["part_id"][place]])
        assert told["score"] == want[place]
        assert told["decision"] == (want[place] >= model.threshold_)
        assert (told["cutoff"], told["coverage"]) == (meta["cutoff"][place], meta["coverage"][place])


def test_11_a_part_the_model_knows_nothing_of_is_held_without_a_score(shift):
    sim, win, x, y, _ = shift
    scorer = sf.defects.OnlineScorer(small_classifier().fit(x, y), win)
    row = sim.parts.iloc[300]
    told = scorer.part(row)
    assert np.isnan(told["score"])
    assert told["decision"] is True
    assert "no sample" in told["reason"]
    scorer.push(sim.samples.assign(value=sim.samples["value"] * 100), sim.data.states)
    told = scorer.part(row)
    assert np.isnan(told["score"])
    assert "do not trust" in told["reason"]
