import numpy as np
import numpy.typing as npt

def bucket(
    at_state: npt.NDArray[np.int32],
    at_fixed: npt.NDArray[np.int32],
    category: npt.NDArray[np.int8],
    short: npt.NDArray[np.int8],
    calendar: npt.NDArray[np.int8],
    of_category: npt.NDArray[np.int8],
    break_stops_clock: bool,
    loss: npt.NDArray[np.int8],
) -> None: ...
def add_up(
    start: npt.NDArray[np.int64],
    end: int,
    loss: npt.NDArray[np.int8],
    at_state: npt.NDArray[np.int32],
    at_fixed: npt.NDArray[np.int32],
    stop: npt.NDArray[np.int32],
    cell: npt.NDArray[np.int32],
    time: npt.NDArray[np.int64],
    events: npt.NDArray[np.int64],
) -> None: ...
