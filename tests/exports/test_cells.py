"""Single cells and columns: what each way of writing means."""

from __future__ import annotations

import datetime as dt

import pytest

from smartfab.errors import TableError
from smartfab.exports.decoding import decoded
from smartfab.exports.folding import canonical_unit, fold, split_unit
from smartfab.exports.grid import Faults, Strip
from smartfab.exports.lengths_in import lengths
from smartfab.exports.moments_in import Moment, UnreadableError, moment
from smartfab.exports.numerals_in import numbers, readings
from smartfab.exports.words_in import truths, words
from tests.exports.plant_files import cp1258

DAY = dt.date(2026, 3, 2)


def time(hours, minutes=0, seconds=0):
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("02/03/2026", DAY, None), ("2-3-2026", DAY, None), ("2.3.26", DAY, None), ("2026-03-02", DAY, None),
        ("2026/3/2", DAY, None), ("20260302", DAY, None), ("46083", DAY, None), ("Thứ Hai, 02/03/2026", DAY, None),
        ("ngày 2 tháng 3 năm 2026", DAY, None), ("2-Mar-2026", DAY, None), ("T2 02/03/2026", DAY, None),
        ("02/03/2026 06:15", DAY, time(6, 15)), ("2026-03-02T06:15:30", DAY, time(6, 15, 30)),
        ("06:15 02/03/2026", DAY, time(6, 15)),
        ("02/03/2026 24:00", DAY, time(24)), ("46083.5", DAY, time(12)), ("6h30", None, time(6, 30)), ("6h", None, time(6)),
        ("18 giờ 05", None, time(18, 5)), ("6:15 CH", None, time(18, 15)), ("12:30 SA", None, time(0, 30)),
        ("24:00", None, time(24)),
        ("02/03/2026 6:15:00 PM", DAY, time(18, 15)), ("0,25", None, time(6)),
    ],
)  # fmt: skip
def test_days_and_times(text, day, at):
    told = moment(text)
    assert (told.day, told.time) == (day, at)


def test_an_offset_is_kept():
    assert moment("2026-03-02T06:15:00+07:00") == Moment(DAY, time(6, 15), time(7), "text")
    assert moment("2026-03-02 06:15Z").offset == time(0)
    assert moment("2026-03-02 06:15:00.25-0330").offset == -time(3, 30)


@pytest.mark.parametrize(
    "text", ["31/02/2026", "02/13/2026", "24:01", "7:60", "abc", "02/03", "13:00 SA", "1772409600", "2/3/99", "3/2026"]
)
def test_what_is_no_day_and_no_time(text):
    with pytest.raises(UnreadableError):
        moment(text)


@pytest.mark.parametrize(
    ("text", "date_format", "day", "at"),
    [
        ("03/02/2026", "%m/%d/%Y", DAY, None), ("03/02/2026 06:15", "%m/%d/%Y", DAY, time(6, 15)),
        ("02/03", "%d/%m/2026", DAY, None),
        ("260302", "%y%m%d", DAY, None), ("02.03.2026 06.15", "%d.%m.%Y %H.%M", DAY, time(6, 15)),
        ("06:15", "%d/%m/%Y", None, time(6, 15)),
    ],
)  # fmt: skip
def test_days_in_a_given_format(text, date_format, day, at):
    told = moment(text, date_format)
    assert (told.day, told.time) == (day, at)


def test_a_format_without_a_year_is_refused():
    with pytest.raises(UnreadableError):
        moment("02/03", "%d/%m")


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("1.250", {".": 1.25, ",": 1250}), ("1,250", {".": 1250, ",": 1.25}), ("12,5", {",": 12.5}), ("12.5", {".": 12.5}),
        ("1.250,5", {",": 1250.5}), ("1,250.5", {".": 1250.5}), ("1.250.000", {",": 1250000}), ("0.850", {".": 0.85}),
        ("1 250", {".": 1250, ",": 1250}), ("1\xa0250,5", {",": 1250.5}), ("-5", {".": -5, ",": -5}),
        ("−5", {".": -5, ",": -5}),
        (",5", {",": 0.5}), ("1.2500", {".": 1.25}), ("1.25e3", {".": 1250}), ("12.34.5", {}), ("", {}), ("1,2,3", {}),
        ("5 cái", {}),
        ("01.250", {".": 1.25}), ("1'250.5", {".": 1250.5}),
    ],
)  # fmt: skip
def test_numbers_and_what_they_may_say(text, ways):
    assert readings(text) == ways


def column(reader, *cells, unit="", target="good", **options):
    faults = Faults("f.csv", "counts")
    strip = Strip("H", target, unit, list(range(2, len(cells) + 2)), list(cells))
    return reader(strip, faults, **options), [str(error) for error in faults.errors()]


@pytest.mark.parametrize(
    ("cells", "options", "expected"),
    [
        (["1.250", "987,5"], {}, [1250, 987.5]), (["1.250", "980"], {"decimal": ","}, [1250, 980]), ([5, "6", None, "-"],
        {}, [5, 6, None, None]),
        (["85%", "7,5 %"], {}, [0.85, 0.075]), (["85", 7.5], {"percent": True}, [0.85, 0.075]), (["2", 3],
        {"scale": 60.0}, [120, 180]),
    ],
)  # fmt: skip
def test_a_column_of_numbers(cells, options, expected):
    found, faults = column(numbers, *cells, **options)
    assert found == pytest.approx(expected)
    assert faults == []


@pytest.mark.parametrize(
    ("unit", "cells", "expected"),
    [
        ("min", ["12,5", 3], [750, 180]), ("h", ["1.5"], [5400]), ("s", [45], [45]),
        ("", ["45 phút", "1h30", "1 giờ", "2'", "90s"], [2700, 5400, 3600, 120, 90]),
        ("", [dt.time(0, 45), dt.timedelta(hours=30), "1:30", "0:45:10"], [2700, 108000, 5400, 2710]),
    ],
)  # fmt: skip
def test_a_column_of_lengths(unit, cells, expected):
    assert column(lengths, *cells, unit=unit) == (expected, [])


def test_words():
    assert column(words, "Chạy", "DUNG", "Thay khuôn", "running", "Dừng theo kế hoạch", target="state")[0] == [
        "running", "unplanned_stop", "setup", "running", "planned_stop",
    ]  # fmt: skip
    assert "row 2" in column(words, "bay", target="state")[1][0]
    assert column(words, "bay", target="state", raw=True) == (["bay"], [])
    assert column(words, 12.0, 3, " A\n B", target="product_id")[0] == ["12", "3", " A B"]
    assert column(truths, "Có", "x", "Không", False, None, target="planned")[0] == [True, True, False, False, None]


def test_names_are_matched_to_ids():
    ids = {"Press01": "Press01", "Máy ép 1": "Press01", "Press02": "Press02"}
    found, faults = column(words, "press 01", "MÁY ÉP 1", "Press02", "Press03", target="machine_id", ids=ids)
    assert found == ["Press01", "Press01", "Press02", "Press03"]
    assert len(faults) == 1
    assert "row 5" in faults[0]
    strip = Strip("Ca", "shift_id", "", [2], [1])
    assert words(strip, Faults("f", "counts"), ids={"Ca1": "Ca1", "Ca2": "Ca2"}) == ["Ca1"]


def test_headers_are_folded_and_lose_their_unit():
    assert fold("  SẢN_LƯỢNG\n(Đạt) ") == "san luong dat"
    assert split_unit("Thời gian dừng (phút)") == ("Thời gian dừng", "min")
    assert split_unit("Dừng do hỏng máy (sự cố)") == ("Dừng do hỏng máy (sự cố)", "")
    assert split_unit("Chu kỳ, giây") == ("Chu kỳ", "s")
    assert [canonical_unit(text) for text in ("sp/giờ", "cái / h", "kg/ca", "/phút", "%", "con", "xyz")] == [
        "1/h", "1/h", "1/shift", "1/min", "%", "1", "",
    ]  # fmt: skip


def test_text_that_is_no_vietnamese_is_no_cp1258():
    assert decoded(cp1258("Dừng máy"), "f") == ("Dừng máy", "cp1258")
    with pytest.raises(TableError, match="UTF-8"):
        decoded(b"M\xf2y d\xb0 \xd2\xf2\xf2", "f")
