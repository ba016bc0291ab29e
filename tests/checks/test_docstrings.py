"""Every exported function and class says in numpydoc what it takes, gives and raises, with units; examples run."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import importlib
import inspect
import re
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

import pydantic
import pytest

from smartfab import errors
from tests.tree import PACKAGES, files, module_name, shown, syntax

UNITS = {"per_h": "1/h", "s": "s", "ms": "ms", "us": "us", "ns": "ns", "min": "min", "h": "h", "degC": "degC", "pct": "%"}
SUFFIX = re.compile(rf"_({'|'.join(UNITS)})$")
HEADING = re.compile(r"^(?P<name>[A-Z][A-Za-z ]+)\n-{3,}\n", re.MULTILINE)


def sections(doc: str) -> dict[str, str]:
    """The body under each heading of a numpydoc docstring."""
    found = list(HEADING.finditer(doc))
    ends = [*(match.start() for match in found[1:]), len(doc)]
    return {match["name"]: doc[match.end() : end] for match, end in zip(found, ends, strict=bool(found))}


def entries(body: str) -> dict[str, str]:
    """What is said of each name; names that share an entry share its text."""
    said: dict[str, str] = {}
    names: list[str] = []
    for line in body.splitlines():
        if line and not line[0].isspace():
            names = [name.strip().lstrip("*") for name in line.split(" : ")[0].split(",")]
            said |= dict.fromkeys(names, line)
        else:
            said |= {name: f"{said[name]} {line.strip()}" for name in names}
    return said


def faults(function: Any, doc: str, *, gives: bool) -> list[str]:
    """What the docstring of a function, or of a class for its construction, leaves out."""
    told = sections(doc)
    parameters = entries(told.get("Parameters", ""))
    found: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        name = parameter.name
        if name in {"self", "cls"}:
            continue
        if name not in parameters:
            found.append(f"parameter {name} is not described")
        elif (unit := SUFFIX.search(name)) and f"[{UNITS[unit[1]]}]" not in parameters[name]:
            found.append(f"parameter {name} does not say [{UNITS[unit[1]]}]")
        elif str(parameter.annotation) in {"float", "float | None"} and not re.search(r"\[\S+\]", parameters[name]):
            found.append(f"parameter {name} is a float and names no unit in brackets")
    returned = str(inspect.signature(function).return_annotation)
    says_it_at_once = doc.startswith("Return ") and list(inspect.signature(function).parameters) == ["self"]
    silent = not {"Returns", "Yields"} & set(told) and not says_it_at_once
    if gives and silent and returned not in {"None", "NoReturn", "Never"}:
        found.append("what is returned is not described")
    unit = SUFFIX.search(getattr(function, "__name__", ""))
    if gives and unit and f"[{UNITS[unit[1]]}]" not in told.get("Returns", ""):
        found.append(f"what is returned does not say [{UNITS[unit[1]]}]")
    mentioned = entries(told.get("Raises", ""))
    found += [f"{name} is raised and not described" for name in raised(function) if not _covered(name, mentioned)]
    return found


def raised(function: Any) -> set[str]:
    """The errors of ours the body of a function raises by name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            thing = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            names.add(ast.unparse(thing).removesuffix(".of").split(".")[-1])
    return names & set(errors.__all__)


def _covered(name: str, mentioned: dict[str, str]) -> bool:
    return any(parent.__name__ in mentioned for parent in getattr(errors, name).__mro__)


def exported() -> dict[str, Any]:
    """Every function, class and public method that can be reached from an `__all__`, by its dotted name."""
    found: dict[str, Any] = {}
    for path in files(*PACKAGES):
        if not any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in syntax(path).body):
            continue
        try:
            module = importlib.import_module(module_name(path))
            things = [getattr(module, name) for name in module.__all__]
        except (ImportError, AttributeError) as error:  # one broken module must not keep the others from being checked
            found[module_name(path)] = error
            continue
        for thing in things:
            if not getattr(thing, "__module__", "").startswith("smartfab"):
                continue
            if inspect.isclass(thing) or inspect.isfunction(thing):
                found[f"{thing.__module__}.{thing.__qualname__}"] = thing
            if inspect.isclass(thing):
                found |= {f"{thing.__module__}.{thing.__qualname__}.{key}": member for key, member in _members(thing)}
    return found


def _members(cls: type) -> Iterator[tuple[str, Any]]:
    for parent in cls.__mro__:
        if parent.__module__.startswith("smartfab"):
            for name, member in vars(parent).items():
                plain = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
                if not name.startswith("_") and (inspect.isfunction(plain) or isinstance(plain, property)):
                    yield name, plain


EXPORTED = exported()


@pytest.mark.parametrize("name", EXPORTED)
def test_an_exported_thing_says_what_it_takes_gives_and_raises(name):
    thing = EXPORTED[name]
    assert not isinstance(thing, Exception)
    doc = inspect.cleandoc(thing.__doc__ or "")
    assert doc
    if isinstance(thing, property):
        unit = SUFFIX.search(name)
        assert unit is None or f"[{UNITS[unit[1]]}]" in doc
    elif inspect.isfunction(thing):
        assert faults(thing, doc, gives=True) == []
    elif "__init__" in vars(thing) and not (dataclasses.is_dataclass(thing) or issubclass(thing, pydantic.BaseModel)):
        assert faults(thing.__init__, doc, gives=False) == []


@pytest.mark.parametrize("path", [path for path in files(*PACKAGES) if ">>> " in path.read_text(encoding="utf-8")], ids=shown)
def test_examples_run(path, capsys):
    module = importlib.import_module(module_name(path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert outcome.attempted > 0
    assert outcome.failed == 0, capsys.readouterr().out


def _sound(pause_s: float, name: str) -> int:
    """Wait.

    Parameters
    ----------
    pause_s : float
        How long [s].
    name : str
        Whom to tell.

    Returns
    -------
    int
        Nothing of note.

    Raises
    ------
    TableError
        Always.
    """
    raise errors.TimeError(name)


def _unsound(pause_s: float, share: float, name: str) -> int:
    """Wait.

    Parameters
    ----------
    pause_s : float
        How long.
    share : float
        Of what.
    """
    raise errors.TimeError(name)


def test_the_rule_tells_right_from_wrong():
    assert faults(_sound, inspect.cleandoc(_sound.__doc__), gives=True) == []
    assert faults(_unsound, inspect.cleandoc(_unsound.__doc__), gives=True) == [
        "parameter pause_s does not say [s]",
        "parameter share is a float and names no unit in brackets",
        "parameter name is not described",
        "what is returned is not described",
        "TimeError is raised and not described",
    ]
