"""How the pages are written out: every name escaped, and nothing in it turns the line it stands in around."""

from __future__ import annotations

import functools
import re
import unicodedata

import jinja2
from markupsafe import Markup

_SPACE = "\t\n\r"


@functools.cache
def pages() -> jinja2.Environment:
    """Return the templates of the reports.

    Returns
    -------
    Environment
        Escapes what it is given, refuses what it was not given.
    """
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("smartfab.report", "."), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=visible,
    )  # fmt: skip
    made.filters["short"] = short
    return made


def visible(value: object) -> object:
    """Return a text whose control and direction marks are seen as such.

    Parameters
    ----------
    value : object
        What a page is about to show.

    Returns
    -------
    object
        What is no text, or was written by smartfab itself, as it was.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or (value.isascii() and value.isprintable()):
        return value
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter)[0] == "C" and letter not in _SPACE else letter
        for letter in value
    )


def short(name: object, most: int = 80) -> str:
    """Return a name that a cell can hold.

    Parameters
    ----------
    name : object
        As it stands in the table.
    most : int
        So many letters are shown; of a longer name the beginning and the end [1].

    Returns
    -------
    str
        One line.
    """
    text = re.sub(r"[ \t\r\n]+", " ", str(name)).strip()
    head = (most - 1) * 2 // 3
    return text if len(text) <= most else f"{text[:head]}…{text[head + 1 - most :]}"
