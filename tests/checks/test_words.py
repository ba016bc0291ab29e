"""Words that have no place in the project's files: this or that machine, private addresses, unfinished work, unsafe calls."""

from __future__ import annotations

import re

import pytest

from tests.tree import everything, shown

TEXT = {
    "", ".cfg", ".cmd", ".css", ".csv", ".html", ".in", ".ipynb", ".jinja", ".js", ".json", ".md", ".mjs", ".pxd", ".py",
    ".pyi", ".pyx", ".sh", ".svg", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip
NOWHERE = {
    "a path of one machine": r"/(?:work|root|home/\w+)/|/tmp/\w|[A-Z]:\\\\?Users",
    "a package registry": r"registry\.\w+\.\w+|files\.pythonhosted|/simple/?[\"'\s]|pypi\.(?!org/p)\w+",
    "an e-mail address": r"(?<![\w:/.+@-])[\w.+-]+@[\w-]+\.[a-z]{2,}",
    "unfinished work": r"\b(?:TODO|FIXME|XXX|HACK|TBD)\b",
    "how the project was made": r"(?i)\bprototypes?\b|\btickets?\b",
    "a secret": r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:ghp|pypi|npm)[-_][A-Za-z0-9]{20,}",
}
IN_THE_LIBRARY = {
    "pickle": r"(?:import|from)\s+(?:pickle|dill|joblib|marshal|shelve)\b|\bpickle\.",
    "code from text": r"(?<![\w.])(?:eval|exec|compile)\(|\.eval\(|\.query\(\s*f[\"']",
    "a shell": r"shell\s*=\s*True|os\.system\(",
}
SELF = {"tests/checks/test_words.py"}
TEXTS = [path for path in everything() if path.suffix in TEXT and shown(path) not in SELF]


def offences(text: str, rules: dict[str, str]) -> list[str]:
    """What stands where it must not, with its line."""
    return [
        f"line {text.count(chr(10), 0, match.start()) + 1}: {what}: {match[0]!r}"
        for what, pattern in rules.items()
        for match in re.finditer(pattern, text)
    ]


@pytest.mark.parametrize("path", TEXTS, ids=shown)
def test_words_that_must_not_stand_here(path):
    assert offences(path.read_text(encoding="utf-8"), NOWHERE) == []


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if shown(path).startswith(("smartfab/", "connectors/", "examples/"))], ids=shown
)
def test_nothing_unsafe_is_called(path):
    assert offences(path.read_text(encoding="utf-8"), IN_THE_LIBRARY) == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("cd /work/main", True), ("open('/tmp/x')", True), ("a network/workshop", False), ("# TODO later", True),
        ("someone@example.org", True), ("opc.tcp://user:word@plc.example:4840", False), ("@pytest.mark.parametrize", False),
        ("https://pypi.org/project/smartfab", False), ("https://registry.npmjs.org/x", True), ("method", False),
    ],
)  # fmt: skip
def test_the_rule_tells_right_from_wrong(text, refused):
    assert bool(offences(text, NOWHERE)) is refused


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("import pickle", True), ("from pickle import loads", True), ("pickle.loads(x)", True), ("eval(x)", True),
        ("re.compile(x)", False), ("def evaluate(x)", False), ("frame.eval('a')", True), ("RegExp.exec(x)", False),
        ("run(x, shell=True)", True), ("it is picklable", False),
    ],
)  # fmt: skip
def test_the_rule_tells_safe_from_unsafe(text, refused):
    assert bool(offences(text, IN_THE_LIBRARY)) is refused
