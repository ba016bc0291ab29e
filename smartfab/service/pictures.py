"""Pictures as the browser gets them."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import matplotlib as mpl

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PICTURE_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""A picture has its style inside, and nothing else."""
REPORT_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
"""A printed page has its style and its pictures inside, and nothing else."""
T = TypeVar("T")
_DRAWING = threading.RLock()  # matplotlib's settings belong to the whole process


def drawn(draw: Callable[[], T]) -> T:
    """Draw a picture, or a page with pictures, while nobody else draws one.

    Parameters
    ----------
    draw : callable
        Returns the figure, or the page.

    Returns
    -------
    object
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


def as_address(figure: Figure) -> str:
    """Return a figure as an address that holds it, for an <img>: styles inside it are then not the page's.

    Parameters
    ----------
    figure : Figure
        Not changed.

    Returns
    -------
    str
        ``data:image/svg+xml;base64,…``.
    """
    return f"data:image/svg+xml;base64,{base64.b64encode(as_svg(figure)).decode()}"
