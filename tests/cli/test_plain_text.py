"""What a terminal is told about a name is the name."""

from __future__ import annotations

import pytest

from smartfab.cli.plain_text import plain


@pytest.mark.parametrize("text", ["Máy ép 1 – gạch 60×60", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "a\nb", ""])
def test_what_is_only_text_stays(text):
    assert plain(text) == text


@pytest.mark.parametrize("mark", ["\x1b[31m", "\x07", "\u202e", "\u200f", "\x9b2J", "\r"])
def test_marks_are_seen_as_such(mark):
    assert plain(f"a{mark}b") == f"a\N{REPLACEMENT CHARACTER}{mark[1:]}b"


def test_errors_too(run, tmp_path):
    ended = run("oee", tmp_path / "\x1b[2Jnowhere.toml", "--store", tmp_path, "--from", "2026-03-02", "--to", "2026-03-03")
    assert ended.code == 2
    assert "nowhere.toml" in ended.errors[0]
    assert "\x1b" not in "".join(ended.errors)
