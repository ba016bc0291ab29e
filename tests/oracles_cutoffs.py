"""The statistics of one window, from its samples alone, as slow and obvious as can be."""

from __future__ import annotations

import math
from fractions import Fraction


def window_statistics(ts, x, cutoff, width):
    """By name, of the values with cutoff − width < ts ≤ cutoff; exact until the last step."""
    inside = [(t, v) for t, v in zip(ts, x, strict=True) if cutoff - width < t <= cutoff and not math.isnan(v)]
    if not inside:
        return {"count": 0.0}
    values = [Fraction(v) for _, v in inside]
    seconds = [Fraction(t, 1_000_000) for t, _ in inside]
    n = len(values)
    mean, middle = sum(values) / n, sum(seconds) / n
    spread = sum((v - mean) ** 2 for v in values)
    over = sum((s - middle) ** 2 for s in seconds)
    return {
        "count": float(n),
        "mean": float(mean),
        "std": math.sqrt(spread / (n - 1)) if n > 1 else math.nan,
        "min": float(min(values)),
        "max": float(max(values)),
        "slope": float(sum((s - middle) * (v - mean) for s, v in zip(seconds, values, strict=True)) / over)
        if over
        else math.nan,
        "last": float(values[-1]),
        "last_minus_mean": float(values[-1] - mean),
    }
