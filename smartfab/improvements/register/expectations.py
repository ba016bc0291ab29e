"""What is expected of an improvement: one figure or three, in the KPI's own unit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smartfab.errors import RegisterError
from smartfab.vocabulary import COLUMNS


def read_expected(expected: object, kpi: str | None) -> tuple[float | None, float | None, float | None]:
    """Return the least, likely and greatest expected effect; one figure stands for all three."""
    if expected is None:
        return None, None, None
    given = expected if isinstance(expected, Sequence) and not isinstance(expected, str) else (expected,) * 3
    numbers = [float(item) for item in given if isinstance(item, (int, float)) and not isinstance(item, bool)]
    if len(numbers) != len(given) or len(numbers) != 3 or not all(math.isfinite(item) for item in numbers):
        raise RegisterError(repr(expected), where="expected", expected="one number or three: least, likely, greatest")
    if sorted(numbers) != numbers:
        raise RegisterError(repr(expected), where="expected", expected="least ≤ likely ≤ greatest", remedy="Put them in order.")
    most = max(numbers, key=abs)
    column = COLUMNS.get(kpi or "")
    if column is not None and column.is_ratio and abs(most) > 1:
        points = f"{most:g}".replace(".", ",")
        raise RegisterError(
            f"{most:g} for {kpi}, which lies in 0…1", where="expected", expected="an effect in the KPI's own unit",
            remedy=f"Did you mean {most / 100:g} ({points} điểm %)?",
        )  # fmt: skip
    return numbers[0], numbers[1], numbers[2]
