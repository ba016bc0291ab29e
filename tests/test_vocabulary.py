"""The one declaration of tables, columns and labels."""

from __future__ import annotations

import typing

import pytest

from smartfab.tables import empty
from smartfab.vocabulary import CATEGORIES, COLUMNS, LOSSES, ROLES, TABLES, WORDS, DType, label

# term, label, short label: as the plants say it
VIETNAMESE = """
oee                  | Hiệu suất thiết bị tổng thể (OEE)        | OEE
availability         | Mức độ sẵn sàng (A)                      | Sẵn sàng
performance          | Hiệu suất tốc độ (P)                     | Tốc độ
quality              | Tỷ lệ chất lượng (Q)                     | Chất lượng
planned_stop         | Dừng theo kế hoạch                       | Dừng KH
breakdown            | Dừng do hỏng máy (sự cố)                 | Hỏng máy
setup                | Chuyển đổi mã hàng / thay khuôn, cài đặt | Chuyển đổi
minor_stop           | Dừng vặt (dừng ngắn)                     | Dừng vặt
reduced_speed        | Chạy chậm (giảm tốc độ)                  | Chạy chậm
scrap                | Phế phẩm (NG không sửa được)             | Phế
rework               | Hàng sửa lại                             | Sửa lại
unknown              | Không có dữ liệu                         | Không có DL
not_declared         | Chưa khai báo lý do                      | Chưa khai báo
coverage             | Độ phủ dữ liệu                           | Độ phủ DL
shift                | Ca                                       | Ca
team                 | Kíp                                      | Kíp
baseline             | Giai đoạn trước cải tiến (kỳ gốc)        | Trước cải tiến
control_line         | Dây chuyền đối chứng                     | Đối chứng
confidence_interval  | Khoảng tin cậy 95 %                      | từ … đến …
gain                 | Mức cải thiện đo được                    | Cải thiện
gain_money           | Tiền làm lợi                             | Làm lợi
verified             | Đã thẩm định                             | Đã thẩm định
recognised           | Đã công nhận sáng kiến                   | Đã công nhận
reward_decree        | Thù lao tác giả sáng kiến                | Thù lao
reward_company       | Tiền thưởng cải tiến                     | Tiền thưởng
not_measurable_yet   | Chưa đủ cơ sở kết luận                   | Chưa đủ cơ sở kết luận
no_detectable_effect | Chưa phát hiện được hiệu quả             | Chưa phát hiện được hiệu quả
"""
AVOIDED = ("toàn phần", "thiết lập", "vi dừng", "phế liệu", "tái chế", "đường cơ sở", "dây chuyền kiểm soát", "lợi nhuận")
LABELS = [tuple(part.strip() for part in line.split("|")) for line in VIETNAMESE.strip().splitlines()]
ENTRIES = [(table.name, column.name) for table in TABLES.values() for column in table.columns]


@pytest.mark.parametrize(("term", "full", "short"), LABELS)
def test_labels_are_the_words_of_the_plants(term, full, short):
    assert label(term, "vi") == full
    assert label(term, "vi", short=True) == short


@pytest.mark.parametrize("word", AVOIDED)
def test_words_that_mislead_are_not_used(word):
    said = [column.vi for name, column in COLUMNS.items() if name != "teep"] + [
        text for words in WORDS.values() for text in words
    ]
    assert not [text for text in said if word in text.lower()]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_declared_whole(name):
    column = COLUMNS[name]
    assert column.name == name == name.lower()
    assert column.dtype in typing.get_args(DType)
    assert column.meaning
    assert column.en
    assert column.vi


@pytest.mark.parametrize("name", COLUMNS)
def test_a_unit_in_the_name_is_the_unit_declared(name):
    expected = {"_s": "s", "_per_h": "1/h"}
    for suffix, unit in expected.items():
        if name.endswith(suffix):
            assert (COLUMNS[name].unit, COLUMNS[name].dtype) == (unit, "float64")
    assert COLUMNS[name].unit in {"", "1", *expected.values()}


@pytest.mark.parametrize(("table", "column"), ENTRIES)
def test_a_table_holds_declared_columns_each_once(table, column):
    assert column in COLUMNS
    assert [name for other, name in ENTRIES if other == table].count(column) == 1


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_has_every_column(table):
    assert list(empty(table).columns) == [column.name for column in TABLES[table].columns]
    assert TABLES[table].meaning


def test_no_column_is_declared_for_nothing():
    assert set(COLUMNS) == {column for _, column in ENTRIES}


@pytest.mark.parametrize("term", [*CATEGORIES, *LOSSES])
def test_every_state_and_loss_has_its_labels(term):
    assert label(term, "en") != term
    assert label(term, "vi") != term
    assert label(term, "vi") != label(term, "en")


@pytest.mark.parametrize("loss", sorted(set(LOSSES) - {"run"}))
def test_a_bucket_of_seconds_is_labelled_like_its_loss(loss):
    assert label(f"{loss}_s", "vi") == label(loss, "vi")


def test_a_term_without_label_is_itself():
    assert label("cycle_time_s", "vi") == "cycle_time_s"


def test_roles_and_categories_are_distinct():
    assert len(set(ROLES)) == len(ROLES)
    assert len(set(CATEGORIES)) == len(CATEGORIES)
