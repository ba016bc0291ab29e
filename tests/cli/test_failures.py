"""Whatever goes wrong is one line on stderr with the name of the error, and an exit code; never a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

from smartfab.cli import exit_codes, failures
from smartfab.errors import SmartfabError, SourceRefused, SourceUnavailable, StoreError, TimeError, WriteConflictError

DAY = ("--from", "2026-03-02", "--to", "2026-03-03")
FIVE_FAULTS = """\
[plant]
id = "a/b"
timezone = "Asia/Hanoi"
[[shift]]
id = "Ca1"
start = "25:00"
end = "14:00"
[[line]]
id = "L1"
endpoint = "opc.tcp://127.0.0.1:4840"
security = { policy = "None", mode = "None" }
[[line.machine]]
id = "M1"
[line.machine.signals]
state = { node = "ns=2;s=State", role = "state" }
"""


@pytest.mark.parametrize("command", ["oee", "collect"])
def test_a_plant_with_five_faults_names_five_lines(run, tmp_path, command):
    (tmp_path / "plant.toml").write_text(FIVE_FAULTS, encoding="utf-8")
    options = DAY if command == "oee" else ()
    ended = run(command, tmp_path / "plant.toml", "--store", tmp_path / "store", *options)
    assert ended.code == 2
    assert len(ended.errors) == 5
    for line, number in zip(ended.errors, (2, 3, 6, 11, 15), strict=True):
        assert line.startswith("smartfab: PlantError: ")
        assert f"plant.toml, line {number}, " in line


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--from", "2026-13-01", "--to", "2026-03-03"), 2, "TimeError: --from: '2026-13-01'; expected a date"),
        (("--from", "2026-03-02T06:00", "--to", "2026-03-03"), 2, "TimeError: --from: naive time '2026-03-02T06:00'"),
        (("--from", "2026-03-03", "--to", "2026-03-02"), 2, "TimeError: end:"),
        (("--from", "2026-03-02"), 2, "PlantError: --from or --to: not given"),
        ((*DAY, "--by", "moon"), 2, "Invalid value for '--by'"),
        ((*DAY, "--frobnicate"), 2, "No such option"),
    ],
)
def test_wrong_options(run, filled, options, code, told):
    ended = run("oee", filled / "plant.toml", "--store", filled / "store", *options)
    assert ended.code == code
    assert len(ended.errors) == 1
    assert told in ended.errors[0]
    assert ended.out == ""


def test_a_naive_time_is_told_how_to_be_written(run, filled):
    ended = run("oee", filled / "plant.toml", "--store", filled / "store", "--from", "2026-03-02T06:00", "--to", "2026-03-03")
    assert "Write it as 2026-03-02T06:00:00+07:00." in ended.errors[0]


def test_a_file_that_is_not_there(run, tmp_path):
    ended = run("oee", tmp_path / "plant.toml", "--store", tmp_path, *DAY)
    assert ended.code == 2
    assert len(ended.errors) == 1
    assert "PlantError" in ended.errors[0]


def test_a_store_that_is_not_there_is_not_made(run, filled, tmp_path):
    ended = run("oee", filled / "plant.toml", "--store", tmp_path / "mistyped", *DAY)
    assert ended.code == 5
    assert len(ended.errors) == 1
    assert "StoreError" in ended.errors[0]
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("command", ["oee", "collect"])
def test_a_store_that_is_none(run, filled, tmp_path, command):
    (tmp_path / "holiday.jpg").write_bytes(b"")
    options = DAY if command == "oee" else ("--seconds", "1")
    ended = run(command, filled / "plant.toml", "--store", tmp_path, *options)
    assert ended.code == 5
    assert "holiday.jpg" in ended.errors[0]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SmartfabError("x"), 2), (TimeError("x"), 2), (SourceRefused("x"), 2), (SourceUnavailable("x"), 4),
        (StoreError("x"), 5), (WriteConflictError("x"), 75),
    ],
)  # fmt: skip
def test_exit_codes(error, code):
    assert exit_codes.exit_code(error) == code


def fail(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ZeroDivisionError("division\nby zero"), 1, "internal error: ZeroDivisionError: division by zero"),
        (PermissionError(13, "Permission denied", "/x"), 2, "PermissionError: [Errno 13] Permission denied: '/x'"),
    ],
)
def test_what_nobody_expected_is_one_line_too(capsys, error, code, told):
    assert failures.guarded(fail(error), debug=False) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"smartfab: {told}")


def test_a_traceback_is_shown_on_request(capsys):
    assert failures.guarded(fail(ZeroDivisionError()), debug=True) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_leaves_ends_it_without_a_word(filled):
    command = [sys.executable, "-m", "smartfab", "oee", filled / "plant.toml", "--store", filled / "store", *DAY, "--json"]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first.stdout.close()
    told = first.stderr.read()
    first.stderr.close()
    assert (first.wait(), told) == (1, b"")
