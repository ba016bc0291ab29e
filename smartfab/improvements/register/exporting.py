"""The register as files for others: CSV, XLSX, JSON; no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd

from smartfab.errors import RegisterError
from smartfab.exports import to_excel
from smartfab.exports.cells_out import safe_text
from smartfab.improvements.register.deeds import last_head
from smartfab.improvements.register.desk import Desk
from smartfab.improvements.register.one_row_each import overview, reward_rows
from smartfab.vocabulary import label

HEADS = {
    "improvement_id": "Mã số", "paper_no": "Số phiếu", "state": "Trạng thái", "track": "Cách xác nhận", "lane": "Luồng",
    "title_vi": "Tên giải pháp", "title_en": "Tên tiếng Anh", "problem": "Hiện trạng", "solution": "Nội dung giải pháp",
    "authors": "Tác giả và tỷ lệ", "line_id": "Dây chuyền", "unit_id": "Đơn vị", "kpi": "Chỉ tiêu", "expected": "Mức kỳ vọng",
    "drive": "Đợt thi đua", "parent_id": "Nhân rộng từ", "proposed_on": "Ngày đề xuất", "answered_on": "Ngày trả lời",
    "applied_on": "Ngày áp dụng", "recognised_on": "Ngày công nhận", "status": "Kết quả đo",
    "estimate": label("gain", "vi"), "low": "Từ", "high": "Đến", "grade": "Mức bằng chứng",
    "benefit": label("gain_money", "vi"), "declared": "Tự kê khai", "decision_no": "Số quyết định", "level": "Cấp công nhận",
    "certificate_no": "Số giấy chứng nhận", "by": "Người đề xuất", "entered_by": "Người nhập", "late": "Đăng ký muộn",
    "reward_id": "Số thứ tự", "year": "Năm", "person_id": "Tác giả", "share": "Tỷ lệ (%)", "gross": "Số tiền",
    "tax": "Thuế khấu trừ", "net": "Thực nhận", "due": "Hạn chi", "paid_on": "Ngày chi", "document": "Chứng từ",
    "kind": "Loại", "stage": "Đợt chi", "pack": "Bộ quy tắc",
}  # fmt: skip
"""Vietnamese headers of a workbook."""

_WORDS = ("state", "status")


class Exporting(Desk):
    """Overview, export."""

    def overview(self) -> pd.DataFrame:
        """Return one row an improvement, with what became of it.

        Returns
        -------
        DataFrame
            Ids, texts, dates, the measurement that holds (status, estimate, low, high, grade), benefit [VND], decision and
            certificate. `declared` says that nobody measured the benefit.
        """
        with self._reading() as connection:
            return overview(connection, self._tz)

    def export(self, path: str | Path, *, money: bool = False) -> None:
        """Write the register to a file; its suffix says which kind.

        Parameters
        ----------
        path : str or Path
            ``.csv``, ``.xlsx`` or ``.json``.
        money : bool
            With benefits and what each author was paid; these are for finance.

        Raises
        ------
        RegisterError
            If the suffix is none of these.
        """
        file = Path(path)
        if file.suffix.lower() not in _WRITERS:
            raise RegisterError(
                file.suffix or "no suffix", where=str(file), expected=", ".join(_WRITERS), remedy="Rename the file."
            )
        with self._reading() as connection:
            tables = {"improvements": overview(connection, self._tz)}
            if money:
                tables["rewards"] = reward_rows(connection)
            else:
                tables["improvements"] = tables["improvements"].drop(columns=["benefit"])
            head = str(last_head(connection))
        _WRITERS[file.suffix.lower()](tables, file, head, self._tz)


def _to_csv(tables: dict[str, pd.DataFrame], file: Path, _head: str, _tz: str) -> None:
    """Write a file a table, the first under the name given; UTF-8 with BOM, for spreadsheets."""
    for n, (name, table) in enumerate(tables.items()):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(table.columns)
        writer.writerows([_cell(value) for value in row] for row in table.itertuples(index=False))
        place = file if n == 0 else file.with_name(f"{file.stem}-{name}{file.suffix}")
        place.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def _cell(value: object) -> object:
    if value is None or value != value:  # noqa: PLR0124  NaN
        return ""
    return safe_text(value) if isinstance(value, str) else value


def _to_xlsx(tables: dict[str, pd.DataFrame], file: Path, head: str, tz: str) -> None:
    shown = {}
    for name, table in tables.items():
        words = {
            word: table[word].map(lambda value: label(value, "vi") if isinstance(value, str) else value)
            for word in _WORDS
            if word in table
        }
        shown["Sổ cải tiến" if name == "improvements" else "Bảng chi"] = table.assign(**words).rename(columns=HEADS)
    shown["Chuỗi kiểm toán"] = pd.DataFrame({"Mã đầu chuỗi": [head]})
    to_excel(shown, file, lang="vi", tz=tz)


def _to_json(tables: dict[str, pd.DataFrame], file: Path, head: str, _tz: str) -> None:
    plain = {
        name: [{key: _null(value) for key, value in row.items()} for row in table.to_dict("records")]
        for name, table in tables.items()
    }
    file.write_text(json.dumps({"head": head, **plain}, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")


def _null(value: object) -> object:
    return None if value != value else value  # noqa: PLR0124  NaN


_WRITERS = {".csv": _to_csv, ".xlsx": _to_xlsx, ".json": _to_json}
