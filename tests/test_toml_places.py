"""Every key of a TOML text is found on its line, whatever stands in the values between."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab.toml_places import line_of, places

VALUES = (
    "1",
    "true",
    '"a # b"',
    "'c [ d'",
    r'"esc \" ] quote"',
    "2026-03-02",
    "06:00:00",
    "[1, 2, [3]]",
    '""',
    "''",
    '""""""',
    "[]",
    "{}",
    '[\n  1, # ] not yet\n  "x]",\n]',
    '"""\nmulti\n[not.a.table]\nkey = 1\n"""',
    "'''\n'' two quotes ''\n'''",
    '"""two at the end"""""',
    "'''two at the end'''''",
    '"""one at the end""""',
    "'''one at the end''''",
    r'"""an escaped \""" inside"""',
    '{ a = 1, b = { c = "}" } }',
    '[{ a = 1 }, { b = "#" }]',
    '[ # why\n\n"""\n]"""]',
)
KEYS = (
    ("k{n}", ("k{n}",)),
    ('"k {n}"', ("k {n}",)),
    (r'"k\u00e9\"{n}"', ('ké"{n}',)),
    (r"'k.#\ {n}'", (r"k.#\ {n}",)),
    ("k{n}.inner", ("k{n}", "inner")),
    ("k{n} . 'in ner' . \"d\"", ("k{n}", "in ner", "d")),
)
BETWEEN = ("", "\n", '# a comment with ] and " and k = 1\n', "  \n\t\n")


class Text:
    """A TOML text being written, and the line each path was first written on."""

    def __init__(self) -> None:
        self.text = ""
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.count = 0

    def note(self, above: tuple[str | int, ...], names: tuple[str | int, ...]) -> None:
        line = self.text.count("\n") + 1
        for depth in range(1, len(names) + 1):
            self.lines.setdefault((*above, *names[:depth]), line)

    def name(self) -> int:
        self.count += 1
        return self.count


def write_pairs(draw: st.DrawFn, text: Text, here: tuple[str | int, ...]) -> None:
    for _ in range(draw(st.integers(0, 3))):
        text.text += draw(st.sampled_from(BETWEEN))
        (form, names), number = draw(st.sampled_from(KEYS)), text.name()
        text.note(here, tuple(name.format(n=number) for name in names))
        text.text += f"{draw(st.sampled_from(['', '  ']))}{form.format(n=number)} = {draw(st.sampled_from(VALUES))}"
        text.text += draw(st.sampled_from(["\n", " # after\n", "  \n"]))


def write_tables(draw: st.DrawFn, text: Text, names: tuple[str, ...], here: tuple[str | int, ...], depth: int) -> None:
    for _ in range(draw(st.integers(0, 2)) if depth < 3 else 0):
        form, (name,) = draw(st.sampled_from(KEYS[:4]))
        number = text.name()
        head, name = (*names, form.format(n=number)), name.format(n=number)
        many = draw(st.booleans())
        for index in range(draw(st.integers(1, 3)) if many else 1):
            text.text += draw(st.sampled_from(BETWEEN))
            inside = (*here, name, index) if many else (*here, name)
            text.note(here, inside[len(here) :])
            text.text += ("[[{}]]\n" if many else "[{}] # header\n").format(draw(st.sampled_from([".", " . "])).join(head))
            write_pairs(draw, text, inside)
            write_tables(draw, text, head, inside, depth + 1)


@st.composite
def documents(draw: st.DrawFn) -> Text:
    text = Text()
    write_pairs(draw, text, ())
    write_tables(draw, text, (), (), 0)
    return text


def paths(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every key and index of what tomllib read."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, item in inner for path in paths(item, (*here, key)))]


@given(documents())
def test_every_key_is_on_the_line_it_was_written_on(document):
    found = places(document.text)
    assert {path: line for path, line in found.items() if path} == document.lines


@given(documents(), st.booleans())
def test_tomllib_reads_the_same_keys_and_each_has_a_line(document, windows):
    text = document.text.replace("\n", "\r\n") if windows else document.text
    found = places(text)
    read = set(paths(tomllib.loads(text)))
    assert set(found) <= read
    lines = text.splitlines()
    for path in read:
        line = line_of(path, found)
        deepest = max((kept for kept in found if path[: len(kept)] == kept), key=len)
        assert line == found[deepest]
        assert 1 <= line <= max(len(lines), 1)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("plant",), 2),
        (("plant", "id"), 3),
        (("line",), 5),
        (("line", 0), 5),
        (("line", 0, "machine", 1), 9),
        (("line", 0, "machine", 1, "signals", "good"), 12),
        (("line", 0, "machine", 1, "signals", "good", "max_value"), 12),
        (("line", 1, "machine", 0, "id"), 15),
        (("nowhere", "deep"), 18),
        (("absent",), 1),
    ],
)
def test_worked_example(path, line):
    text = """# a plant
[plant]
id = "p"

[[line]]
id = "l1"
[[line.machine]]
id = "m1"
[[line.machine]]
id = "m2"
[line.machine.signals]
good = { node = "plc;s=good", max_value = 9 }
[[line]]
[[line.machine]]
id = "m3"

# a table that goes without saying
[nowhere.deep]
"""
    assert line_of(path, places(text)) == line
