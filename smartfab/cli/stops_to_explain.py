"""Stops nobody gave a reason for: as a sheet with a drop-down, and that sheet read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from smartfab.errors import SmartfabError, TableError
from smartfab.exports import read_export, to_excel
from smartfab.findings import Finding
from smartfab.pipelines.unexplained import STOP, open_stops
from smartfab.plant import Plant
from smartfab.plant_names import names_of
from smartfab.vocabulary import COLUMNS

if TYPE_CHECKING:
    from smartfab.store import Store

SHEET, CHOICES = "Lý do dừng", "Danh mục"
_MINUTES = {"vi": "phút", "en": "min"}
_ROWS_WITH_CHOICE = 1000


def write_sheet(stops: pd.DataFrame, path: Path, plant: Plant) -> None:
    """Write stops to a workbook, each with an empty reason that is chosen from a list.

    Parameters
    ----------
    stops : DataFrame
        As `open_stops` gives them.
    path : Path
        The .xlsx file.
    plant : Plant
        With its reasons.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    import openpyxl
    from openpyxl.worksheet.datavalidation import DataValidation

    lang = plant.plant.language
    length = f"{COLUMNS['duration_s'].label(lang)} ({_MINUTES[lang]})"
    sheet = stops[["machine_id", "start", "end"]].assign(**{length: (stops["duration_s"] / 60).round(1), "reason_id": None})
    to_excel({SHEET: sheet}, path, lang=lang, tz=plant.timezone)
    book = openpyxl.load_workbook(path)
    choices = book.create_sheet(CHOICES)
    for choice in _choices(plant):
        choices.append([choice])
        choices.cell(choices.max_row, 1).data_type = "s"
    if plant.reason:
        last = max(len(stops) + 1, _ROWS_WITH_CHOICE)
        chosen = DataValidation("list", formula1=f"'{CHOICES}'!$A$1:$A${len(plant.reason)}", allow_blank=True)
        chosen.add(f"E2:E{last}")
        book[SHEET].add_data_validation(chosen)
    book[SHEET].column_dimensions["E"].width = 40
    book.save(path)


def _choices(plant: Plant) -> dict[str, str]:
    """What the drop-down shows → reason_id."""
    vi = plant.plant.language == "vi"
    named = {r.id: (r.name_vi if vi else r.name_en) or r.name_vi or r.name_en for r in plant.reason}
    return {f"{reason_id} · {name}" if name else reason_id: reason_id for reason_id, name in named.items()}


def read_sheet(path: Path, plant: Plant) -> pd.DataFrame:
    """Return the reasons somebody filled in; rows without a reason are left out.

    Parameters
    ----------
    path : Path
        A sheet of `write_sheet`, or any list of machine, start, end and reason.
    plant : Plant
        Its machines and reasons.

    Returns
    -------
    DataFrame
        Table `stop_reasons`.

    Raises
    ------
    TableError
        If a row cannot be read, or names a reason the plant does not have; all of them at once.
    """
    names = names_of(plant)
    ids = {**names, "reason_id": names["reason_id"] | _choices(plant)}
    read = read_export(path, table="stop_reasons", tz=plant.timezone, day_start=plant.day_start, ids=ids, show=False)
    faults = [_unknown(item) for item in read.attrs["findings"] if item["code"] == "id_not_known" and plant.reason]
    if faults:
        raise TableError.of(faults, where=path.name)
    filled = read[read["reason_id"].notna()]
    return filled.reset_index(drop=True)


def _unknown(item: Finding) -> SmartfabError:
    rows = ", ".join(map(str, item["evidence"].get("rows", [])))
    return TableError(
        f"{item['evidence'].get('text')!r} in row {rows}", where=item["where"], expected="a reason of the plant",
        remedy="Choose one from the list, or add it to the plant's reasons.",
    )  # fmt: skip


def enter_sheet(filled: pd.DataFrame, store: Store, plant: Plant, *, by: str) -> tuple[int, int]:
    """Append the reasons of a sheet to a store, each over the exact time of its stop.

    A sheet shows milliseconds; a stop of the plant that shows alike gives its microseconds back.

    Parameters
    ----------
    filled : DataFrame
        Table `stop_reasons`, as `read_sheet` gives it.
    store : Store
        Where to.
    plant : Plant
        Whose stops they are.
    by : str
        Who says so, where the rows do not.

    Returns
    -------
    tuple of int
        Reasons that were added, and those whose latest word was the same already [1].

    Raises
    ------
    StoreError
        If they were not stored.
    """
    from smartfab.data_imports import entered_rows

    if not len(filled):
        return 0, 0
    day = pd.Timedelta("1D")
    window = filled["start"].min() - day, filled["end"].max() + day
    exact = {_shown(*row): row for row in open_stops(store, plant, window)[STOP].itertuples(index=False, name=None)}
    rows, _ = entered_rows(filled, "stop_reasons", by=by, recorded_at=pd.Timestamp.now("UTC"))
    times = [exact.get(_shown(*row), row) for row in rows[STOP].itertuples(index=False, name=None)]
    rows[STOP] = pd.DataFrame(times, columns=STOP).astype({name: rows[name].dtype for name in STOP})
    held = store.read("stop_reasons", *window).sort_values("recorded_at", kind="stable").drop_duplicates(STOP, keep="last")
    said = {tuple(row) for row in held[[*STOP, "reason_id"]].itertuples(index=False, name=None)}
    new = rows[[row not in said for row in rows[[*STOP, "reason_id"]].itertuples(index=False, name=None)]]
    if len(new):
        store.append("stop_reasons", new.reset_index(drop=True))
    return len(new), len(rows) - len(new)


def _shown(machine_id: str, start: pd.Timestamp, end: pd.Timestamp) -> tuple[str, pd.Timestamp, pd.Timestamp]:
    return machine_id, start.round("ms"), end.round("ms")
