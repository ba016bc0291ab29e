import numpy as np
import numpy.typing as npt

def explain(
    start: npt.NDArray[np.int64],
    category: npt.NDArray[np.int8],
    reason: npt.NDArray[np.int32],
    source: npt.NDArray[np.int8],
    entered_start: npt.NDArray[np.int64],
    entered: npt.NDArray[np.int32],
    entered_code: int,
    stands_for: npt.NDArray[np.int8],
    out_start: npt.NDArray[np.int64],
    out_category: npt.NDArray[np.int8],
    out_reason: npt.NDArray[np.int32],
    out_source: npt.NDArray[np.int8],
) -> tuple[int, int]: ...
def stops(
    start: npt.NDArray[np.int64],
    category: npt.NDArray[np.int8],
    reason: npt.NDArray[np.int32],
    micro_stop: npt.NDArray[np.int64],
    number: npt.NDArray[np.int32],
    short: npt.NDArray[np.int8],
) -> None: ...
