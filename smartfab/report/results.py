"""What a page shows, before it is written out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from smartfab.data import PlantData
from smartfab.pipelines.since_close import SinceClose
from smartfab.plant import Plant


@dataclass(frozen=True)
class LineResult:
    """OEE of one line: over the window and by shift, or why there is none."""

    line_id: str
    whole: pd.DataFrame | None
    shifts: pd.DataFrame | None = None
    failure: str = ""


@dataclass(frozen=True)
class WindowResult:
    """Everything that was computed of a window, and how far it can be relied on."""

    plant: Plant
    start: pd.Timestamp
    end: pd.Timestamp
    data: PlantData
    account: pd.DataFrame
    machines: pd.DataFrame
    shifts: pd.DataFrame
    lines: tuple[LineResult, ...]
    data_as_of: tuple[int, pd.Timestamp] | None
    printed_at: pd.Timestamp
    printed_by: str | None = None
    standing: tuple[SinceClose, ...] = ()
    changed: pd.DataFrame | None = None

    @property
    def tz(self) -> str:
        """IANA zone of the plant."""
        return self.plant.timezone
