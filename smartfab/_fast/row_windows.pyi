from typing import TypeAlias

import numpy as np
import numpy.typing as npt

_Floats: TypeAlias = npt.NDArray[np.float64]

def rolling_rows(
    x: _Floats,
    y: _Floats | None,
    window: int,
    statistics: tuple[int, ...],
    min_periods: float,
    ddof: float,
    start: int,
    stop: int,
    ahead: int,
    step: int,
    out: _Floats,
    at: int = 0,
) -> None: ...

class RowState:
    def __init__(
        self, window: int, ahead: int, step: int, statistics: tuple[int, ...], min_periods: float, ddof: float
    ) -> None: ...
    def push(self, x: _Floats) -> _Floats: ...
