"""Units and people from a plant's own XLSX or CSV file."""

from __future__ import annotations

from pathlib import Path

from smartfab.errors import RegisterError, SmartfabError
from smartfab.improvements.register.form_sheets import FormRow, all_faults, form_rows, has_sheet
from smartfab.improvements.register.people_records import Person, Unit

PEOPLE = {
    "person_id": ("Mã nhân viên", "Mã NV", "Mã số", "Employee"),
    "name": ("Họ và tên", "Họ tên", "Tên", "Name"),
    "unit_id": ("Mã đơn vị", "Đơn vị", "Bộ phận", "Phòng ban", "Unit"),
    "job_title": ("Chức danh", "Chức vụ", "Job title"),
    "qualification": ("Trình độ chuyên môn", "Trình độ", "Qualification"),
    "birth_date": ("Ngày sinh", "Ngày tháng năm sinh", "Birth date"),
    "valid_from": ("Hiệu lực từ", "Ngày vào", "Từ ngày", "Valid from"),
    "valid_to": ("Hiệu lực đến", "Ngày nghỉ việc", "Đến ngày", "Valid to"),
}
UNITS = {
    "unit_id": ("Mã đơn vị", "Mã", "Unit"),
    "name_vi": ("Tên đơn vị", "Tên", "Tên tiếng Việt"),
    "name_en": ("Tên tiếng Anh", "Name (en)"),
    "parent_id": ("Đơn vị cấp trên", "Cấp trên", "Parent"),
    "headcount": ("Số lao động", "Số nhân viên", "Headcount"),
    "valid_from": ("Hiệu lực từ", "Valid from"),
    "valid_to": ("Hiệu lực đến", "Valid to"),
}
UNITS_SHEET = "Đơn vị"
PEOPLE_SHEET = "Nhân sự"
_DATES = ("birth_date", "valid_from", "valid_to")


def read_people(path: Path) -> tuple[list[Unit], list[Person]]:
    """Return the units (of sheet "Đơn vị", where there is one) and the people of a file; every fault by row.

    Without a sheet of units, each unit a person names is one.
    """
    faults: list[SmartfabError] = []
    units: list[Unit] = []
    if path.suffix.lower() != ".csv" and has_sheet(path, UNITS_SHEET):
        units = [unit for row in form_rows(path, UNITS, ("unit_id",), titled=UNITS_SHEET) for unit in _unit(row, faults)]
    people = [
        person for row in form_rows(path, PEOPLE, ("person_id", "name"), titled=PEOPLE_SHEET) for person in _person(row, faults)
    ]
    seen: dict[str, int] = {}
    for person in people:
        seen[person.person_id] = seen.get(person.person_id, 0) + 1
    faults += [
        RegisterError(f"{name} {count} times", where=path.name, expected="each person once")
        for name, count in seen.items()
        if count > 1
    ]
    all_faults(faults, path)
    if not units:
        named = dict.fromkeys(person.unit_id for person in people if person.unit_id is not None)
        units = [Unit(name, name) for name in named]
    return units, people


def _unit(row: FormRow, faults: list[SmartfabError]) -> list[Unit]:
    count = row.text("headcount")
    if count is not None and not count.isdecimal():
        faults.append(row.fault("headcount", repr(count), "Write a whole number."))
        return []
    texts = {name: row.text(name) for name in ("name_vi", "name_en", "parent_id")}
    dates = _dates(row, ("valid_from", "valid_to"), faults)
    unit_id = _needed(row, "unit_id", faults)
    return [] if unit_id is None else [Unit(unit_id, **texts, headcount=None if count is None else int(count), **dates)]


def _person(row: FormRow, faults: list[SmartfabError]) -> list[Person]:
    texts = {name: row.text(name) for name in ("unit_id", "job_title", "qualification")}
    dates = _dates(row, _DATES, faults)
    person_id, name = _needed(row, "person_id", faults), _needed(row, "name", faults)
    return [] if person_id is None or name is None else [Person(person_id, name, **texts, **dates)]


def _needed(row: FormRow, column: str, faults: list[SmartfabError]) -> str | None:
    text = row.text(column)
    if text is None:
        faults.append(row.fault(column, "nothing", "Fill it in."))
    return text


def _dates(row: FormRow, columns: tuple[str, ...], faults: list[SmartfabError]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for column in columns:
        try:
            day = row.date(column)
        except RegisterError as fault:
            faults.append(fault)
            day = None
        found[column] = None if day is None else day.isoformat()
    return found
