"""What each kind of report holds: right figures, weeks from Monday on, names as text, and a link behind every figure."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import smartfab as sf
from smartfab.report.shift_stops import stops_of, undeclared

SHIFT = ("2026-03-02T06:00+07:00", "2026-03-02T08:00+07:00")
MONTH = ("2026-03-01", "2026-04-01")


@pytest.fixture
def page(store, plant, read):
    return lambda *window, **options: read(sf.report.build(store, plant, *window, **options).html)


def test_a_month_is_the_default(page):
    assert "Báo cáo OEE tháng" in page(*MONTH).text


def test_a_shift_has_its_stop_and_an_empty_box(page):
    text = page(*SHIFT, kind="shift", by="Lan").text
    assert "In lúc" in text
    assert " bởi Lan, smartfab " in text
    stop = text[text.index("5 lần dừng lâu nhất") : text.index("Không kể trên")].splitlines()
    assert stop[-5:] == ["<img src=x onerror=alert(1)>", "Chưa khai báo lý do", "07:00", "07:20", "20,0"]
    assert "1 lần dừng máy chưa có lý do, tổng 20,0 phút." in text
    assert [word in text for word in ("Biện pháp", "Người phụ trách", "Hạn")] == [True] * 3
    assert "2,76\xa0%" in text  # 34 of 1,234 pieces


def test_a_shift_in_english(page):
    text = page(*SHIFT, kind="shift", lang="en").text
    assert "1 breakdowns without a reason, 20.0 min in all." in text
    assert "2.76\xa0%" in text


def test_weeks_of_a_month_begin_on_monday(page):
    text = page(*MONTH, kind="month", lang="en").text
    weeks = text[text.index("Lines by week") : text.index("Where the time went")]
    assert "2026-03-02" in weeks
    assert pd.Timestamp("2026-03-02").day_name() == "Monday"


def test_a_month_without_any_data_is_a_page_too(tmp_path, plant, read):
    empty = sf.open_store(tmp_path / "empty")
    for kind in ("month", "shift"):
        assert "kho chưa có dữ liệu" in read(sf.report.build(empty, plant, *MONTH, kind=kind).html).text


@pytest.mark.parametrize("kind", ["shift", "day", "month"])
def test_every_figure_leads_to_how_it_was_made(page, kind):
    seen = page(*SHIFT, kind=kind)
    ids = {attributes["id"] for _, attributes in seen.elements if "id" in attributes}
    links = [attributes["href"][1:] for tag, attributes in seen.elements if tag == "a"]
    assert len(links) > 20
    assert set(links) <= ids
    assert {name for name in ids if name.startswith("how-")} <= set(links)


HOSTILE = ("<script>alert(1)<b>", "=cmd|'c calc'!A0", "A\u202etxt.exe\u2066", "Ơ" * 500)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A store and a plant of four machines with such names."""
    folder = tmp_path_factory.mktemp("hostile")
    sim = sf.simulation.line(days=0.1, seed=1, machines=4)
    toml, samples = sim.plant.to_toml(), sim.samples.assign(signal_id=sim.samples["signal_id"].astype("str"))
    for machine, name in zip(sim.plant.lines[0].machines, HOSTILE, strict=True):
        toml = re.sub(rf'"{machine.id}"|\b{machine.id}(?= =)', lambda _, name=name: json.dumps(name), toml)
        samples["signal_id"] = samples["signal_id"].str.replace(machine.id, name, regex=False)
    (folder / "plant.toml").write_text(toml, encoding="utf-8")
    store = sf.open_store(folder / "store")
    store.append("samples", samples)
    return store, sf.read_plant(folder / "plant.toml"), sim.start, sim.end


@pytest.mark.parametrize("kind", ["shift", "day", "month"])
def test_names_are_shown_as_text(hostile, kind, read):
    html = sf.report.build(*hostile, kind=kind, by=HOSTILE[0]).html
    seen = read(html)
    assert not {"script", "img", "b"} & {tag for tag, _ in seen.elements}
    assert not set("\u202e\u2066") & set(html)
    assert HOSTILE[0] in seen.text
    assert HOSTILE[1] in seen.text
    assert "A\ufffdtxt.exe\ufffd" in seen.text
    assert "Ơ" * 52 + "…" in seen.text
    tables = seen.text[: seen.text.index("Ghi chú về dữ liệu")]
    assert max(map(len, re.findall("Ơ+", tables))) <= 80


def stretch(*rows):
    frame = pd.DataFrame(rows, columns=["machine_id", "start", "end", "loss", "reason_id"])
    minutes = frame["end"] - frame["start"]
    times = {name: pd.to_datetime(60 * frame[name], unit="s", utc=True) for name in ("start", "end")}
    return frame.assign(**times, duration_s=60.0 * minutes, open=False)


def test_a_stop_is_one_stretch_of_one_loss_with_one_reason():
    account = stretch(
        ("A", 0, 10, "breakdown", None), ("A", 10, 15, "breakdown", None), ("A", 15, 20, "breakdown", "M01"),
        ("A", 20, 30, "run", None), ("A", 30, 33, "breakdown", None), ("B", 33, 60, "blocked_starved", None),
        ("B", 60, 66, "setup", None),
    )  # fmt: skip
    stops = stops_of(account.sample(frac=1, random_state=1))
    assert list(stops["duration_s"] / 60) == [15, 6, 5, 3]
    assert list(stops["machine_id"]) == ["A", "B", "A", "A"]
    assert list(undeclared(stops)["duration_s"] / 60) == [15, 3]


def test_what_is_missing_for_improvements_is_told(store, plant):
    with pytest.raises(sf.errors.SmartfabError, match="no register of improvements"):
        sf.report.build(store, plant, *MONTH, kind="improvement")
