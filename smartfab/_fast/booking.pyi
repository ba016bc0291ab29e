import numpy as np
import numpy.typing as npt

def book_pieces(
    ts: npt.NDArray[np.int64],
    good: npt.NDArray[np.float64] | None,
    scrap: npt.NDArray[np.float64] | None,
    rework: npt.NDArray[np.float64] | None,
    run: npt.NDArray[np.int64],
    kind: npt.NDArray[np.int32],
    flag: npt.NDArray[np.int8] | None,
    evenly: bool,
    start: npt.NDArray[np.int64],
    where: npt.NDArray[np.int8],
    at_fixed: npt.NDArray[np.int32],
    cell: npt.NDArray[np.int32],
    booked: npt.NDArray[np.int64],
) -> None: ...
