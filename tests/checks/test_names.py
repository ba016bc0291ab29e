"""Names that say something: no drawers for odds and ends, and no file named like what it exports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.tree import PACKAGES, SOURCE, files, shown, syntax

BANNED = {"utils", "util", "common", "core", "helpers", "helper", "base", "tools", "misc", "stuff"}


def exports(tree: ast.Module) -> set[str]:
    """What a module defines in public, and what it lists in `__all__`."""
    found = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {ast.unparse(target) for target in targets}
            if ast.unparse(targets[0]) == "__all__" and node.value is not None:
                found |= set(ast.literal_eval(node.value))
    return {name for name in found if not name.startswith("_")}


@pytest.mark.parametrize("path", files(*SOURCE, kinds=(".py", ".pyx", ".pxd", ".jinja", ".mjs", ".toml")), ids=shown)
def test_a_name_says_something(path):
    words = {part.split(".")[0].removeprefix("test_") for part in Path(shown(path)).parts}
    assert words & BANNED == set()


@pytest.mark.parametrize("path", files(*PACKAGES), ids=shown)
def test_no_file_is_named_like_what_it_exports(path):
    own = path.parent.name if path.name == "__init__.py" else path.stem
    assert own not in exports(syntax(path))


@pytest.mark.parametrize("path", [path for path in files(*PACKAGES) if path.name == "__init__.py"], ids=shown)
def test_no_export_hides_a_module_of_the_same_package(path):
    modules = {inner.stem for inner in path.parent.glob("*.py")} | {
        inner.parent.name for inner in path.parent.glob("*/__init__.py")
    }
    lazy = "def __getattr__" in path.read_text(encoding="utf-8")
    stages = {inner for inner in modules if inner in exports(syntax(path))}
    assert stages == set() or (lazy and path.parent.name == "smartfab")


def test_the_rule_sees_functions_constants_and_lists():
    assert exports(ast.parse("def a(): ...\nB = 1\nc: int = 2\n_d = 3\n__all__ = ['e']")) == {"a", "B", "c", "e"}
