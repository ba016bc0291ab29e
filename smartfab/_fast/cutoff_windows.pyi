import numpy as np
import numpy.typing as npt

def cutoff_windows(
    ts: npt.NDArray[np.int64],
    x: npt.NDArray[np.float64],
    cutoff: npt.NDArray[np.int64],
    widths: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.int32],
    out: npt.NDArray[np.float64],
    newest: npt.NDArray[np.int64],
) -> None: ...
