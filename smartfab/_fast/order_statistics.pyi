import numpy as np
import numpy.typing as npt

def rolling_quantiles(
    x: npt.NDArray[np.float64],
    window: int,
    q: npt.NDArray[np.float64],
    min_periods: int,
    out: npt.NDArray[np.float64],
    first: int = 0,
    last: int = -1,
    between: int = 0,
) -> None: ...
def bounded_quantiles(
    x: npt.NDArray[np.float64],
    lo: npt.NDArray[np.int64],
    hi: npt.NDArray[np.int64],
    q: npt.NDArray[np.float64],
    min_periods: int,
    out: npt.NDArray[np.float64],
    first: int = 0,
    last: int = -1,
    between: int = 0,
) -> None: ...
