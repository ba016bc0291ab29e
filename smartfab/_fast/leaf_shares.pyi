import numpy as np
import numpy.typing as npt

def add_leaf(
    out: npt.NDArray[np.float64],
    columns: npt.NDArray[np.int64],
    row: npt.NDArray[np.int64],
    normal: npt.NDArray[np.int64],
    share: npt.NDArray[np.float64],
    value: float,
    weights: npt.NDArray[np.float64],
) -> None: ...
