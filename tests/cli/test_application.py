"""The frame of the command line: help, version, quick start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import smartfab


def test_version(run):
    assert run("--version")[:2] == (0, f"{smartfab.__version__}\n")


def test_alone_it_shows_what_there_is(run):
    ended = run()
    assert ended.code == 2
    assert all(command in ended.out for command in ("demo", "collect", "oee"))


@pytest.mark.parametrize("command", ["demo", "collect", "oee"])
def test_each_command_shows_an_example(run, command):
    ended = run(command, "--help")
    assert ended.code == 0
    assert ended.out.count("Example: smartfab") == 1
    assert all(len(line) <= 80 for line in ended.out.splitlines())


def test_importing_it_loads_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'pyarrow', 'matplotlib', 'asyncua', 'deltalake', 'jinja2', 'pydantic'}"
    code = f"import sys, smartfab.cli.application; print(*sorted({heavy} & set(sys.modules)))"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip() == ""


def test_python_m_is_the_same():
    ended = subprocess.run([sys.executable, "-m", "smartfab", "--version"], capture_output=True, check=True, text=True)
    assert ended.stdout.strip() == smartfab.__version__


def test_a_shell_can_complete_words():
    asked = {**os.environ, "COMP_WORDS": "smartfab watch --ev", "COMP_CWORD": "2", "_SMARTFAB_COMPLETE": "complete_bash"}
    told = subprocess.run([sys.executable, "-m", "smartfab"], env=asked, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["--every"]
