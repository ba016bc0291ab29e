"""Rule packs: read with every fault at its place, refused when nobody reviewed them or their time is over."""

from __future__ import annotations

import datetime as dt

import pytest

from smartfab.errors import RegisterError
from smartfab.improvements import read_rules

ON = dt.date(2025, 6, 1)
PACK = """
id = "C"
kind = "company"
title_vi = "Quy chế"
valid_from = 2025-01-01
valid_to = 2026-01-01
reviewer = "HR"
reviewed_on = 2025-01-02
[company]
share = "0.05"
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "company.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_is_read(written):
    assert read_rules(written(PACK), on=ON).title_vi == "Quy chế"


@pytest.mark.parametrize("on", [dt.date(2024, 12, 31), dt.date(2026, 1, 1)])
def test_out_of_its_time_it_is_refused_unless_accepted(written, on):
    path = written(PACK)
    with pytest.raises(RegisterError, match="not in force"):
        read_rules(path, on=on)
    assert read_rules(path, on=on, accept_unreviewed=True).id == "C"


@pytest.mark.parametrize("line", ['reviewer = "HR"', "reviewed_on = 2025-01-02"])
def test_unreviewed_it_is_refused_unless_accepted(written, line):
    path = written(PACK.replace(line, ""))
    with pytest.raises(RegisterError, match="reviewed by nobody"):
        read_rules(path, on=ON)
    assert read_rules(path, on=ON, accept_unreviewed=True).id == "C"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"0.05"', "0.05", 'a share is text, such as "0.07"'),
        ('"0.05"', '"1.5"', "less than or equal to 1"),
        ('"0.05"', '"five"', "company.share"),
        ('kind = "company"', 'kind = "decree"', r"kind decree needs \[author\]"),
        ("2026-01-01", "2025-01-01", "valid_to is not after valid_from"),
        ("[company]", "[company]\ncapp = 5", "company.capp"),
        ("[company]", "[company", "no TOML"),
        ('id = "C"', "", "id"),
    ],
)
def test_a_wrong_file_is_told_with_the_place(written, old, new, said):
    with pytest.raises(RegisterError, match=said):
        read_rules(written(PACK.replace(old, new)), on=ON)


def test_every_fault_is_told_at_once(written):
    with pytest.raises(RegisterError) as caught:
        read_rules(written(PACK.replace('"0.05"', "0.05").replace('id = "C"', "").replace("reviewer", "reviewr")), on=ON)
    assert len(caught.value.faults) == 3


def test_an_unknown_name_is_told_with_those_there_are():
    with pytest.raises(RegisterError, match="VN-2012-13, or a TOML file"):
        read_rules("VN-1981-31", on=ON)


def test_no_wage_before_the_first(written):
    with pytest.raises(RegisterError, match="no minimum wage on 2012-04-26"):
        read_rules("VN-2012-13", on=ON).wage(dt.date(2012, 4, 26))
