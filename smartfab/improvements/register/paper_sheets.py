"""Improvements that were written on paper: a sheet to fill in, read with every fault by row, entered once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from smartfab.errors import RegisterError, SmartfabError
from smartfab.improvements.register.attachments import SUFFIXES
from smartfab.improvements.register.form_sheets import FormRow, all_faults, form_rows
from smartfab.improvements.register.idea_tables import improvements
from smartfab.improvements.register.ideas import Ideas
from smartfab.improvements.register.proposals import checked
from smartfab.improvements.register.workflow import Workflow

__all__ = ["PaperImport"]

HEADERS = {
    "paper_no": ("Số phiếu", "Paper no."),
    "proposed_on": ("Ngày đề xuất", "Proposed on"),
    "title_vi": ("Tên giải pháp", "Tên sáng kiến", "Title"),
    "problem": ("Tình trạng trước khi áp dụng", "Hiện trạng", "Problem"),
    "solution": ("Nội dung giải pháp", "Solution"),
    "authors": ("Tác giả và tỷ lệ", "Tác giả", "Authors"),
    "line_id": ("Dây chuyền", "Line"),
    "unit_id": ("Mã đơn vị", "Đơn vị", "Unit"),
    "kpi": ("Chỉ tiêu", "KPI"),
    "expected": ("Mức kỳ vọng", "Expected"),
    "applied_on": ("Ngày áp dụng lần đầu", "Ngày áp dụng", "Applied on"),
    "track": ("Cách xác nhận", "Track"),
    "drive": ("Đợt thi đua", "Drive"),
}
NEEDED = ("paper_no", "proposed_on", "title_vi", "problem", "solution", "authors")
EXAMPLE = {
    "paper_no": "P-2025-001", "proposed_on": "10/05/2025", "title_vi": "Gá nhanh khuôn máy dập",
    "problem": "Thay khuôn mất 40 phút", "solution": "Gá côn thay bu lông", "authors": "E0123: 60; E0456: 40",
    "line_id": "L3", "unit_id": "", "kpi": "oee", "expected": "0,02", "applied_on": "01/06/2025", "track": "đo", "drive": "",
}  # fmt: skip
_TRACKS = {
    "": "measured",
    "đo": "measured",
    "measured": "measured",
    "không đo": "no_measurement",
    "no_measurement": "no_measurement",
}
_AUTHOR = re.compile(r"^(?P<person>[^:=,]+)(?:[:=]\s*(?P<share>[\d.,]+)\s*%?)?$")


@dataclass(frozen=True)
class PaperImport:
    """What an import did: ids entered now, papers that were there already, scans attached, and papers without a scan."""

    entered: tuple[str, ...]
    already: tuple[str, ...]
    scans: int
    without_scan: tuple[str, ...]
    dry_run: bool


class PaperSheets(Workflow, Ideas):
    """Import paper."""

    def import_paper(self, path: str | Path, *, by: str, scans: str | Path | None = None, dry_run: bool = False) -> PaperImport:
        """Enter the improvements of a filled-in sheet, each with its own dates; known paper numbers are passed over.

        Parameters
        ----------
        path : str or Path
            XLSX or CSV with the headers of the template.
        by : str
            The clerk who enters them; each is proposed by its first author.
        scans : str or Path, optional
            Folder with ``<paper number>.pdf`` or a photo of that name.
        dry_run : bool
            Check everything and enter nothing.

        Returns
        -------
        PaperImport
            A second run of the same file enters nothing.

        Raises
        ------
        RegisterError
            Every fault by row; then nothing is entered.
        """
        file = Path(path)
        rows = form_rows(file, HEADERS, NEEDED)
        faults: list[SmartfabError] = []
        asked = [item for row in rows for item in _asked(row, faults)]
        _check_numbers(asked, faults)
        with self._reading() as connection:
            known = set(
                connection.execute(sa.select(improvements.c.paper_no).where(improvements.c.paper_no.is_not(None))).scalars()
            )
            fresh = [item for item in asked if item["paper_no"] not in known]
            for item in fresh:
                try:
                    checked(connection, item, self._today())
                except RegisterError as error:
                    faults += [
                        RegisterError(
                            fault.found, where=f"{item['place']}, {fault.where}", expected=fault.expected, remedy=fault.remedy
                        )
                        for fault in error.faults
                    ]
        pictures = {} if scans is None else _scans(Path(scans), [item["paper_no"] for item in asked])
        all_faults(faults, file)
        entered = () if dry_run else self._enter_all(fresh, by)
        attached = 0 if dry_run else self._attach_all(pictures, by)
        missing = tuple(item["paper_no"] for item in asked if scans is not None and item["paper_no"] not in pictures)
        already = tuple(item["paper_no"] for item in asked if item["paper_no"] in known)
        return PaperImport(entered, already, attached, missing, dry_run)

    def _enter_all(self, fresh: list[dict[str, Any]], by: str) -> tuple[str, ...]:
        """Enter all of them in one transaction, each with its own row in the chain."""
        entered = []
        with self._ledger.database.writing() as connection:
            for item in fresh:
                with self._deed("import", by=item["authors"][0][0], entered_by=by, connection=connection) as deed:
                    self._enter(deed, item)
                entered.append(deed.subject)
        return tuple(entered)

    def _attach_all(self, pictures: Mapping[str, Path], by: str) -> int:
        done = 0
        with self._reading() as connection:
            chosen = sa.select(improvements.c.paper_no, improvements.c.improvement_id)
            owners = {
                str(paper): str(name) for paper, name in connection.execute(chosen.where(improvements.c.paper_no.in_(pictures)))
            }
        for paper, picture in sorted(pictures.items()):
            held = {item.name for item in self.attachments(owners[paper])}
            if picture.name not in held:
                self.attach(owners[paper], picture, kind="scan", by=by)
                done += 1
        return done


def _asked(row: FormRow, faults: list[SmartfabError]) -> list[dict[str, Any]]:
    asked: dict[str, Any] = dict.fromkeys(("title_en", "parent_id", "lane"))
    asked |= {"place": row.place, "draft": False, "scope": {}}
    asked |= {
        name: row.text(name) for name in ("paper_no", "title_vi", "problem", "solution", "line_id", "unit_id", "kpi", "drive")
    }
    before = len(faults)
    faults += [row.fault(name, "nothing", "Fill it in.") for name in NEEDED if row.text(name) is None]
    for name, read in (
        ("proposed_on", row.date),
        ("applied_on", row.date),
        ("authors", row.text),
        ("expected", row.text),
        ("track", row.text),
    ):
        try:
            asked[name] = _READ.get(name, lambda _, value: value)(row, read(name))
        except RegisterError as fault:
            faults.append(fault)
    return [asked] if len(faults) == before else []


def _authors(row: FormRow, text: object) -> list[tuple[str, str]]:
    parts = [part.strip() for part in re.split(r"[;\n]", str(text or "")) if part.strip()]
    found = [_AUTHOR.match(part) for part in parts]
    if not parts or any(match is None for match in found):
        raise row.fault("authors", repr(text), "Write E0123: 60; E0456: 40.")
    alone = len(parts) == 1
    pairs = [(match["person"].strip(), match["share"] or ("100" if alone else "")) for match in found if match is not None]
    if any(not share for _, share in pairs):
        raise row.fault("authors", repr(text), "Write each author's share, as E0123: 60; E0456: 40.")
    return pairs


def _expected(row: FormRow, text: object) -> float | None:
    if text is None:
        return None
    said = str(text)
    try:
        return float(said.rstrip("% ").replace(",", ".")) / (100 if said.endswith("%") else 1)
    except ValueError as error:
        raise row.fault("expected", repr(text), "Write a number in the KPI's own unit, such as 0,02.") from error


def _track(row: FormRow, text: object) -> str:
    said = str(text or "").strip().casefold()
    if said not in _TRACKS:
        raise row.fault("track", repr(text), f"Write one of {', '.join(word for word in _TRACKS if word)}.")
    return _TRACKS[said]


_READ: dict[str, Any] = {"authors": _authors, "expected": _expected, "track": _track}


def _check_numbers(asked: list[dict[str, Any]], faults: list[SmartfabError]) -> None:
    first: dict[str, str] = {}
    for item in asked:
        if item["paper_no"] in first:
            faults.append(
                RegisterError(
                    f"{item['paper_no']} twice, first in {first[item['paper_no']]}",
                    where=f"{item['place']}, paper_no",
                    expected="each number once",
                )
            )
        first.setdefault(item["paper_no"], item["place"])


def _scans(folder: Path, papers: list[str]) -> dict[str, Path]:
    if not folder.is_dir():
        raise RegisterError("no folder", where=str(folder), expected="a folder of scans", remedy="Check --scans.")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    by_name = {path.stem.casefold(): path for path in files}
    return {paper: by_name[paper.casefold()] for paper in papers if paper.casefold() in by_name}


def write_template(path: str | Path) -> None:
    """Write an empty sheet for improvements on paper, with one example row and the words it takes.

    Parameters
    ----------
    path : str or Path
        The .xlsx file; an existing one is not overwritten.

    Raises
    ------
    RegisterError
        If the file is there already.
    """
    import openpyxl
    from openpyxl.styles import Font

    file = Path(path)
    if file.exists():
        raise RegisterError("it is there already", where=str(file), expected="a new file", remedy="Choose another name.")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sổ cải tiến"
    sheet.append([names[0] for names in HEADERS.values()])
    sheet.append([EXAMPLE[name] for name in HEADERS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, cell in zip("ABCDEFGHIJKLM", sheet[1], strict=True):
        sheet.column_dimensions[letter].width = max(14, len(str(cell.value)) + 4)
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("Hướng dẫn")
    for line in (
        ["Cột bắt buộc", ", ".join(HEADERS[name][0] for name in NEEDED)],
        ["Tác giả và tỷ lệ", "mã nhân viên: tỷ lệ, cách nhau bằng dấu chấm phẩy; tổng bằng 100"],
        ["Mức kỳ vọng", "theo đơn vị của chỉ tiêu: 0,02 hoặc 2% cho OEE"],
        ["Cách xác nhận", "đo, hoặc không đo (an toàn, 5S)"],
        ["Bản quét", "đặt tên tệp theo số phiếu, ví dụ P-2025-001.pdf"],
        ["Dòng ví dụ", "xóa trước khi nhập"],
    ):
        notes.append(line)
    book.save(file)
