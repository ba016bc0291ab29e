"""`smartfab collect` against node-opcua, as an operator types it."""

import json
import subprocess
import sys

import pandas as pd
import pytest

import smartfab as sf
from tests.interop.truth import assert_exact

pytestmark = pytest.mark.interop


def collect(plant, folder, *arguments):
    (folder / "plant.toml").write_text(plant.to_toml(), encoding="utf-8")
    command = [sys.executable, "-m", "smartfab", "collect", "plant.toml", "--store", "store", *arguments]
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120)


def summary(ended):
    return json.loads(ended.stdout.splitlines()[-1])


def test_everything_until_a_time_is_in_the_store(press, security, tmp_path):
    until = pd.Timestamp.now("UTC") + pd.Timedelta("12s")
    ended = collect(press.plant(security), tmp_path, "--until", until.isoformat())
    assert ended.returncode == 0, ended.stderr
    got = sf.open_store(tmp_path / "store").read("samples")
    assert_exact(got, press, least=20)
    assert summary(ended)["exit"] == 0


def test_an_unknown_node_makes_it_partial_and_is_named(press, security, tmp_path):
    gone = {"node": "press;s=Press01.Gone", "role": "process_value"}
    ended = collect(press.plant(security, gone=gone), tmp_path, "--seconds", "2")
    assert ended.returncode == 3, ended.stderr
    assert "Press01/gone" in ended.stderr
    assert_exact(sf.open_store(tmp_path / "store").read("samples"), press, least=5)


def test_a_wrong_password_is_one_line_and_no_secret(press, tmp_path):
    wrong = "not the password of this press"
    ended = collect(press.plant(press.protected(tmp_path, password=wrong)), tmp_path, "--seconds", "2")
    assert ended.returncode == 2
    assert "SourceRefused" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert wrong not in ended.stdout + ended.stderr


def test_a_draft_has_every_tag_of_the_server_recorded_ones_too(press, tmp_path):
    address = f"opc.tcp://127.0.0.1:{press.listening['listening']}"
    words = ["discover", address, "-o", "plant.toml", "--allow-insecure", "a test on this machine"]
    command = [sys.executable, "-m", "smartfab", *words]
    ended = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert ended.returncode == 0, ended.stderr
    text = (tmp_path / "plant.toml").read_text(encoding="utf-8")
    assert all(
        node in text
        for node in ('s=\\"Press01\\".\\"State\\"', "Press01.Good", "i=1003", "Press01.Temperature", "Press01.Product")
    )
