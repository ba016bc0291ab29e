"""Pictures as the browser gets them."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import matplotlib as mpl
from markupsafe import Markup

from smartfab.report.pictures import inline_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DRAWING = threading.RLock()  # matplotlib's settings belong to the whole process


def drawn(draw: Callable[[], Figure]) -> Figure:
    """Draw a picture while nobody else draws one.

    Parameters
    ----------
    draw : callable
        Returns the figure.

    Returns
    -------
    Figure
        What it returned.
    """
    with _DRAWING:
        return draw()


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
    with _DRAWING, mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "smartfab"}):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def inline(figure: Figure) -> Markup:
    """Return a figure to stand inside a page.

    Parameters
    ----------
    figure : Figure
        Not changed.

    Returns
    -------
    Markup
        An <svg> element.
    """
    with _DRAWING:
        return inline_svg(figure, "picture")
