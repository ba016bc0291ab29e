import numpy as np
import numpy.typing as npt

def data_values(
    data: bytes,
    start: int,
    stop: int,
    with_handles: bool,
    handle: npt.NDArray[np.uint32],
    source: npt.NDArray[np.int64],
    server: npt.NDArray[np.int64],
    status: npt.NDArray[np.int64],
    value: npt.NDArray[np.float64],
    kind: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.int32],
    words: npt.NDArray[np.uint8],
    spans: npt.NDArray[np.int64],
    told: npt.NDArray[np.int64],
) -> int: ...
def event_fields(
    data: bytes,
    start: int,
    stop: int,
    handle: npt.NDArray[np.uint32],
    size: npt.NDArray[np.int32],
    value: npt.NDArray[np.float64],
    kind: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.int32],
    words: npt.NDArray[np.uint8],
    spans: npt.NDArray[np.int64],
    told: npt.NDArray[np.int64],
) -> int: ...
