"""Master data in files that plant.toml names: read with it, checked with it, every fault with file, sheet and row."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

import smartfab as sf
from smartfab.errors import PlantError
from smartfab.plant_file import parse_plant

TOML = """[plant]
id = "binh-minh"
timezone = "Asia/Ho_Chi_Minh"
day_start = "06:00"
products = "danh muc.xlsx#Sản phẩm"
reasons = "danh muc.xlsx#Lý do"
setups = "danh muc.xlsx#Chuyển đổi"
orders = "lenh.csv"
people = "nguoi.csv"
calendar = "lich.csv"

[[shift]]
id = "Ca1"
start = "06:00"
end = "14:00"

[[shift]]
id = "Ca2"
start = "14:00"
end = "22:00"

[[rotation]]
teams = ["A", "B"]
pattern = ["Ca1", "Ca2"]
start = "2026-01-01"

[[product]]
id = "P-300"
ideal_cycle_s = 3.0

[[line]]
id = "L1"
[[line.machine]]
id = "Press01"
[[line.machine]]
id = "Press02"
"""
PRODUCTS = [
    ["DANH MỤC SẢN PHẨM"],
    ["Mã hàng", "Tên hàng", "Máy", "Chu kỳ chuẩn (s)", "Hiệu lực từ"],
    ["P-100", "Gạch 60", None, 1.0, None],
    ["P-100", None, "Press02", "1,2", None],
    ["P-200", "Gạch 80", None, 2, dt.date(2026, 3, 1)],
]
REASONS = [
    ["Mã lý do", "Tên lý do", "Nhóm", "Thuộc nhóm", "Thời gian tối đa (phút)"],
    ["MOLD", "Khuôn", "Hỏng máy", None, None],
    ["MOLD-1", "Hỏng khuôn", "Sự cố", "MOLD", None],
    ["MEAL", "Nghỉ ăn", "Dừng theo kế hoạch", None, 30],
]
SETUPS = [
    ["Máy", "Từ mã hàng", "Sang mã hàng", "Thời gian chuẩn (phút)"],
    ["Press01", "P-100", "P-200", 20],
    [None, None, None, 30],
]
ORDERS = "Lệnh sản xuất;Máy;Mã hàng;Bắt đầu;Kết thúc;Kế hoạch\nLSX-1;Press01;P-100;02/03/2026 06:00;02/03/2026 14:00;12.000,0\n"
PEOPLE = "Mã NV;Họ và tên;Bộ phận;Kíp\nNV001;Nguyễn Văn An;Xưởng ép;A\n"
CALENDAR = (
    "Từ ngày;Đến ngày;Loại;Tên;Ca;Từ giờ;Đến giờ\n16/02/2026;22/02/2026;Nghỉ lễ;Tết;;;\n01/03/2026;;Tăng ca;;Ca1;14:00;16:00\n"
)


@pytest.fixture
def folder(tmp_path):
    """A plant.toml and its files; call it with what differs."""

    def make(*, products=PRODUCTS, reasons=REASONS, setups=SETUPS, orders=ORDERS, people=PEOPLE, calendar=CALENDAR, toml=TOML):
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in (("Sản phẩm", products), ("Lý do", reasons), ("Chuyển đổi", setups)):
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "danh muc.xlsx")
        for name, text in (("lenh.csv", orders), ("nguoi.csv", people), ("lich.csv", calendar)):
            (tmp_path / name).write_text(text, encoding="utf-8-sig")
        (tmp_path / "plant.toml").write_text(toml, encoding="utf-8")
        return tmp_path / "plant.toml"

    return make


def test_files_stand_for_tables(folder):
    plant = sf.read_plant(folder())
    products = plant.product_table().fillna({"machine_id": "*"})
    assert sorted(products[["product_id", "machine_id", "ideal_cycle_s"]].to_numpy().tolist()) == [
        ["P-100", "Press01", 1.0], ["P-100", "Press02", 1.2], ["P-200", "*", 2.0], ["P-300", "*", 3.0],
    ]  # fmt: skip
    assert products.set_index("product_id").loc["P-200", "valid_from"].isoformat() == "2026-02-28T23:00:00+00:00"
    reasons = plant.reason_table().set_index("reason_id")
    assert reasons["category"].to_dict() == {"MOLD": "unplanned_stop", "MOLD-1": "unplanned_stop", "MEAL": "planned_stop"}
    assert (reasons.loc["MEAL", "limit_s"], reasons.loc["MOLD-1", "parent_id"]) == (1800, "MOLD")
    assert plant.setup_table()["standard_s"].tolist() == [1200, 1800]
    order = plant.order_table().iloc[0]
    assert (order["start"].isoformat(), order["planned_qty"]) == ("2026-03-01T23:00:00+00:00", 12000)
    assert plant.people_table()[["person_id", "name", "team_id"]].to_numpy().tolist() == [["NV001", "Nguyễn Văn An", "A"]]
    shifts = sf.shifts.expand(plant, "2026-02-16", "2026-03-02")
    assert shifts["production_date"].min().isoformat() == "2026-02-23T00:00:00"  # Tết
    assert (shifts["kind"] == "overtime").sum() == 1


def test_the_plant_written_down_stands_alone(folder):
    plant = sf.read_plant(folder())
    again = parse_plant(plant.to_toml())
    assert again == plant
    assert "danh muc" not in plant.to_toml()


def test_ten_faults_are_ten_faults_with_their_places(folder):
    path = folder(
        products=[*PRODUCTS, ["P-400", "Gạch", "Press09", 1, None], ["P-500", "Gạch", None, "nhanh", None],
                  ["P-600", "Gạch", None, -1, None],
                  ["P-100", "Gạch", "Press02", 1.3, None]],
        reasons=[*REASONS, ["X", "Gì đó", "Bay", None, None], ["Y", "Gì đó", "Chờ", "KHÔNG", None],
                 ["MEAL", "Nghỉ", "Chờ", None, None]],
        orders=ORDERS + "LSX-2;Press01;P-999;02/03/2026 14:00;02/03/2026 22:00;5,5\n",
        people=PEOPLE + "NV002;;Xưởng ép;A\n",
        calendar=CALENDAR + "03/04/2026;;Nghỉ lễ;;Ca9;;\n",
    )  # fmt: skip
    with pytest.raises(PlantError) as caught:
        sf.read_plant(path)
    told = [str(fault) for fault in caught.value.faults]
    places = [
        ("danh muc.xlsx, sheet 'Sản phẩm', row 6", "Press09"), ("danh muc.xlsx, sheet 'Sản phẩm', row 7", "nhanh"),
        ("danh muc.xlsx, sheet 'Sản phẩm', row 8", "-1"), ("danh muc.xlsx, sheet 'Sản phẩm', row 9", "second time"),
        ("danh muc.xlsx, sheet 'Lý do', row 5", "Bay"), ("danh muc.xlsx, sheet 'Lý do', row 6", "KHÔNG"),
        ("danh muc.xlsx, sheet 'Lý do', row 7", "second time"), ("lenh.csv, row 3", "P-999"), ("nguoi.csv, row 3", "empty"),
        ("lich.csv, row 4", "Ca9"),
    ]  # fmt: skip
    assert len(told) == 10, "\n".join(told)
    for place, said in places:
        assert [text for text in told if place in text and said in text], (place, said, told)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('people = "nguoi.csv"', 'people = "khong.csv"'), "khong.csv"),
        (("#Sản phẩm", "#Hàng"), "Hàng"),
        (("products = ", "product = "), "product"),
    ],
)  # fmt: skip
def test_a_file_or_sheet_that_is_not_there(folder, change, said):
    with pytest.raises(PlantError, match=said):
        sf.read_plant(folder(toml=TOML.replace(*change)))


def test_faults_of_the_file_and_of_its_files_are_told_together(folder):
    path = folder(toml=TOML.replace("06:00", "26:00", 1), people=PEOPLE + "NV001;Trần Thị Bình;Xưởng ép;C\n")
    with pytest.raises(PlantError) as caught:
        sf.read_plant(path)
    told = " ".join(str(fault) for fault in caught.value.faults)
    assert "plant.toml, line 4, plant.day_start" in told
    assert told.count("nguoi.csv, row 3") == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("".join(f'[[reason]]\nid = "{a}"\nparent = "{b}"\ncategory = "idle"\n' for a, b in ("AB", "BA")), "A → B → A"),
        ('[[reason]]\nid = "A"\ncategory = "lazy"\n', "lazy"),
        ('[[order]]\nid = "A"\nmachine = "M"\nproduct = "P"\nstart = "2026-03-02T06"\nend = "2026-03-02T05"\n', "no later"),
        ('[[order]]\nid = "A"\nmachine = "M"\nproduct = "P"\nstart = "x"\nend = 2026-03-02T05:00:00\n', "a time such as"),
        ('[[setup]]\nstandard = "20"\n', "duration"),
        ('[[setup]]\nstandard = "20min"\n[[setup]]\nstandard = "30min"\n', "second time"),
        ('[[person]]\nid = "A"\nname = ""\n', "name"),
        ('[[product]]\nid = "A"\nvalid_from = "2026-03-02"\nvalid_to = "2026-03-01"\n', "no later"),
    ],
)  # fmt: skip
def test_master_data_in_the_file_itself(text, said):
    with pytest.raises(PlantError, match=said):
        parse_plant('[plant]\nid = "p"\ntimezone = "UTC"\n' + text)
