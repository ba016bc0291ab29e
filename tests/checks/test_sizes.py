"""One idea a file: at most 300 lines. One step a function: at most 50 lines, its docstring not counted."""

from __future__ import annotations

import ast
import re

import pytest

from tests.tree import SOURCE, files, shown, syntax

MOST_LINES = 300
MOST_IN_A_FUNCTION = 50
WRITTEN = files(*SOURCE, kinds=(".py", ".pyx", ".pxd", ".pyi", ".jinja", ".mjs"))
_CYTHON_FUNCTION = re.compile(r"^(?P<indent> *)(?:cdef|cpdef|def)\s[^=\n]*?(?P<name>\w+)\(")


def lengths(tree: ast.Module) -> dict[str, int]:
    """The lines of each function from `def` to its end, without its docstring."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                length -= node.body[0].end_lineno - node.body[0].lineno + 1
            found[f"{node.name}, line {node.lineno}"] = length
    return found


def cython_lengths(text: str) -> dict[str, int]:
    """The same for Cython, told by indentation: a function ends where a line stands no deeper than its head."""
    found = {}
    lines = re.sub(r'"""(.|\n)*?"""\n?', "", text).splitlines()
    for n, line in enumerate(lines):
        if head := _CYTHON_FUNCTION.match(line):
            body = n + 1
            while body < len(lines) and not lines[body - 1].rstrip().endswith(":"):
                body += 1  # the head may go over several lines
            end = body
            while end < len(lines) and (
                not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > len(head["indent"])
            ):
                end += 1
            found[head["name"]] = len("\n".join(lines[n:end]).rstrip().splitlines())
    return found


@pytest.mark.parametrize("path", WRITTEN, ids=shown)
def test_a_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", [path for path in WRITTEN if path.suffix == ".py"], ids=shown)
def test_a_function_is_short(path):
    assert {name: length for name, length in lengths(syntax(path)).items() if length > MOST_IN_A_FUNCTION} == {}


@pytest.mark.parametrize("path", [path for path in WRITTEN if path.suffix in {".pyx", ".pxd"}], ids=shown)
def test_a_kernel_is_short(path):
    found = cython_lengths(path.read_text(encoding="utf-8"))
    assert found
    assert {name: length for name, length in found.items() if length > MOST_IN_A_FUNCTION} == {}


def test_the_measure_leaves_out_the_docstring_and_nothing_else():
    code = 'def f(\n    a,\n):\n    """One.\n\n    Two.\n    """\n    # why\n\n    return a\n'
    assert list(lengths(ast.parse(code)).values()) == [6]
    assert cython_lengths(code) == {"f": 6}
    assert cython_lengths("cdef inline double g(double x) nogil:\n    return x\n\ncdef int y = 0\n") == {"g": 2}
