import numpy as np
import numpy.typing as npt

def adds_up(
    total: npt.NDArray[np.float64],
    good: npt.NDArray[np.float64] | None,
    scrap: npt.NDArray[np.float64] | None,
    rework: npt.NDArray[np.float64] | None,
) -> bool: ...
def book_pieces(
    ts: npt.NDArray[np.int64],
    good: npt.NDArray[np.float64] | None,
    scrap: npt.NDArray[np.float64] | None,
    rework: npt.NDArray[np.float64] | None,
    kind: npt.NDArray[np.int32],
    flag: npt.NDArray[np.int8],
    evenly: bool,
    start: npt.NDArray[np.int64],
    unknown_before: npt.NDArray[np.int64],
    where: npt.NDArray[np.int8],
    cell: npt.NDArray[np.int32],
    booked: npt.NDArray[np.int64],
) -> None: ...
