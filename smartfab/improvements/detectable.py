"""The smallest effect a design finds with a given power."""

from __future__ import annotations

import math

from smartfab.errors import TableError


def detectable_effect(scale: float, dof: int, *, power: float = 0.8, level: float = 0.95) -> float:
    """Return the minimum detectable effect, (t at 1 − (1 − level)/2 + t at power) · scale.

    Parameters
    ----------
    scale : float
        Width of the interval / (2 · t) [y].
    dof : int
        Days less columns [1].
    power : float
        Share of changes of this size that would be confirmed, above 0 and below 1 [1].
    level : float
        Level of the interval, above 0 and below 1 [1].

    Returns
    -------
    float
        In the unit of y; NaN where nothing can be estimated [y].

    Raises
    ------
    TableError
        If power or level is not a share.

    References
    ----------
    Bloom: Minimum detectable effects. Evaluation Review 19(5), 1995, doi:10.1177/0193841X9501900504.

    Examples
    --------
    >>> round(detectable_effect(0.007, 150), 4)
    0.0197
    """
    for name, share in (("power", power), ("level", level)):
        if not isinstance(share, (int, float)) or not 0 < share < 1:
            raise TableError(repr(share), where=name, expected="a share above 0 and below 1")
    if dof < 1 or not math.isfinite(scale):
        return math.nan
    from scipy.special import stdtrit

    return float((stdtrit(dof, 0.5 + level / 2) + stdtrit(dof, power)) * scale)
