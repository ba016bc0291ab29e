"""`smartfab oee`: a table for people, JSON for programs, dates of the plant."""

from __future__ import annotations

import json
import sys

import pandas as pd
import pytest

import smartfab as sf

DAY = ("--from", "2026-03-02", "--to", "2026-03-03")


@pytest.fixture
def oee(run, filled):
    return lambda *options: run("oee", filled / "plant.toml", "--store", filled / "store", *options)


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("machine", ["machine_id"]),
        ("shift", ["production_date", "shift_id", "machine_id"]),
        ("day", ["production_date", "machine_id"]),
        ("line", ["line_id"]),
    ],
)
def test_json_holds_every_row_of_the_engine(oee, sim, filled, by, keys):
    ended = oee(*DAY, "--by", by, "--json")
    assert (ended.code, ended.errors) == (0, [])
    told = json.loads(ended.out)
    assert (told["plant"], told["by"]) == ("vinh-phuc", by)
    assert told["from"] == "2026-03-01T23:00:00+00:00"
    data = sf.PlantData.from_samples(sim.samples, sim.plant, "2026-03-02", "2026-03-03")
    window = ("2026-03-02", "2026-03-03")
    right = sf.oee.line(data, *window, line_id="L1") if by == "line" else sf.oee.evaluate(data, *window, by=keys)
    assert len(told["rows"]) == len(right)
    key = {name: str(value)[:10] for name, value in right.iloc[0][keys].items()}
    (row,) = [row for row in told["rows"] if {name: str(row[name]) for name in keys} == key]
    assert row["oee"] == pytest.approx(right["oee"].iloc[0])
    assert row["planned_s"] == pytest.approx(right["planned_s"].iloc[0])
    assert {"code", "where", "count", "evidence"} <= set(told["findings"][0])


def test_what_is_missing_is_null(oee):
    rows = json.loads(oee(*DAY, "--by", "shift", "--json").out)["rows"]
    outside = [row for row in rows if row["shift_id"] is None]
    assert outside
    assert all(row["oee"] is None and row["reason"] == "no planned time" for row in outside)


def test_the_table_speaks_the_plants_language(oee):
    ended = oee(*DAY, "--by", "shift")
    head, rule, *rows = ended.out.splitlines()
    assert head.split()[:4] == ["Ngày", "sản", "xuất", "Ca"]
    assert set(rule) == {"─", " "}
    shown = [line.split()[:3] for line in rows if line.startswith("02/03/2026")]
    assert shown[:3] == [["02/03/2026", "Ca1", machine] for machine in ("Press01", "Dryer01", "Kiln01")]


def test_another_language_can_be_asked_for(oee, sim):
    ended = oee(*DAY, "--by", "line", "--lang", "en")
    head, _, row, *below = ended.out.splitlines()
    assert head.split()[0] == "Line"
    data = sf.PlantData.from_samples(sim.samples, sim.plant, "2026-03-02", "2026-03-03")
    expected = float(sf.oee.line(data, "2026-03-02", "2026-03-03")["oee"].iloc[0])
    assert row.split()[:2] == ["L1", f"{expected * 100:.1f}"]
    assert below[0] == "Remarks:"


def test_little_data_is_said_beside_its_figures(run, filled, tmp_path, sim):
    short = sim.samples[sim.samples["ts"] < pd.Timestamp("2026-03-02T09:00+07:00")]
    store = sf.open_store(tmp_path / "store")
    store.append("samples", short)
    gap = {"start": pd.Timestamp("2026-03-02T09:00+07:00"), "end": pd.Timestamp("2026-03-02T14:00+07:00"), "recovered": False}
    gaps = pd.DataFrame([{"signal_id": signal, **gap} for signal in short["signal_id"].unique()])
    store.append("coverage", gaps)
    window = ("--from", "2026-03-02T06:00+07:00", "--to", "2026-03-02T14:00+07:00")
    ended = run("oee", filled / "plant.toml", "--store", tmp_path / "store", *window, "--by", "line", "--lang", "en")
    assert ended.code == 0
    assert "L1: not enough data; OEE lies between" in ended.out


def test_an_empty_store_is_no_error(run, filled, tmp_path):
    sf.open_store(tmp_path / "store")
    ended = run("oee", filled / "plant.toml", "--store", tmp_path / "store", *DAY, "--lang", "en")
    assert ended.code == 0
    assert "no sample of this signal" in ended.out


def test_a_stored_table_without_its_time_column_is_an_error_of_the_store(run, filled, tmp_path):
    import pyarrow as pa
    from deltalake import write_deltalake

    store = sf.open_store(tmp_path / "store")
    write_deltalake(str(store.path / "samples"), pa.table({"signal_id": ["Press01/state"], "value": [1.0]}))
    ended = run("oee", filled / "plant.toml", "--store", store.path, *DAY)
    assert ended.code == 5
    assert "samples.ts: not stored" in ended.errors[0]
    assert not any("Traceback" in line for line in ended.errors)


def test_by_product_each_machine_s_time_is_of_what_it_made(oee, sim):
    ended = oee(*DAY, "--by", "product", "--json")
    assert ended.code == 0
    rows = {(row["product_id"], row["machine_id"]) for row in json.loads(ended.out)["rows"] if row["product_id"] is not None}
    made = sim.data.counts[["product_id", "machine_id"]].dropna().drop_duplicates()
    assert rows == set(made.itertuples(index=False, name=None))
    assert all(product in oee(*DAY, "--by", "product", "--lang", "en").out for product in made["product_id"])


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_on_a_terminal_every_line_fits_it(oee, monkeypatch, lang):
    monkeypatch.setenv("COLUMNS", "80")
    piped = oee(*DAY, "--lang", lang).out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = oee(*DAY, "--lang", lang).out
    assert max(map(len, piped.splitlines())) > 80 >= max(map(len, shown.splitlines()))
    assert "".join(shown.split()) == "".join(piped.split())
