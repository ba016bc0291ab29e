"""Tables of text: columns in line, names cut before figures, nothing wider than asked where it can be helped."""

from __future__ import annotations

import unicodedata

from smartfab.cli.tabular import table


def test_names_left_figures_right():
    assert table(["Máy", "OEE"], [["M1", "9,5"], ["Press01", "100,0"]], left=1, width=None).splitlines() == [
        "Máy       OEE",
        "─────── ─────",
        "M1        9,5",
        "Press01 100,0",
    ]


def test_long_names_are_cut_to_the_width():
    lines = table(["Machine", "Shift", "OEE"], [["A" * 60, "B" * 30, "65.4"]], left=2, width=40).splitlines()
    assert max(map(len, lines)) == 40
    assert lines[2].endswith("65.4")
    assert lines[2].count("…") == 2


def test_figures_are_never_cut():
    (*_, row) = table(["M", "a", "b"], [["x" * 20, "1" * 30, "2" * 30]], left=1, width=20).splitlines()
    assert row == f"xxxxx… {'1' * 30} {'2' * 30}"


def test_a_name_moves_no_cursor_and_turns_no_line_around():
    (*_, row) = table(["M"], [["\x1b[2J\u202eabc\r\nd"]], left=1, width=None).splitlines()
    assert row == "\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}abc\N{REPLACEMENT CHARACTER} d"


def test_letters_made_of_two_code_points_count_once():
    lines = table(["M", "n"], [[unicodedata.normalize("NFD", "Sấy"), "1"], ["abc", "2"]], left=1, width=None).splitlines()
    assert lines[2:] == ["Sấy 1", "abc 2"]
