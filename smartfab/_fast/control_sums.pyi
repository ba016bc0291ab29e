import numpy as np
import numpy.typing as npt

def ewma(value: npt.NDArray[np.float64], start: float, lam: float, out: npt.NDArray[np.float64]) -> None: ...
def cusum(
    value: npt.NDArray[np.float64], centre: float, slack: float, high: npt.NDArray[np.float64], low: npt.NDArray[np.float64]
) -> None: ...
