"""Columns of words: ids as they are spelled elsewhere, states and kinds in any of their names, yes and no."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from functools import cache

from smartfab.errors import ColumnTypeError, TableError
from smartfab.exports.folding import fold, in_one_line
from smartfab.exports.grid import Cell, Faults, Formula, Strip
from smartfab.exports.numerals_in import is_dash
from smartfab.terms import WORDS
from smartfab.vocabulary import CATEGORIES, LOSSES, SHIFT_KINDS

Ids = Mapping[str, Mapping[str, str]]
"""Column → what people may call a thing → its id."""

MUST_BE_KNOWN = frozenset({"machine_id", "line_id", "shift_id"})
"""An id of these that the plant does not have is a fault; of others it is a remark."""

_DASHES = ("-", "–", "—")
_FREE = frozenset({"text", "fields", "raw"})
_SAID = {
    "running": "chay, may chay, san xuat, run, hoat dong",
    "idle": "cho, cho viec, khong tai, nhan roi, standby",
    "blocked": "nghen, tac, day hang",
    "starved": "thieu hang, cho hang, thieu nguyen lieu, thieu lieu, cho nguyen lieu",
    "setup": "chuyen doi, chuyen ma, doi ma, thay khuon, cai dat, thay khuon cai dat, chuyen doi ma hang, changeover, set up",
    "planned_stop": "dung ke hoach, ke hoach, dung co ke hoach, bao tri, bao duong, nghi, nghi giua ca, planned",
    "unplanned_stop": "dung, dung may, hong, hong may, su co, loi may, stop, stopped, down, breakdown, fault",
    "off": "tat, mat dien",
    "unknown": "khong ro, khong biet",
}
_KINDS = {
    "work": "lam viec, ca lam viec, lam",
    "break": "nghi giua ca, giai lao, nghi",
    "holiday": "nghi le, le, nghi, nghi tet, tet, ngay le, ngay nghi",
    "overtime": "tang ca, lam them, lam them gio, ot",
    "make_up": "lam bu, bu, ngay lam bu, di lam bu",
    "calendar_stop": "dung theo lich, ngung theo lich",
}
_TRUE = frozenset({"true", "yes", "y", "x", "1", "co", "dung", "v", "✓"})
_FALSE = frozenset({"false", "no", "n", "0", "khong", "sai"})


@cache
def _spoken(column: str, table: str) -> dict[str, str]:
    """Folded word → value, for a column of fixed values."""
    values = {
        "state": CATEGORIES, "category": CATEGORIES, "loss": LOSSES, "label": ("good", "defect", "unknown"),
        "kind": SHIFT_KINDS if table == "shifts" else ("holiday", "overtime", "make_up") if table == "calendar" else (),
        "role": ("serial", "parallel") if table == "machines" else (),
    }.get(column, ())  # fmt: skip
    more = _KINDS if column == "kind" else {"defect": "ng, loi, hong", "good": "ok, dat, tot"} if column == "label" else _SAID
    told: dict[str, str] = {}
    for value in values:
        for text in (value, *WORDS.get(value, ())):
            told.setdefault(fold(text), value)
    for value, words in more.items():
        if value in values:
            for word in words.split(", "):
                told.setdefault(word, value)
    return told


def words(strip: Strip, faults: Faults, *, ids: Mapping[str, str] | None = None, raw: bool = False) -> list[str | None]:
    """Return the words of a column.

    Parameters
    ----------
    strip : Strip
        Cells.
    faults : Faults
        What is no word, or none of the fixed ones, is added here.
    ids : mapping, optional
        What things are called → their ids; what is spelled otherwise is matched without case, accents and blanks.
    raw : bool
        Whether a state that is none of ours stays as it is.

    Returns
    -------
    list of str or None
        One a cell.
    """
    fixed = _spoken(strip.target, faults.table)
    result: list[str | None] = [None] * len(strip.cells)
    dashes = []
    for place, row, cell in strip.told():
        if cell in _DASHES:
            dashes.append(row)
            continue
        text = _text(strip, faults, row, cell)
        if text is not None and fixed:
            known = fixed.get(fold(text))
            if known is None and not raw:
                faults.add(
                    TableError, repr(text), row=row, column=strip.target, header=strip.header,
                    expected=f"one of {', '.join(dict.fromkeys(fixed.values()))}",
                    remedy=f'Correct it, or say what it means: values={{"{text}": "{next(iter(fixed.values()))}"}}.',
                )  # fmt: skip
            text = known if known is not None or not raw else text
        result[place] = text
    faults.note("dash_taken_as_missing", dashes, where=strip.header)
    return matched(result, strip, faults, ids) if ids else result


def _text(strip: Strip, faults: Faults, row: int, cell: Cell) -> str | None:
    if isinstance(cell, str) and not isinstance(cell, Formula):
        return cell if strip.target in _FREE else in_one_line(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer()):
        return str(int(cell))
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        found, remedy = f"{cell}, a date or time", "Excel made a date of it: type it again in a cell of format Text."
    else:
        found, remedy = str(cell), "Write it as text; a formula must be calculated: open the file in Excel and save it."
    faults.add(ColumnTypeError, found, row=row, column=strip.target, header=strip.header, expected="text", remedy=remedy)
    return None


def _key(text: str) -> str:
    return fold(text).replace(" ", "")


def matched(texts: list[str | None], strip: Strip, faults: Faults, ids: Mapping[str, str]) -> list[str | None]:
    """Return ids in place of what people wrote for them.

    Parameters
    ----------
    texts : list of str or None
        What was written.
    strip : Strip
        Where.
    faults : Faults
        Unknown machines, lines and shifts are added here; other unknown ids are remarked.
    ids : mapping
        What things are called → their ids.

    Returns
    -------
    list of str or None
        What is not known stays as it is.
    """
    exact = {name: name for name in ids.values()}
    loose: dict[str, set[str]] = {}
    for said, name in ids.items():
        for key in (_key(said), _key(name)):
            loose.setdefault(key, set()).add(name)
    head = _key(strip.header)
    taken: dict[str, str] = {}
    unknown: dict[str, list[int]] = {}
    result = list(texts)
    for place, text in enumerate(texts):
        if text is None or text in exact:
            continue
        found = ids.get(text) or next((next(iter(names)) for key in (_key(text), head + _key(text))
                                       if len(names := loose.get(key, set())) == 1), None)  # fmt: skip
        if found is not None:
            result[place] = found
            taken.setdefault(text, found)
        else:
            unknown.setdefault(text, []).append(strip.numbers[place])
    if taken:
        faults.note(
            "ids_matched", where=strip.header, count=len(taken), read=[f"{said} → {name}" for said, name in taken.items()]
        )
    _tell_unknown(unknown, strip, faults, sorted(exact))
    return result


def _tell_unknown(unknown: dict[str, list[int]], strip: Strip, faults: Faults, known: list[str]) -> None:
    for text, rows in unknown.items():
        if strip.target not in MUST_BE_KNOWN and not (faults.apart and strip.target == "signal_id"):
            faults.note("id_not_known", rows, where=strip.header, text=text)
            continue
        close = difflib.get_close_matches(text, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        for row in rows:
            faults.add(
                TableError, f"{text!r} is none of the plant's", row=row, column=strip.target, header=strip.header,
                expected=f"one of {', '.join(known)}", remedy=f'Correct it, or give values={{"{text}": "…"}}.{hint}',
            )  # fmt: skip


def truths(strip: Strip, faults: Faults) -> list[bool | None]:
    """Return the yes and no of a column.

    Parameters
    ----------
    strip : Strip
        Cells.
    faults : Faults
        What is neither is added here.

    Returns
    -------
    list of bool or None
        One a cell.
    """
    result: list[bool | None] = [None] * len(strip.cells)
    for place, row, cell in strip.told():
        said = cell.strip().casefold() if isinstance(cell, str) and cell.strip() == "✓" else fold(str(cell))
        if isinstance(cell, bool):
            result[place] = cell
        elif said in _TRUE or said in _FALSE:
            result[place] = said in _TRUE
        elif not is_dash(cell):
            faults.add(
                ColumnTypeError, repr(cell), row=row, column=strip.target, header=strip.header,
                expected="Có or Không, TRUE or FALSE", remedy="Correct the cell.",
            )  # fmt: skip
    return result
