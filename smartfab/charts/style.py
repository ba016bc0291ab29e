"""What every picture has in common: font, sizes, ink, and a sheet that needs no display."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from smartfab.charts.colours import FAINT, INK

# DejaVu Sans comes with matplotlib and has every Vietnamese letter.
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}

WIDTH = 9.5
"""Width of a picture [in]; it fits the breadth of an A4 page at a readable size."""


class Picture(Figure):
    """A figure that a notebook shows as a picture, whether or not anybody imported pyplot."""

    def _repr_png_(self) -> bytes:
        """Return the picture as PNG, at the size it has on a page."""
        out = io.BytesIO()
        self.savefig(out, format="png", dpi=110)
        return out.getvalue()


def sheet(height: float) -> tuple[Figure, Axes]:
    """Return a white figure of one pair of axes with a bare frame.

    Parameters
    ----------
    height : float
        Height [in].

    Returns
    -------
    (Figure, Axes)
        Laid out so that no label is cut off.
    """
    figure = Picture(figsize=(WIDTH, height), dpi=200, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure, axes


def blank(text: str) -> Figure:
    """Return a figure that says why there is nothing to draw.

    Parameters
    ----------
    text : str
        The reason.

    Returns
    -------
    Figure
        Text alone.
    """
    figure, axes = sheet(1.2)
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center")
    return figure


def titled(axes: Axes, text: str) -> None:
    """Write what a picture shows above it, at its left.

    Parameters
    ----------
    axes : Axes
        Of the picture, or of a part of it.
    text : str
        Taken as it is; no part of it is a formula.
    """
    axes.set_title(text, loc="left", fontsize=9.5, parse_math=False)
