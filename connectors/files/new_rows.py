"""What is new in a file that has grown, and in a folder since one looked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

ROW = ["signal_id", "ts", "value", "text"]
"""Two readings that agree in these are one."""

Mark = tuple[int, int]
"""When a file was changed [ns], and its length: another mark, another content."""


class KeptSamples:
    """A store that keeps everything in memory, for as long as somebody watches."""

    def __init__(self) -> None:
        self.frames: list[pd.DataFrame] = []

    def append(self, table: str, frame: pd.DataFrame, *, app_id: str | None = None, seq: int | None = None) -> bool:  # noqa: ARG002
        """Keep `frame`."""
        self.frames.append(frame)
        return True


def mark_of(path: Path) -> Mark:
    """Return the mark of a file as it is now.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Mark
        Changes whenever the content does.
    """
    told = path.stat()
    return told.st_mtime_ns, told.st_size


def without(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are not known yet.

    Parameters
    ----------
    frame, known : DataFrame
        Table `samples`.

    Returns
    -------
    DataFrame
        Rows of `frame`, in their order.
    """
    return frame[~_keys(frame).isin(_keys(known))].reset_index(drop=True) if len(known) else frame


def _keys(table: pd.DataFrame) -> pd.MultiIndex:
    text = table["text"] if "text" in table else pd.Series("", index=table.index)
    value = table["value"] if "value" in table else pd.Series(float("-inf"), index=table.index)
    return pd.MultiIndex.from_arrays([table["signal_id"], table["ts"], value.fillna(float("-inf")), text.fillna("")])
