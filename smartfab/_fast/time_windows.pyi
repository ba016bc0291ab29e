from typing import TypeAlias

import numpy as np
import numpy.typing as npt

_Floats: TypeAlias = npt.NDArray[np.float64]
_Times: TypeAlias = npt.NDArray[np.int64]

def rolling_times(
    x: _Floats,
    y: _Floats | None,
    t: _Times,
    left: int,
    right: int,
    centred: bool,
    left_closed: bool,
    right_closed: bool,
    per_second: float,
    statistics: tuple[int, ...],
    min_periods: float,
    ddof: float,
    step: int,
    out: _Floats,
    at: int = 0,
) -> None: ...
def window_bounds(
    t: npt.NDArray[np.int64],
    before: int,
    after: int,
    left_closed: bool,
    right_closed: bool,
    own_last: bool,
    step: int,
    lo: npt.NDArray[np.int64],
    hi: npt.NDArray[np.int64],
) -> None: ...

class TimeState:
    def __init__(
        self,
        window: int,
        left_closed: bool,
        right_closed: bool,
        step: int,
        pair: bool,
        per_second: float,
        statistics: tuple[int, ...],
        min_periods: float,
        ddof: float,
    ) -> None: ...
    def push(self, x: _Floats, t: _Times, y: _Floats | None = None) -> _Floats: ...
