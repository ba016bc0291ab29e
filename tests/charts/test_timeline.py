"""The state timeline shows every machine, shift and bucket, in local time, with nothing cut off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.dates import num2date

import smartfab as sf
from smartfab.charts.colours import COLOURS


def test_one_strip_a_machine_in_order(account):
    (axes,) = sf.charts.state_timeline(account).axes
    assert len(axes.images) == 3
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Press01", "Sấy 02", "Lò nung 3"]


def test_shifts_are_named_once_for_machines_that_share_them(account):
    (axes,) = sf.charts.state_timeline(account).axes
    assert [text.get_text() for text in axes.texts] == ["Ca1", "Ca2"]


def test_machines_with_their_own_shifts_have_their_own_ruler(account):
    other = account[account["machine_id"] == "Press01"].assign(machine_id="Press09")
    other["shift_id"] = other["shift_id"].map({"Ca1": "Ngày", "Ca2": "Đêm"})
    (axes,) = sf.charts.state_timeline(pd.concat([account, other])).axes
    assert [text.get_text() for text in axes.texts] == ["Ca1", "Ca2", "Ngày", "Đêm"]


def test_the_legend_names_what_is_drawn_and_no_more(account, texts):
    figure = sf.charts.state_timeline(account, lang="vi")
    (legend,) = figure.legends
    assert {text.get_text() for text in legend.get_texts()} == {
        "Chạy", "Ngoài ca", "Dừng KH", "Hỏng máy", "Không có DL", "Dừng vặt",
    }  # fmt: skip
    texts(figure)
    (axes,) = figure.axes
    assert not legend.get_window_extent().overlaps(axes.get_window_extent())


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_no_text_leaves_the_canvas(account, texts, lang):
    account["machine_id"] = account["machine_id"] + " của xưởng gạch ốp lát số 12"
    for text, boxes in texts(sf.charts.state_timeline(account, lang=lang, tz="Asia/Ho_Chi_Minh")).items():
        for left, bottom, right, top in boxes:
            assert min(left, bottom) >= -1e-3, text
            assert max(right, top) <= 1.001, text


def test_the_axis_shows_the_plants_clock(account, texts):
    shown = texts(sf.charts.state_timeline(account, lang="vi", tz="Asia/Ho_Chi_Minh"))
    assert "Giờ địa phương (Asia/Ho_Chi_Minh)" in shown
    assert "02/03/2026" in shown
    assert {"06:00", "14:00", "22:00"} <= set(shown)


@pytest.mark.parametrize("tz", ["Asia/Ho_Chi_Minh", "America/St_Johns", None])
def test_each_tick_tells_the_time_of_its_place(account, tz):
    (axes,) = sf.charts.state_timeline(account, tz=tz).axes
    axes.figure.draw_without_rendering()
    told = [(at, text.get_text()) for at, text in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)]
    hours = [(num2date(at, tz=tz or "UTC").strftime("%H:%M"), text) for at, text in told if ":" in text]
    assert len(hours) >= 4
    assert all(hour == text for hour, text in hours)


def test_a_strip_holds_its_buckets_by_their_time(account):
    (axes,) = sf.charts.state_timeline(account).axes
    picture = np.asarray(axes.images[0].get_array())
    shares = {loss: float((picture == to_rgba(colour)).all(axis=2).mean()) for loss, colour in COLOURS.items()}
    hours = {"no_shift": 1, "run": 12, "planned_stop": 0.25, "breakdown": 1.75, "unknown": 1, "minor_stop": 1}
    assert shares == pytest.approx({loss: hours.get(loss, 0) / 17 for loss in COLOURS}, abs=0.002)


def test_names_are_text_and_never_formulas(account, texts):
    account["machine_id"] = "$\\frac{1}{0}$"
    account["shift_id"] = account["shift_id"].where(account["shift_id"].isna(), "$x$")
    assert {"$\\frac{1}{0}$", "$x$"} <= set(texts(sf.charts.state_timeline(account)))


def test_a_table_of_no_rows_says_so(account, texts):
    assert "Không có thời gian nào trong khoảng này." in texts(sf.charts.state_timeline(account.iloc[:0], lang="vi"))


def test_wrong_tables_are_refused(account):
    with pytest.raises(sf.errors.MissingColumnError, match=r"account\.loss"):
        sf.charts.state_timeline(account.drop(columns="loss"))
    with pytest.raises(sf.errors.TableError, match="no bucket 'lunch'"):
        sf.charts.state_timeline(account.assign(loss="lunch"))
    with pytest.raises(sf.errors.SmartfabError, match="no language 'fr'"):
        sf.charts.state_timeline(account, lang="fr")
