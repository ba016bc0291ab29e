"""One month entered as samples, as stop log and shift totals, and as Excel: the same information is the same OEE."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf

SIM = sf.simulation.line(days=30, seed=5, machines=1)
WINDOW = SIM.data.shifts["start"].min(), SIM.data.shifts["end"].max()
TZ = SIM.plant.timezone
BY = ["machine_id", "shift_id", "production_date"]
SECONDS = ["calendar_s", "no_shift_s", "planned_stop_s", "unknown_s", "planned_s", "breakdown_s", "setup_s", "idle_s",
           "blocked_starved_s", "minor_stop_s", "run_s"]  # fmt: skip
PIECES = ["total", "good", "scrap", "rework"]
RATIOS = ["availability", "performance", "quality", "oee"]


@pytest.fixture(scope="module")
def from_samples():
    return sf.PlantData.from_samples(SIM.samples, SIM.plant, *WINDOW)


@pytest.fixture(scope="module")
def stops(from_samples):
    """What somebody writes who writes down every stop: when, until when, what it was."""
    states = from_samples.states.sort_values("ts", ignore_index=True)
    changed = (states["state"] != states["state"].shift()) | (
        states["reason_id"].fillna("") != states["reason_id"].shift().fillna("")
    )
    pieces = states[changed].reset_index(drop=True)
    pieces["end"] = pieces["ts"].shift(-1).fillna(pieces["ts"].max() + pd.Timedelta("1min"))
    stood = pieces[pieces["state"] != "running"].rename(columns={"ts": "start"})
    return stood[["machine_id", "start", "end", "state", "reason_id"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def totals(from_samples):
    """What the shift leader adds up at the end of a shift."""
    rows = sf.oee.evaluate(from_samples, *WINDOW, by=[*BY, "product_id"])
    made = rows[(rows["total"] > 0) & rows["shift_id"].notna()]
    return made[[*BY, "product_id", *PIECES]].reset_index(drop=True)


def bundle(stops, totals):
    shifts = sf.shifts.expand(SIM.plant, *WINDOW)
    return sf.PlantData(
        states=sf.states.from_stops(stops, shifts, complete=True),
        counts=totals, shifts=shifts, products=SIM.plant.product_table(),
        machines=SIM.plant.machine_table(), tz=TZ, day_start=SIM.plant.day_start,
    )  # fmt: skip


def figures(data, by=BY):
    rows = sf.oee.evaluate(data, *WINDOW, by=by)
    return rows[rows["planned_s"] > 0].sort_values(by, ignore_index=True)


def test_a_stop_log_and_shift_totals_give_what_the_samples_give(from_samples, stops, totals):
    expected, found = figures(from_samples), figures(bundle(stops, totals))
    assert len(expected) >= 75
    for name in (*SECONDS, *PIECES):
        assert found[name].tolist() == pytest.approx(expected[name].tolist(), abs=2e-6), name
    for name in RATIOS:
        assert found[name].tolist() == pytest.approx(expected[name].tolist(), abs=1e-9), name


def test_the_same_from_excel(from_samples, stops, totals, tmp_path):
    sf.to_excel({"stops": stops, "counts": totals}, tmp_path / "thang.xlsx", tz=TZ)
    read = {name: sf.read_export(tmp_path / "thang.xlsx", table=name, show=False) for name in ("stops", "counts")}
    pd.testing.assert_frame_equal(
        read["counts"][list(totals.columns)], totals.assign(production_date=totals["production_date"])
    )
    expected, found = figures(from_samples, ["machine_id"]), figures(bundle(read["stops"], read["counts"]), ["machine_id"])
    assert found[PIECES].to_numpy().tolist() == expected[PIECES].to_numpy().tolist()
    within = 0.001 * len(stops)  # a workbook keeps milliseconds
    for name in SECONDS:
        assert found[name].tolist() == pytest.approx(expected[name].tolist(), abs=within), name
    for name in RATIOS:
        assert found[name].tolist() == pytest.approx(expected[name].tolist(), abs=1e-5), name


def test_the_same_from_sheets_as_the_shop_floor_types_them(from_samples, stops, totals, tmp_path):
    """To the second, with Vietnamese words, day first, decimal comma; what is lost is what was not written."""
    local = [stops[name].dt.tz_convert(TZ).dt.round("s") for name in ("start", "end")]
    words = {name: sf.vocabulary.label(name, "vi") for name in sf.vocabulary.CATEGORIES}
    lines = ["NHẬT KÝ DỪNG MÁY THÁNG 3;;;;", "Máy;Bắt đầu;Kết thúc;Loại dừng;Lý do"]
    for row, a, b in zip(stops.fillna({"reason_id": ""}).itertuples(), *local, strict=True):
        if b > a:
            when = f"{a:%d/%m/%Y %H:%M:%S};{b:%d/%m/%Y %H:%M:%S}"
            lines.append(f"{row.machine_id};{when};{words[row.state]};{row.reason_id}")
    (tmp_path / "dung.csv").write_bytes("\n".join(lines).encode("utf-16"))
    lines = ["Ngày;Ca;Máy;Mã hàng;Đạt;NG;Sửa lại"]
    for row in totals.itertuples():
        key = f"{row.production_date:%d/%m/%Y};{row.shift_id};{row.machine_id};{row.product_id}"
        lines.append(f"{key};{row.good:g};{row.scrap:g};{row.rework:g}")
    lines.append(f"Tổng cộng;;;;{totals['good'].sum():g};{totals['scrap'].sum():g};{totals['rework'].sum():g}")
    (tmp_path / "san luong.csv").write_bytes("\n".join(lines).encode("utf-8-sig"))
    log = sf.read_export(tmp_path / "dung.csv", table="stops", tz=TZ, show=False)
    counts = sf.read_export(tmp_path / "san luong.csv", table="counts", show=False)
    expected, found = figures(from_samples, ["machine_id"]), figures(bundle(log, counts), ["machine_id"])
    assert found[["total", "good", "scrap"]].to_numpy().tolist() == expected[["total", "good", "scrap"]].to_numpy().tolist()
    assert found["oee"].tolist() == pytest.approx(expected["oee"].tolist(), abs=0.002)
