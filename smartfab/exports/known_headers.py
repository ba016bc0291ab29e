"""The headers plants write: which column each of them means, folded (small letters, no accents)."""

from __future__ import annotations

from functools import cache

from smartfab.exports.folding import fold
from smartfab.terms import WORDS
from smartfab.vocabulary import TABLES

DATE, DURATION = "date", "duration"
"""Headers that are no column: the calendar day that times of day belong to, and how long something took."""

LENGTHS = {"minutes": "min", "hours": "h", "seconds": "s", "duration_s": "s", DURATION: ""}
"""Names a user may give for a length of time, and the unit each states."""


def _declare(rows: str) -> dict[str, frozenset[str]]:
    parts = (line.split("|") for line in rows.strip().splitlines())
    return {name.strip(): frozenset(word.strip() for word in words.split(",")) for name, words in parts}


# column | folded headers
_SAID = _declare("""
machine_id      | may, ma may, ten may, may so, so may, thiet bi, ma thiet bi, ten thiet bi, machine, machine id, machine no, equipment, work center, workcenter, asset
line_id         | day chuyen, chuyen, ma day chuyen, line, line id
area_id         | khu vuc, area
shift_id        | ca, ca sx, ca lv, ca san xuat, ca lam viec, ma ca, ten ca, shift, shift id
team_id         | kip, kip truc, to, to san xuat, doi, nhom, team, crew
date            | ngay, ngay thang, ngay thang nam, date, day, ngay dung, ngay ghi, ngay phat sinh
production_date | ngay san xuat, ngay sx, production date, prod date
ts              | thoi diem, thoi gian, gio, ngay gio, time, timestamp, datetime, date time, luc
start           | bat dau, gio bat dau, thoi gian bat dau, tg bat dau, thoi diem bat dau, bat dau luc, bat dau dung, tu, tu gio, tu luc, gio dung, luc dung, dung luc, start, start time, begin, from, from time
end             | ket thuc, gio ket thuc, thoi gian ket thuc, tg ket thuc, thoi diem ket thuc, ket thuc luc, ket thuc dung, den, den gio, den luc, gio chay lai, chay lai luc, chay lai, end, end time, finish, until, to time
duration        | thoi luong, thoi gian dung, thoi gian dung may, thoi gian ngung, tg dung, tg dung may, so phut, so phut dung, phut dung, so gio, so gio dung, tong thoi gian dung, duration, downtime, stop time, minutes, hours, seconds, duration min, minutes lost
product_id      | ma hang, ma san pham, ma sp, san pham, ma hang hoa, ma vat tu, product, product id, item, item no, part number, model, mat hang
order_id        | lenh san xuat, lenh sx, lsx, so lenh, ma lenh, don hang, order, order id, order no, work order, wo, po
part_id         | ma chi tiet, chi tiet, serial, so serial, part, part id, serial number
lot_id          | lo, so lo, ma lo, lo hang, lot, lot id, lot no, batch
total           | tong, tong so, tong san luong, tong sl, san luong, sl, so luong, sl san xuat, so luong san xuat, san luong thuc te, sl thuc te, thuc te, total, total count, quantity, qty, output, produced, actual
good            | dat, sl dat, so luong dat, hang dat, san pham dat, sp dat, sl ok, hang ok, ok, hang tot, sl tot, tot, chinh pham, thanh pham, good, good count, good qty, passed
scrap           | ng, sl ng, hang ng, so luong ng, phe, phe pham, hang phe, sl phe, loi, sl loi, so luong loi, hang loi, san pham loi, sp loi, hong, sl hong, hang hong, sp hong, huy, hang huy, scrap, scrap count, reject, rejects, rejected, defect, defects, bad, nok
rework          | sua, sl sua, hang sua, sua lai, hang sua lai, lam lai, tai che, rework, reworked
planned_qty     | so luong ke hoach, sl ke hoach, sl kh, ke hoach, ke hoach sx, chi tieu, muc tieu, planned quantity, planned qty, plan, target
defect_code     | ma loi, dang loi, loai loi, defect code
reason_id       | ly do, ly do dung, ly do dung may, ma ly do, nguyen nhan, nguyen nhan dung, nguyen nhan dung may, ma dung, noi dung dung, noi dung dung may, reason, reason id, reason code, stop reason, cause
parent_id       | cap tren, nhom cha, thuoc nhom, parent
state           | trang thai, trang thai may, tinh trang, loai dung, state, machine state
category        | nhom, loai, phan loai, nhom trang thai, category, loai dung
kind            | loai, loai ngay, kind, type
text            | ghi chu, mo ta, dien giai, noi dung, note, notes, remark, remarks, comment, description, message
by              | nguoi ghi, nguoi nhap, nguoi bao, nguoi bao cao, nguoi van hanh, cong nhan van hanh, by, operator, entered by, reported by
reason          | ly do dieu chinh, ly do sua
ideal_cycle_s   | chu ky, chu ky chuan, chu ky tieu chuan, chu ky ly tuong, thoi gian chu ky, tg chu ky, cycle time, ideal cycle, ideal cycle time, ct
rate_per_h      | nang suat, nang suat chuan, nang suat dinh muc, toc do chuan, ideal rate, rate
parts_per_cycle | so san pham moi chu ky, so sp moi chu ky, sp chu ky, so long khuon, so cavity, cavity, cavities, parts per cycle
planned_s       | thoi gian ke hoach, tg ke hoach, thoi gian kh, tg kh, thoi gian san xuat ke hoach, planned time, planned production time, thoi gian mo may
run_s           | thoi gian chay, tg chay, thoi gian chay may, tg chay may, thoi gian hoat dong, run time, running time, uptime, operating time
breakdown_s     | thoi gian dung, thoi gian dung may, tg dung, tg dung may, thoi gian hong may, dung su co, hong may, downtime, breakdown time
setup_s         | chuyen doi, thoi gian chuyen doi, thay khuon, thoi gian thay khuon, cai dat, thoi gian cai dat, setup time
idle_s          | cho, thoi gian cho, idle time
minor_stop_s    | dung vat, thoi gian dung vat, dung ngan, minor stops
planned_stop_s  | dung ke hoach, dung theo ke hoach, thoi gian nghi, nghi giua ca, planned downtime
micro_stop_s    | nguong dung vat
limit_s         | thoi gian toi da, gioi han, toi da, limit
standard_s      | thoi gian chuan, thoi gian tieu chuan, thoi gian chuyen doi chuan, dinh muc, tieu chuan, standard, standard time
from_product    | tu ma, tu ma hang, tu san pham, ma cu, from product, from
to_product      | sang ma, sang ma hang, sang san pham, den ma hang, ma moi, to product, to
name_vi         | ten, ten hang, ten san pham, ten sp, ten ly do, ten tieng viet
name_en         | ten tieng anh, english name
name            | ho ten, ho va ten, ten, ten nhan vien, ten ngay, ten ngay nghi, full name, name, dip
uom             | don vi, don vi tinh, dvt, unit, uom
unit_id         | don vi, don vi cong tac, bo phan, phong ban, phan xuong, department, unit
role            | chuc vu, chuc danh, vai tro, role, position
person_id       | ma nhan vien, ma nv, msnv, ma so, ma so nhan vien, employee id, employee no, person id
valid_from      | hieu luc tu, ap dung tu, tu ngay, ngay ap dung, ngay hieu luc, valid from
valid_to        | hieu luc den, ap dung den, den ngay, valid to
from_date       | tu ngay, ngay, ngay bat dau, from date, date
to_date         | den ngay, ngay ket thuc, to date
start_time      | tu gio, gio bat dau, bat dau, start time
end_time        | den gio, gio ket thuc, ket thuc, end time
signal_id       | tin hieu, ma tin hieu, tag, tag name, tagname, bien, ten bien, signal, signal id, variable, point
value           | gia tri, tri so, value
status          | status, quality, chat luong, chat luong tin hieu, trang thai tin hieu
label           | ket qua, ket qua kiem, ket qua kiem tra, danh gia, result, label
""")  # noqa: E501  a table, one row a line

COUNTING_ROWS = frozenset({"stt", "so tt", "so thu tu", "tt", "no", "index", "id"})
"""Headers of columns that number the rows and say nothing."""


def targets_of(table: str) -> frozenset[str]:
    """Return what a header of a table may mean: its columns, and the date and length that times are made of.

    Parameters
    ----------
    table : str
        Name of a table of the vocabulary.

    Returns
    -------
    frozenset of str
        Names.
    """
    columns = {column.name for column in TABLES[table].columns}
    timed = {"ts", "start"} & columns
    extra = ({DATE} if timed else set()) | (
        {DURATION} if {"start", "end"} <= columns and "duration_s" not in columns else set()
    )
    return frozenset(columns | extra | ({"shift_id"} if timed else set()))


@cache
def meanings(table: str) -> dict[str, tuple[str, ...]]:
    """Return what each folded header means in a table.

    The names and labels of its own columns come first, then what else plants write.

    Parameters
    ----------
    table : str
        Name of a table of the vocabulary.

    Returns
    -------
    dict of str to tuple of str
        More than one target where a header may mean several: the first that is free is taken.
    """
    targets = targets_of(table)
    own: dict[str, list[str]] = {}
    for column in TABLES[table].columns:
        short = WORDS[column.name][2] if column.name in WORDS else ""
        for said in dict.fromkeys(fold(text) for text in (column.name, column.vi, column.en, short) if text):
            own.setdefault(said, []).append(column.name)
    if "production_date" in targets:  # where a row has no time of day, any day is that of production
        for said in ("ngay", "date") if DATE in targets else _SAID[DATE]:
            own.setdefault(said, []).append("production_date")
    for name, words in _SAID.items():
        if name in targets:
            for said in words:
                known = own.setdefault(said, [])
                if name not in known and not (name == DATE and "production_date" in known):
                    known.append(name)
    return {said: tuple(names) for said, names in own.items()}
