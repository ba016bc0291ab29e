"""Exact statistics of windows: every float64 is a whole number over a power of two, and whole numbers add up exactly."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate

import numpy as np


def _whole(values):
    """Return whole numbers and the shift s with value = whole / 2**s; missing counts 0."""
    pairs = [float(v).as_integer_ratio() if math.isfinite(v) else (0, 1) for v in values]
    shift = max((d.bit_length() - 1 for _, d in pairs), default=0)
    return [n << (shift - d.bit_length() + 1) for n, d in pairs], shift


def _sums(values):
    return [0, *accumulate(values)]


class Exact:
    """A finite series, NaN for missing; windows are [lo, hi)."""

    def __init__(self, x, y=None):
        self.x = np.asarray(x, dtype=float)
        here = np.isfinite(self.x) if y is None else np.isfinite(self.x) & np.isfinite(y)
        self.n = _sums([int(h) for h in here])
        whole, self.shift = _whole(np.where(here, self.x, np.nan))
        self.powers = [_sums([v**p for v in whole]) for p in range(1, 5)]
        self.time = _sums([i * int(h) for i, h in enumerate(here)])
        self.time2 = _sums([i * i * int(h) for i, h in enumerate(here)])
        self.timed = _sums([i * v for i, v in enumerate(whole)])
        if y is not None:
            other, self.other_shift = _whole(np.where(here, y, np.nan))
            self.other = [_sums([v**p for v in other]) for p in (1, 2)]
            self.mixed = _sums([a * b for a, b in zip(whole, other, strict=True)])

    def count(self, lo, hi):
        return self.n[hi] - self.n[lo]

    def _power(self, p, lo, hi):
        return Fraction(self.powers[p - 1][hi] - self.powers[p - 1][lo], 1 << (p * self.shift))

    def sum(self, lo, hi):
        return self._power(1, lo, hi)

    def mean(self, lo, hi):
        return self.sum(lo, hi) / self.count(lo, hi)

    def central(self, p, lo, hi):
        """Sum of (x - mean)**p."""
        mean = self.mean(lo, hi)
        powers = [Fraction(self.count(lo, hi)), *(self._power(q, lo, hi) for q in range(1, p + 1))]
        return sum(math.comb(p, q) * powers[q] * (-mean) ** (p - q) for q in range(p + 1))

    def var(self, lo, hi, ddof=1):
        return self.central(2, lo, hi) / (self.count(lo, hi) - ddof)

    def std(self, lo, hi):
        return math.sqrt(self.var(lo, hi))

    def skew(self, lo, hi):
        n, m2 = self.count(lo, hi), self.central(2, lo, hi)
        ratio = float(self.central(3, lo, hi) ** 2 * n / m2**3)
        return math.copysign(math.sqrt(ratio), self.central(3, lo, hi)) * math.sqrt(n * (n - 1)) / (n - 2)

    def kurt(self, lo, hi):
        n, m2 = self.count(lo, hi), self.central(2, lo, hi)
        return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * float(self.central(4, lo, hi) * n / m2**2 - 3) + 6)

    def slope(self, lo, hi):
        n = self.count(lo, hi)
        t, t2 = self.time[hi] - self.time[lo], self.time2[hi] - self.time2[lo]
        timed = Fraction(self.timed[hi] - self.timed[lo], 1 << self.shift)
        return (n * timed - t * self.sum(lo, hi)) / (n * t2 - t * t)

    def slope_scale(self, lo, hi):
        """Standard deviation of x over that of the row numbers: what an error of a slope is measured by."""
        n = self.count(lo, hi)
        t, t2 = self.time[hi] - self.time[lo], self.time2[hi] - self.time2[lo]
        return math.sqrt(self.central(2, lo, hi) / Fraction(n * t2 - t * t, n))

    def zscore(self, lo, hi):
        return float(Fraction(float(self.x[hi - 1])) - self.mean(lo, hi)) / self.std(lo, hi)

    def _pair(self, lo, hi):
        n = self.count(lo, hi)
        y = Fraction(self.other[0][hi] - self.other[0][lo], 1 << self.other_shift)
        yy = Fraction(self.other[1][hi] - self.other[1][lo], 1 << (2 * self.other_shift)) - y * y / n
        xy = Fraction(self.mixed[hi] - self.mixed[lo], 1 << (self.shift + self.other_shift)) - self.sum(lo, hi) * y / n
        return n, xy, self.central(2, lo, hi), yy

    def cov(self, lo, hi):
        n, xy, _, _ = self._pair(lo, hi)
        return xy / (n - 1)

    def corr(self, lo, hi):
        _, xy, xx, yy = self._pair(lo, hi)
        return math.copysign(math.sqrt(xy * xy / (xx * yy)), xy)

    def pair_scale(self, lo, hi):
        n, _, xx, yy = self._pair(lo, hi)
        return math.sqrt(xx) * math.sqrt(yy) / (n - 1)


def trailing(rows, window):
    """The bounds of windows of rows, with those before the first full one."""
    return [(max(0, i + 1 - window), i + 1) for i in range(rows)]


def in_time(t, i, left, right, closed):
    """The rows whose time lies in the window of row i, by asking each."""
    begin, end = t[i] - left, t[i] + right
    after = (lambda v: v >= begin) if closed in {"left", "both"} else (lambda v: v > begin)
    before = (lambda v: v <= end) if closed in {"right", "both"} else (lambda v: v < end)
    return [j for j in range(len(t)) if after(t[j]) and before(t[j])]
