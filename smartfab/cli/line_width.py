"""How wide a line may be: as wide as the terminal, and as long as it likes in a pipe."""

from __future__ import annotations

import shutil
import sys
import textwrap


def terminal_width() -> int | None:
    """Return the columns of the terminal; None where the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def fitted(line: str, indent: str = "      ") -> str:
    """Return a line, continued below where a terminal is narrower.

    Parameters
    ----------
    line : str
        Words; none of them is broken.
    indent : str
        What further lines begin with.

    Returns
    -------
    str
        One line in a pipe, so that each stays one record.
    """
    wide = terminal_width()
    if wide is None:
        return line
    return textwrap.fill(line, wide, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
