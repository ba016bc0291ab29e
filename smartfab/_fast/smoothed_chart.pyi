import numpy as np
import numpy.typing as npt

def smooth(
    x: npt.NDArray[np.float64],
    missing: npt.NDArray[np.uint8],
    restart: npt.NDArray[np.uint8],
    lam: float,
    of_differences: bool,
    z: npt.NDArray[np.float64],
    before: npt.NDArray[np.float64],
    out: npt.NDArray[np.float64],
) -> None: ...
def contributions(
    z: npt.NDArray[np.float64],
    centre: npt.NDArray[np.float64],
    whitening: npt.NDArray[np.float64],
    out: npt.NDArray[np.float64],
    total: npt.NDArray[np.float64],
) -> None: ...
