"""`--xlsx FILE`: the table of a command as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.plant import Plant

Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="Write the table to this workbook as well.", show_default=False)]


def write_sheets(tables: Mapping[str, pd.DataFrame], path: Path | None, plant: Plant, lang: str | None = None) -> None:
    """Write tables to a workbook, if one was asked for, and say so.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name of a table → rows.
    path : Path, optional
        The file.
    plant : Plant
        Says zone and language.
    lang : {"vi", "en"}, optional
        The plant's if left out.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    if path is None:
        return
    from smartfab.exports import to_excel

    to_excel(tables, path, lang=lang or plant.plant.language, tz=plant.timezone)
    typer.echo(f"→ {path}", err=True)


def write_rows(name: str, heads: Sequence[str], rows: Sequence[Sequence[object]], path: Path | None) -> None:
    """Write rows to a workbook under heads of their own, if one was asked for, and say so.

    Parameters
    ----------
    name : str
        Of the sheet.
    heads : sequence of str
        Heads of the columns.
    rows : sequence of sequences
        Cells.
    path : Path, optional
        The file.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    if path is None:
        return
    import pandas as pd

    from smartfab.exports import to_excel

    to_excel({name: pd.DataFrame(rows, columns=list(heads))}, path)
    typer.echo(f"→ {path}", err=True)
