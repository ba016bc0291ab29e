"""Where each key of a TOML text stands, so that a fault can name its line. Reading itself is left to tomllib."""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]

_KEY = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_OPEN, _CLOSE = "[{", "]}"


def places(text: str) -> dict[Path, int]:
    """Return the line on which each table and each key begins.

    Parameters
    ----------
    text : str
        Valid TOML.

    Returns
    -------
    dict
        Path of keys and list indices → line number, counted from 1. What stands inside an inline table has the line
        of the key that holds it.
    """
    found: dict[Path, int] = {(): 1}
    tables: dict[Path, int] = {}  # array of tables → its last index
    here: Path = ()
    position = 0
    while position < len(text):
        position = _skip_blank(text, position)
        if position >= len(text):
            break
        line = text.count("\n", 0, position) + 1
        if text[position] == "[":
            here, position = _header(text, position, tables)
            for depth in range(1, len(here) + 1):
                found.setdefault(here[:depth], line)
            continue
        keys, position = _keys(text, position)
        for depth in range(1, len(keys) + 1):
            found.setdefault((*here, *keys[:depth]), line)
        position = _skip_value(text, position + 1)
    return found


def line_of(path: Path, found: dict[Path, int]) -> int:
    """Return the line of the deepest part of `path` that is known.

    Parameters
    ----------
    path : tuple
        Keys and indices.
    found : dict
        What `places` returned.

    Returns
    -------
    int
        Line number, counted from 1.
    """
    while path not in found:
        path = path[:-1]
    return found[path]


def _header(text: str, position: int, tables: dict[Path, int]) -> tuple[Path, int]:
    double = text.startswith("[[", position)
    keys, position = _keys(text, position + (2 if double else 1))
    here: Path = ()
    for n, key in enumerate(keys):
        here = (*here, key)
        if double and n == len(keys) - 1:
            tables[here] = tables.get(here, -1) + 1
        if here in tables:
            here = (*here, tables[here])
    return here, position + (2 if double else 1)


def _keys(text: str, position: int) -> tuple[list[str], int]:
    keys: list[str] = []
    while match := _KEY.match(text, position):
        escaped, literal, bare = match.groups()
        keys.append(tomllib.loads(f'key = "{escaped}"')["key"] if escaped is not None else literal if bare is None else bare)
        position = match.end()
        if position >= len(text) or text[position] != ".":
            break
        position += 1
    return keys, position


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and (text[position].isspace() or text[position] in "#\ufeff"):
        position = _line_end(text, position) if text[position] == "#" else position + 1
    return position


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _skip_value(text: str, position: int) -> int:
    depth = 0
    while position < len(text):
        char = text[position]
        if char in "\"'":
            position = _skip_string(text, position)
            continue
        if char == "#":
            position = _line_end(text, position)
            continue
        depth += (char in _OPEN) - (char in _CLOSE)
        position += 1
        if char == "\n" and depth == 0:
            break
    return position


def _skip_string(text: str, position: int) -> int:
    quote = text[position]
    mark = quote * 3 if text.startswith(quote * 3, position) else quote
    position += len(mark)
    while not text.startswith(mark, position):
        position += 2 if quote == '"' and text[position] == "\\" else 1
    position += len(mark)
    while len(mark) == 3 and text.startswith(quote, position):
        position += 1  # up to two quotes may stand before the closing three
    return position
