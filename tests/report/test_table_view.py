"""What a notebook shows of a table."""

import pandas as pd
import pytest

import smartfab as sf

HOSTILE = "<script>alert(1)</script>"


def kpis() -> pd.DataFrame:
    totals = {
        "machine_id": [HOSTILE, "M2"],
        "planned_s": 100,
        "run_s": [90, 50],
        "ideal_cycle_s": 1,
        "total": [95, 40],
        "good": [90, 40],
    }
    return sf.oee.from_totals(pd.DataFrame(totals))


def test_coverage_and_findings_come_before_the_table_and_heads_carry_units():
    html = sf.show(kpis())._repr_html_()
    assert html.index("Coverage: 100.0") < html.index("<table")
    assert html.index("2 ×") < html.index("<table")
    assert "Run time<br><small>s</small>" in html
    assert "OEE<br><small>%</small>" in html
    assert "90.0" in html


def test_everything_is_escaped():
    html = sf.show(kpis())._repr_html_()
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_vietnamese_labels_and_numbers():
    text = repr(sf.show(kpis(), lang="vi"))
    assert "Hiệu suất thiết bị tổng thể (OEE) [%]" in text
    assert "90,0" in text
    assert "Độ phủ dữ liệu" in text


def test_absent_is_a_dash_and_long_tables_say_how_much_is_left():
    table = pd.DataFrame({"machine_id": ["a", None, "c"], "start": pd.to_datetime(["2026-03-02T00:00Z", None, None])})
    text = repr(sf.show(table, rows=2, tz="Asia/Ho_Chi_Minh"))
    assert "07:00" in text
    assert "–" in text
    assert text.endswith("… + 1")
    assert "–" in repr(sf.show(table.iloc[:0]))


def test_what_is_no_table_is_refused():
    with pytest.raises(sf.errors.TableError, match="show"):
        sf.show([1])


def test_a_head_is_the_label_of_the_column_not_of_a_state_of_the_same_name():
    rule = {"id": "A", "start": "06:00", "end": "14:00"}
    text = repr(sf.show(sf.shifts.ShiftCalendar([rule]).expand("2026-03-02", "2026-03-03")))
    assert "Planned" in text.splitlines()[0]
    table = pd.DataFrame({name: [] for name in sf.vocabulary.COLUMNS})
    for lang in ("vi", "en"):
        heads = [head for head, _ in sf.show(table, lang=lang)._heads()]
        assert heads == [column.label(lang) for column in sf.vocabulary.COLUMNS.values()]
