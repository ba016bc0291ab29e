"""The rows a plan or a measurement reads: the OEE of lines and shifts from a store, or a table in a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.plant import Plant
    from smartfab.store import Store

PlantFile = Annotated[Path | None, typer.Option("--plant", help="The plant.toml.", show_default=False)]
StoreFolder = Annotated[Path | None, typer.Option("--store", help="Folder of the store.", show_default=False)]
DataFile = Annotated[
    Path | None, typer.Option("--data", help="A CSV, XLSX or Parquet table instead, such as gas by month.", show_default=False)
]
Days = Annotated[int, typer.Option("--days", min=28, help="So many days before the change are read.")]


@dataclass(frozen=True)
class KpiRows:
    """Where rows come from: a plant and its store, or a table that was read already."""

    plant: Plant | None
    store: Store | None
    table: pd.DataFrame | None

    @classmethod
    def of(cls, plant: Path | None, store: Path | None, data: Path | None) -> KpiRows:
        """Return the source that was typed.

        Parameters
        ----------
        plant, store : Path, optional
            Together, or neither.
        data : Path, optional
            In place of both.

        Returns
        -------
        KpiRows
            Opened.

        Raises
        ------
        TableError
            If neither or both were typed, or the file is no table.
        """
        from smartfab.cli.stores import existing
        from smartfab.errors import TableError
        from smartfab.plant_file import read_plant

        if data is not None and plant is None and store is None:
            return cls(None, None, _read(data))
        if data is None and plant is not None and store is not None:
            return cls(read_plant(plant), existing(store), None)
        raise TableError("no rows to read", where="options", expected="--plant and --store, or --data")

    def since(self, change: str, days: int) -> pd.DataFrame:
        """Return the rows from so many days before a change to the last production date that is over.

        Parameters
        ----------
        change : str
            ISO text of the change; its day counts.
        days : int
            Days before it [d].

        Returns
        -------
        DataFrame
            One row a line, shift and production date; the table in the file as it is.
        """
        from smartfab.pipelines.kpi_rows import kpi_history

        if self.table is not None or self.plant is None or self.store is None:
            assert self.table is not None  # noqa: S101  `of` gave one or the other
            return self.table
        return kpi_history(self.store, self.plant, change, days, now=dt.datetime.now(dt.UTC))


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    from smartfab.errors import TableError

    readers = {
        ".csv": lambda: pd.read_csv(path, sep=None, engine="python", encoding="utf-8-sig"),
        ".xlsx": lambda: pd.read_excel(path), ".parquet": lambda: pd.read_parquet(path),
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None or not path.is_file():
        raise TableError(str(path), where="--data", expected="a .csv, .xlsx or .parquet file that is there")
    try:
        return reader()
    except (ValueError, OSError, KeyError) as error:
        raise TableError(
            f"no table: {error}", where=f"--data {path}", remedy="Save it again as XLSX or CSV in UTF-8."
        ) from error
