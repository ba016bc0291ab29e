"""Whoever waits at a terminal sees that something goes on; a pipe sees nothing; the line is gone at the end."""

from __future__ import annotations

import sys
import time

import pytest

from smartfab.cli import working as waiting
from smartfab.errors import StoreError


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(waiting, "_SILENT_S", 0.05)
    monkeypatch.setattr(waiting, "_TICK_S", 0.02)


def _fails_late():
    time.sleep(0.2)
    raise StoreError("the disk is full")


@pytest.mark.usefixtures("quick")
def test_a_terminal_is_told_and_cleared(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with waiting.patience("smartfab oee"):
        time.sleep(0.3)
    told = capsys.readouterr()
    assert told.out == ""
    assert "smartfab oee … 0 s" in told.err
    assert told.err.endswith("\r\x1b[K")


@pytest.mark.usefixtures("quick")
def test_a_pipe_is_told_nothing(capsys):
    with waiting.patience("smartfab oee"):
        time.sleep(0.2)
    assert capsys.readouterr() == ("", "")


def test_what_is_done_at_once_says_nothing(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with waiting.patience("smartfab oee"):
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("quick")
def test_an_error_finds_a_clear_line(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with pytest.raises(StoreError), waiting.patience("smartfab oee"):
        _fails_late()
    assert capsys.readouterr().err.endswith("\r\x1b[K")
