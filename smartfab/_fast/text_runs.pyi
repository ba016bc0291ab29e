import numpy as np
import numpy.typing as npt

def text_runs(
    offsets: npt.NDArray[np.int64],
    data: npt.NDArray[np.uint8],
    valid: npt.NDArray[np.uint8] | None,
    skip: int,
    start: npt.NDArray[np.int64],
    code: npt.NDArray[np.int32],
    first: npt.NDArray[np.int64],
) -> tuple[int, int]: ...
