"""`smartfab oee --from-files`: the exports of a folder in the place of a store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from smartfab import clock
from smartfab.data_imports import entered_rows, kept_in
from smartfab.errors import PlantError, TableError
from smartfab.exports.folder_in import read_folder
from smartfab.exports.numerals_in import Decimal
from smartfab.findings import Finding
from smartfab.plant import Plant
from smartfab.plant_master_files import master_files
from smartfab.plant_names import names_of
from smartfab.tables import conform, empty

Window = tuple[pd.Timestamp, pd.Timestamp]
_TIMES = ("ts", "start", "end")


class FilesInHand:
    """The tables of a folder, read as a store is read.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By table of the store.
    findings : list of Finding
        What was remarked of the files.
    """

    def __init__(self, tables: dict[str, pd.DataFrame], findings: list[Finding]) -> None:
        self.tables, self.findings = tables, findings

    def read(
        self, table: str, start: object = None, end: object = None, *, signals: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return the rows of a table that may concern a window.

        Parameters
        ----------
        table : str
            A table of the vocabulary.
        start, end : Timestamp, optional
            Half-open window.
        signals : sequence of str, optional
            Signal ids.

        Returns
        -------
        DataFrame
            Every declared column.
        """
        if table not in self.tables:
            return empty(table)
        rows = self.tables[table]
        if signals is not None:
            rows = rows[rows["signal_id"].isin(signals)]
        first, last = ("start", "end") if "start" in rows else ("ts", "ts")
        if start is not None:
            rows = rows[(rows[last] >= start) | rows[last].isna()]
        if end is not None:
            rows = rows[(rows[first] < end) | rows[first].isna()]
        if table == "samples":
            rows = rows.sort_values(["signal_id", "ts"], kind="stable")
        return rows.reset_index(drop=True)


def plant_of(plant: Path | None, folder: Path) -> Plant | None:
    """Return the plant of a folder of exports.

    Parameters
    ----------
    plant : Path, optional
        Its plant.toml, where one was named.
    folder : Path
        May hold one.

    Returns
    -------
    Plant or None
        None if there is none.

    Raises
    ------
    PlantError
        If it is not in order.
    """
    from smartfab.plant_file import read_plant

    if plant is not None:
        return read_plant(plant)
    beside = folder / "plant.toml"
    return read_plant(beside) if beside.is_file() else None


def files_in(
    folder: Path, plant: Plant | None, toml: Path | None, *, decimal: Decimal | None = None, date_format: str | None = None
) -> dict[str, pd.DataFrame]:
    """Return the tables in the files of a folder, without the plant's files of master data.

    Parameters
    ----------
    folder : Path
        The exports.
    plant : Plant, optional
        Says zone, production date and ids.
    toml : Path, optional
        Where its plant.toml stands.
    decimal, date_format : str, optional
        As `read_export` takes them.

    Returns
    -------
    dict of str to DataFrame
        By table.

    Raises
    ------
    TableError
        If a file is not in order; all faults of all files at once.
    """
    if plant is None:
        return read_folder(folder, tz=None, day_start=None, ids={}, decimal=decimal, date_format=date_format)
    return read_folder(
        folder, tz=plant.timezone, day_start=plant.day_start, ids=names_of(plant),
        without=master_files(toml or folder / "plant.toml"), decimal=decimal, date_format=date_format,
    )  # fmt: skip


def in_hand(read: dict[str, pd.DataFrame], plant: Plant) -> FilesInHand:
    """Return what files say as a store would hold it.

    Parameters
    ----------
    read : dict of str to DataFrame
        By table, as `files_in` gives them.
    plant : Plant
        Whose they are.

    Returns
    -------
    FilesInHand
        To be read.

    Raises
    ------
    PlantError
        If a stop log cannot be used, since the plant has no shifts.
    """
    if not plant.shift and {"stops", "states"} & set(read):
        raise PlantError(
            "a stop log, and no shifts", where=f"plant {plant.id}", expected="[[shift]] tables: what is not written down ran",
            remedy="Write the shifts in plant.toml.",
        )  # fmt: skip
    held: dict[str, list[pd.DataFrame]] = {}
    findings: list[Finding] = []
    for table, frame in read.items():
        rows, remarks = entered_rows(frame, table, by="file", recorded_at=clock.stamp(0))
        findings += [item for item in frame.attrs.get("findings", []) if item["code"] != "export_read"] + remarks
        held.setdefault(kept_in(table), []).append(rows)
    whole = {}
    for table, frames in held.items():
        joined = conform(pd.concat(frames, ignore_index=True), table)
        joined.attrs = {}
        whole[table] = pd.concat([empty(table), joined], ignore_index=True)
    return FilesInHand(whole, findings)


def span_of(read: dict[str, pd.DataFrame], plant: Plant) -> Window:
    """Return the production dates that tables speak of, the first and the last included.

    Parameters
    ----------
    read : dict of str to DataFrame
        By table.
    plant : Plant
        Says zone and start of the production date.

    Returns
    -------
    tuple of Timestamp
        Half-open window.

    Raises
    ------
    TableError
        If no row has a time.
    """
    days: list[pd.Timestamp] = []
    for frame in read.values():
        if "production_date" in frame:
            days += frame["production_date"].dropna().tolist()
        for name in set(_TIMES) & set(frame):
            times = frame[name].dropna()
            at = clock.micros(times) - (1 if name == "end" else 0)
            days += list(pd.DatetimeIndex(clock.production_date(at, plant.timezone, plant.day_start)))
    if not days:
        raise TableError("no row has a time", where="--from-files", remedy="Check the files.")
    dates = min(days).date().isoformat(), (max(days) + pd.Timedelta(1, "D")).date().isoformat()
    first, last = clock.interval(*dates, tz=plant.timezone, day_start=plant.day_start)
    return clock.stamp(first), clock.stamp(last)
