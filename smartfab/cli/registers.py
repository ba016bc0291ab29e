"""What the commands on a register share: which one it is, who is at the keyboard, and how rows are shown."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli.line_width import terminal_width
from smartfab.cli.tabular import table

if TYPE_CHECKING:
    from smartfab.improvements import Register

Db = Annotated[str, typer.Option("--db", envvar="SMARTFAB_DB", help="The register: a file, or an address.", show_default=False)]
By = Annotated[str | None, typer.Option("--by", help="Who does it; your login name if left out.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Id = Annotated[str, typer.Argument(help="Such as CT-2026-0007.", show_default=False)]


def opened(db: str, *, new: bool = False, tz: str = "Asia/Ho_Chi_Minh") -> Register:
    """Return the register a command works on; only a command that enters something makes a new file.

    Parameters
    ----------
    db : str
        ``plant.db``, or an address such as ``postgresql+psycopg://user@host/database``.
    new : bool
        Make the file if there is none.
    tz : str
        Zone of the plant.

    Returns
    -------
    Register
        Opened.

    Raises
    ------
    RegisterError
        If there is no such file.
    """
    from smartfab.errors import RegisterError
    from smartfab.improvements import Register

    if "://" in db:
        return Register(db, tz=tz)
    if not new and not Path(db).is_file():
        raise RegisterError(
            "no register here", where=f"--db {db}", remedy="Check the name; smartfab register submit or import makes one."
        )
    return Register(f"sqlite:///{db}", tz=tz)


def somebody(by: str | None) -> str:
    """Return who acts.

    Parameters
    ----------
    by : str, optional
        As typed.

    Returns
    -------
    str
        The login name if nothing was typed.
    """
    return by or getpass.getuser()


def show_rows(heads: Sequence[str], rows: Sequence[Sequence[object]], *, left: int) -> None:
    """Print rows as a table, no broader than the terminal.

    Parameters
    ----------
    heads : sequence of str
        Heads of the columns.
    rows : sequence of sequences
        Cells; None is a dash.
    left : int
        So many columns are names [1].
    """
    cells = [["–" if cell is None else " ".join(str(cell).split()) for cell in row] for row in rows]
    typer.echo(table(heads, cells, left=left, width=terminal_width()))


def show_json(content: Mapping[str, object] | Sequence[object]) -> None:
    """Print JSON in one line.

    Parameters
    ----------
    content : mapping or sequence
        JSON-ready, but for dates, which become text.
    """
    typer.echo(json.dumps(content, ensure_ascii=False, default=str))
