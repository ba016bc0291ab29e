"""The project's own files, as the checks on the house see them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("smartfab", "connectors")
SOURCE = ("smartfab", "connectors", "tests", "benchmarks", "examples", "setup.py")
_PASSED_OVER = {"__pycache__", "build", "demo", "dist", "node_modules", "vendor"}


def files(*where: str, kinds: tuple[str, ...] = (".py",)) -> list[Path]:
    """The files of these kinds under these folders, without what a build or a run leaves behind."""
    return sorted(path for name in where for path in _walk(ROOT / name) if path.suffix in kinds)


def _walk(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir() and path.name not in _PASSED_OVER and path.suffix != ".egg-info" and _is_ours(path.name):
        for inner in path.iterdir():
            yield from _walk(inner)


def _is_ours(folder: str) -> bool:
    return folder == ".ci" or not folder.startswith(".")


def everything() -> list[Path]:
    """Every file of the project."""
    return sorted(path for inner in ROOT.iterdir() if inner.name != ".git" for path in _walk(inner))


def packages() -> list[str]:
    """The dotted names of the installed packages, as the folders say them."""
    return sorted({module_name(path.parent / "__init__.py") for path in files(*PACKAGES, kinds=(".py", ".pyx"))})


def module_name(path: Path) -> str:
    """The dotted name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = ("smartfab", *parts) if parts[0] == "connectors" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
