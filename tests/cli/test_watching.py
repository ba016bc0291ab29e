"""`smartfab watch`: what machines do now, the shift so far, through cuts; nothing known is said as such."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pandas as pd
import pytest
from smartfab.connectors.opcua.simulator import SimulatorServer

import smartfab as sf
from smartfab.cli.live_board import board
from smartfab.cli.watching import Looking
from tests.connectors.opcua.tcp_proxy import Proxy


@pytest.fixture(scope="module")
def short():
    return sf.simulation.line(days=0.1)


def until(look, wanted, seconds=30):
    """Look again and again until the board holds what is wanted."""
    end = time.monotonic() + seconds
    while wanted not in (shown := look()):
        assert time.monotonic() < end, shown
        time.sleep(0.05)
    return shown


def test_the_board_of_a_shift(short):
    end = short.start + pd.Timedelta(hours=2)
    account = sf.oee.time_account(short.data, short.start, end)
    kpis = sf.oee.evaluate(short.data, short.start, end)
    health = {"L1": {"state": "collecting", "age_s": {"a": 4.0, "b": 200.0, "c": None}}}
    shown = board(short.plant, account, kpis, health, lang="en").splitlines()
    assert shown[0] == "smartfab · vinh-phuc · 2026-03-02 08:00:00 · Ca1"
    assert shown[1] == "L1: connected, newest value 4 s ago"
    assert [line.split()[0] for line in shown[5:8]] == ["Press01", "Dryer01", "Kiln01"]
    press = kpis[(kpis["machine_id"] == "Press01") & (kpis["shift_id"] == "Ca1")].iloc[0]
    assert f"{100 * press['oee']:.1f}" in shown[5].split()
    times = [line.split()[0] for line in shown[10:]]
    assert len(times) == 6
    assert times == sorted(times, reverse=True)
    vietnamese = board(short.plant, account, kpis, health, lang="vi")
    assert "giá trị mới nhất cách đây 4 s" in vietnamese
    assert "Các lần dừng gần nhất trong ca" in vietnamese


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_board_fits_80_columns_whatever_the_machines_are_called(short, lang):
    end = short.start + pd.Timedelta(hours=2)
    account, kpis = (made(short.data, short.start, end) for made in (sf.oee.time_account, sf.oee.evaluate))
    shown = board(short.plant, account, kpis, {"L1": {"state": "collecting", "age_s": {"a": 1.0}}}, lang=lang, width=80)
    assert max(map(len, shown.splitlines())) <= 80


def test_before_anything_arrived(short):
    told = board(short.plant, None, None, {"L1": {"state": "connecting"}}, lang="en")
    assert told.splitlines() == ["smartfab · vinh-phuc", "L1: connecting", "", "No value has arrived yet."]


def test_a_cut_is_shown_and_survived(short):
    with SimulatorServer(short, speed=float("inf"), hold=True) as server, Proxy(urlsplit(server.endpoint).port) as proxy:
        (line,) = server.plant.lines
        behind = server.plant.model_copy(update={"line_": (line.model_copy(update={"endpoint": proxy.url}),)})
        with Looking(behind, behind.lines) as looking:
            until(lambda: looking.board("en"), "connected")
            proxy.cut()
            until(lambda: looking.board("en"), "cut off, trying again")
            proxy.mend()
            server.play()
            last = short.samples["ts"].max().tz_convert("Asia/Ho_Chi_Minh")
            shown = until(lambda: looking.board("en"), f"{last:%H:%M:%S}")
    assert "L1: connected" in shown
    whole = sf.oee.evaluate(short.data, short.start, short.end, by=["machine_id", "shift_id"])
    kiln = whole[(whole["machine_id"] == "Kiln01") & (whole["shift_id"] == "Ca1")].iloc[0]
    (row,) = (line for line in shown.splitlines() if line.startswith("Kiln01 "))
    assert row.split()[-1] == f"{kiln['total']:,.0f}"


def test_from_the_command_line(run, short, tmp_path):
    with SimulatorServer(short, speed=float("inf")) as server:
        (tmp_path / "plant.toml").write_text(server.plant.to_toml(), encoding="utf-8")
        ended = run("watch", tmp_path / "plant.toml", "--seconds", "4", "--every", "1", "--lang", "en")
    assert (ended.code, ended.errors) == (0, [])
    assert ended.out.count("smartfab · vinh-phuc") >= 2
    assert "Press01" in ended.out


def test_a_store_that_is_not_there_is_told(run, short, tmp_path):
    (tmp_path / "plant.toml").write_text(short.plant.to_toml(), encoding="utf-8")
    ended = run("watch", tmp_path / "plant.toml", "--store", tmp_path / "none")
    assert ended.code in {2, 5}
    assert len(ended.errors) == 1
