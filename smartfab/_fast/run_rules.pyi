import numpy as np
import numpy.typing as npt

def run_rules(
    value: npt.NDArray[np.float64],
    centre: npt.NDArray[np.float64],
    sigma: npt.NDArray[np.float64],
    lower: npt.NDArray[np.float64],
    upper: npt.NDArray[np.float64],
    one_side: int,
    fired: npt.NDArray[np.uint8],
) -> None: ...
