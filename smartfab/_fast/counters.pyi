import numpy as np
import numpy.typing as npt

RESET: int
WRAP: int
JUMP: int

def counter_steps(
    ts: npt.NDArray[np.int64],
    value: npt.NDArray[np.float64],
    max_value: float,
    max_rate: float,
    step: npt.NDArray[np.float64],
    event: npt.NDArray[np.int8],
) -> None: ...
