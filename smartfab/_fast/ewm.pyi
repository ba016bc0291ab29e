import numpy as np
import numpy.typing as npt

def ewm_mean(x: npt.NDArray[np.float64], alpha: float, min_periods: float, out: npt.NDArray[np.float64]) -> None: ...
def ewm_weighted(
    x: npt.NDArray[np.float64],
    ages: npt.NDArray[np.float64] | None,
    alpha: float,
    min_periods: float,
    adjust: bool,
    ignore: bool,
    spread: bool,
    bias: bool,
    out: npt.NDArray[np.float64],
) -> None: ...
