import numpy as np
import numpy.typing as npt

def overlay(
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    start: npt.NDArray[np.int64],
    in_a: npt.NDArray[np.int32],
    in_b: npt.NDArray[np.int32],
) -> int: ...
def paint(
    low: npt.NDArray[np.intp], high: npt.NDArray[np.intp], order: npt.NDArray[np.intp], row: npt.NDArray[np.int32]
) -> None: ...
