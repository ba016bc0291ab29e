"""A figure → SVG that stands inside a page: no preamble, letters as shapes, ids of its own."""

from __future__ import annotations

import io
import re

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.figure import Figure

_BARE = {"Creator": None, "Date": None, "Format": None, "Type": None}


def inline_svg(figure: Figure, name: str) -> Markup:
    """Return a figure as an <svg> element.

    Parameters
    ----------
    figure : Figure
        Not changed.
    name : str
        Put before every id, so that two pictures of one page do not share ids.

    Returns
    -------
    Markup
        Safe to stand in HTML: matplotlib writes text as shapes.
    """
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": name}):
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", dpi=200, metadata=_BARE)
    text = buffer.getvalue()
    text = re.sub(r"<!--.*?-->", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\1{name}-", text)
    return Markup(text)  # noqa: S704  matplotlib escaped what it wrote, and names are drawn as shapes
