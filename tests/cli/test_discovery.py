"""`smartfab certificate` and `smartfab discover`, as somebody types them who meets a server for the first time."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest
from smartfab.connectors.opcua.simulator import SimulatorServer

import smartfab as sf


@pytest.fixture(scope="module")
def short():
    return sf.simulation.line(days=0.02)


@pytest.fixture
def pki(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("certificate", "make", "--name", "Máy thu 1", "--host", "10.0.0.5")
    assert code == 0
    return json.loads(out.splitlines()[-1])


def test_a_certificate_names_this_collector_and_its_key_is_private(pki, tmp_path):
    assert pki["uris"] == ["urn:smartfab:M%C3%A1y%20thu%201"]
    assert "10.0.0.5" in pki["hosts"]
    if os.name == "posix":
        assert (tmp_path / "pki" / "own.pem").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "pki").stat().st_mode & 0o777 == 0o700


def test_nothing_is_replaced(run, pki, tmp_path):
    before = (tmp_path / "pki" / "own.pem").read_bytes()
    code, _, errors = run("certificate", "make")
    assert code == 2
    assert "servers may trust it" in " ".join(errors)
    assert (tmp_path / "pki" / "own.pem").read_bytes() == before


def test_show_tells_everything_but_the_key(run, pki):
    code, out, _ = run("certificate", "show")
    assert code == 0
    assert pki["sha256"] in out
    assert "PRIVATE" not in out
    code, _, errors = run("certificate", "show", "nothing.der")
    assert code == 2
    assert "nothing.der" in " ".join(errors)


def test_trust_takes_only_the_fingerprint_that_was_read_off_the_server(run, pki, tmp_path):
    code, _, errors = run("certificate", "trust", "pki/own.der", "--sha256", "00" * 32)
    assert code == 2
    assert pki["sha256"] in " ".join(errors)
    assert not list((tmp_path / "pki" / "trusted").iterdir())
    colons = ":".join(re.findall("..", pki["sha256"].upper()))
    assert run("certificate", "trust", "pki/own.der", "--sha256", colons)[0] == 0
    assert [path.stem for path in (tmp_path / "pki" / "trusted").iterdir()] == [pki["sha256"]]


def test_without_a_certificate_the_first_step_is_named(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, errors = run("discover", "opc.tcp://127.0.0.1:1")
    assert code == 2
    assert "smartfab certificate make" in " ".join(errors)


def test_a_first_contact_shows_the_fingerprint_and_the_line_to_type(run, short, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with SimulatorServer(short, hold=True, security="secure") as server:
        told = server.plant.lines[0].security
        monkeypatch.setenv("PRESS1_PASSWORD", Path(told.password_file).read_text(encoding="utf-8"))
        typed = ["discover", server.endpoint, "--user", told.user, "--password-env", "PRESS1_PASSWORD", "-o", "plant.toml",
                 "--certificate", told.certificate, "--key", told.private_key]  # fmt: skip
        code, _, errors = run(*typed)
        assert code == 2
        assert not (tmp_path / "plant.toml").exists()
        line = re.search(r"smartfab (certificate trust .+?)\.?$", " ".join(errors))
        assert run(*shlex.split(line[1]))[0] == 0
        code, out, errors = run(*typed)
        assert (code, errors) == (0, [])
    plant = sf.read_plant(tmp_path / "plant.toml")
    assert {machine.id for _, machine in plant.machines} == {machine.id for _, machine in server.plant.machines}
    summary = json.loads(out.splitlines()[-1])
    assert summary["signals"] == sum(len(machine.signals) for _, machine in plant.machines)
    assert os.environ["PRESS1_PASSWORD"] not in (tmp_path / "plant.toml").read_text(encoding="utf-8") + out


def test_a_draft_replaces_nothing_and_may_go_to_the_terminal(run, short, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with SimulatorServer(short, hold=True) as server:
        code, out, _ = run("discover", server.endpoint, "--allow-insecure", "test bench")
        assert code == 0
        assert "[[line.machine]]" in out
        (tmp_path / "plant.toml").write_text("mine", encoding="utf-8")
        code, _, errors = run("discover", server.endpoint, "--allow-insecure", "test bench", "-o", "plant.toml")
    assert code == 2
    assert "replaces nothing" in " ".join(errors)
    assert (tmp_path / "plant.toml").read_text(encoding="utf-8") == "mine"
