"""`smartfab collect`: samples arrive in the store, signals end it cleanly, and what fails is said with its exit code."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import tomllib

import pytest
from smartfab.connectors.opcua.simulator import SimulatorServer

import smartfab as sf


@pytest.fixture(scope="module")
def short():
    return sf.simulation.line(days=0.02)


@pytest.fixture
def server(short):
    with SimulatorServer(short, speed=float("inf"), hold=True) as running:
        yield running


@pytest.fixture
def collect(run, tmp_path):
    """Collect with the plant of a server, changed as a test likes."""

    def typed(plant, *options):
        (tmp_path / "plant.toml").write_text(plant.to_toml(), encoding="utf-8")
        return run("collect", tmp_path / "plant.toml", "--store", tmp_path / "store", *options)

    return typed


@pytest.fixture
def process(server, tmp_path):
    """A process of its own that collects, subscribed to everything."""
    (tmp_path / "plant.toml").write_text(server.plant.to_toml(), encoding="utf-8")
    command = [sys.executable, "-m", "smartfab", "collect", str(tmp_path / "plant.toml"), "--store", str(tmp_path / "store")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.wait_subscribed(30)
    yield running
    running.kill()
    running.communicate()


def test_everything_played_until_ctrl_c_is_in_the_store(process, server, tmp_path):
    server.play()
    assert server.wait_acknowledged(30)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    played = server.played()
    told = json.loads(out.splitlines()[-1])
    assert told["lines"]["L1"] == {"samples": len(played), "quarantined": 0, "not_found": [], "error": None}
    assert len(sf.open_store(tmp_path / "store").read("samples")) == len(played)


def test_sigterm_ends_it_cleanly_too(process):
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert json.loads(out.splitlines()[-1])["lines"]["L1"]["error"] is None


def test_it_ends_after_some_seconds(collect, server):
    ended = collect(server.plant, "--seconds", "0.5")
    assert (ended.code, ended.errors) == (0, [])
    assert json.loads(ended.out.splitlines()[-1])["exit"] == 0


def test_until_a_time_that_is_over_collects_nothing(collect, server):
    ended = collect(server.plant, "--until", "2026-01-01T00:00+07:00")
    assert ended.code == 0


def changed(plant, **signals):
    """Return the plant with other nodes for signals of the first machine."""
    raw = tomllib.loads(plant.to_toml())
    for name, node in signals.items():
        raw["line"][0]["machine"][0]["signals"].setdefault(name, {})["node"] = node
    return sf.Plant.model_validate(raw)


def test_an_unknown_node_is_skipped_and_told(collect, server):
    ended = collect(changed(server.plant, pressure="sim;s=Nowhere"), "--seconds", "1")
    assert ended.code == 3
    (line,) = ended.errors
    assert line.startswith("smartfab: SignalNotFound: Press01/pressure: ")
    assert json.loads(ended.out.splitlines()[-1])["lines"]["L1"]["not_found"] == ["Press01/pressure"]


def test_no_node_at_all_is_a_matter_of_configuration(collect, server):
    raw = tomllib.loads(server.plant.to_toml())
    raw["line"][0]["machine"] = [{"id": "M", "signals": {"state": {"node": "sim;s=Nowhere", "role": "state"}}}]
    raw["product"] = []
    ended = collect(sf.Plant.model_validate(raw), "--seconds", "5")
    assert ended.code == 2
    assert "SignalNotFound" in ended.errors[0]


def test_a_dead_endpoint(collect, short):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    raw = tomllib.loads(short.plant.to_toml())
    raw["line"][0] |= {"endpoint": f"opc.tcp://127.0.0.1:{port}", "security": {"allow_insecure": "test"}}
    ended = collect(sf.Plant.model_validate(raw), "--seconds", "60")
    assert ended.code == 4
    (line,) = ended.errors
    assert line.startswith("smartfab: line L1: SourceUnavailable: ")
    assert json.loads(ended.out.splitlines()[-1])["lines"]["L1"]["error"].startswith("SourceUnavailable: ")


def test_a_line_that_is_down_does_not_stop_another(collect, server):
    raw = tomllib.loads(server.plant.to_toml())
    machine = {"id": "Far01", "signals": {"state": {"node": "sim;s=x", "role": "state"}}}
    raw["line"].append({**raw["line"][0], "id": "L2", "endpoint": "opc.tcp://127.0.0.1:9", "machine": [machine]})
    ended = collect(sf.Plant.model_validate(raw), "--seconds", "3")
    lines = json.loads(ended.out.splitlines()[-1])["lines"]
    assert ended.code == 3
    assert lines["L1"]["error"] is None
    assert lines["L1"]["samples"] > 0
    assert lines["L2"]["error"].startswith("SourceUnavailable")


def test_an_unknown_line(collect, server):
    ended = collect(server.plant, "--line", "L9")
    assert ended.code == 2
    assert ended.errors == ["smartfab: PlantError: no line 'L9'; expected one of: L1. Correct the id."]


def test_two_ends_are_one_too_many(collect, server):
    ended = collect(server.plant, "--seconds", "1", "--until", "2026-03-02")
    assert ended.code == 2
    assert "one of --until and --seconds" in ended.errors[0]


def test_a_wrong_password(short, run, tmp_path):
    with SimulatorServer(short, security="secure", hold=True) as server:
        wrong = tmp_path / "password"
        wrong.write_text("not this one", encoding="utf-8")
        wrong.chmod(0o600)
        plant = server.plant.to_toml().replace(str(server.password_file), str(wrong))
        (tmp_path / "plant.toml").write_text(plant, encoding="utf-8")
        ended = run("collect", tmp_path / "plant.toml", "--store", tmp_path / "store", "--seconds", "5")
    assert ended.code == 2
    (line,) = ended.errors
    assert line.startswith("smartfab: line L1: SourceRefused: ")
    assert "not this one" not in line
