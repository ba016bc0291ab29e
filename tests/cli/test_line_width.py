"""A line fits its terminal, and is one line in a pipe."""

from __future__ import annotations

import os
import sys

import pytest

from smartfab.cli.line_width import fitted, terminal_width

LINE = f"2,340 rows, 0 faults, head 2340:{'a' * 64}"


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((80, 24)))


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_words_go_on_below():
    assert terminal_width() == 80
    assert fitted(LINE, "  ").splitlines() == ["2,340 rows, 0 faults, head", f"  2340:{'a' * 64}"]
    assert fitted("short") == "short"


def test_in_a_pipe_a_record_is_a_line(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert terminal_width() is None
    assert fitted(LINE) == LINE
