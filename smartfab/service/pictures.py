"""Pictures as the browser gets them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import matplotlib as mpl

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def as_svg(figure: Figure) -> bytes:
    """Return a figure as a file of its own; letters are shapes, so that it looks the same everywhere.

    Parameters
    ----------
    figure : Figure
        Not changed.

    Returns
    -------
    bytes
        SVG.
    """
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "smartfab"}):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
