"""plant.toml: read whole, every fault at once with its line, and written so that it reads back."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import PlantError
from smartfab.plant_file import parse_plant
from tests.plant_strategies import WORDS, plants
from tests.tree import ROOT

FIVE_FAULTS = """[plant]
id = "p"
timezone = "Asia/Hanoi"
day_strt = "06:00"

[[shift]]
id = "Ca1"
start = "06:00"
end = "14:00"
days = ["mon", "someday"]

[[rotation]]
teams = ["A", "B"]
pattern = ["Ca1", "Ca7"]
start = "2026-01-01"

[[line]]
id = "l"
endpoint = "opc.tcp://plc:4840"
security = { allow_insecure = "test bench" }
namespaces = { plc = "urn:plc" }

[[line.machine]]
id = "m"

[line.machine.signals]
good = { node = "plx;s=Good", role = "good_count" }
"""
MACHINE_M = '[[line]]\nid = "l"\n[[line.machine]]\nid = "M"\n'
SHIFT_A = '[[shift]]\nid = "A"\nstart = "06:00"\nend = "14:00"\n'
HEAD = '[plant]\nid = "p"\ntimezone = "UTC"\n'


def faults(text: str) -> list[PlantError]:
    with pytest.raises(PlantError) as told:
        parse_plant(text)
    return list(told.value.faults)


def places_of(text: str) -> list[str]:
    return [fault.where.removeprefix("plant.toml, ") for fault in faults(text)]


def test_five_faults_are_five_lines():
    told = faults(FIVE_FAULTS)
    assert [fault.where for fault in told] == [
        "plant.toml, line 3, plant.timezone",
        "plant.toml, line 4, plant.day_strt",
        "plant.toml, line 10, shift.days",
        "plant.toml, line 14, rotation.pattern",
        "plant.toml, line 27, line.machine.signals.good.node",
    ]
    text = "\n".join(map(str, told))
    for said in ("'Asia/Hanoi'", "'day_start'", "'someday'; expected 'mon'", "'Ca7'", "no namespace 'plx' (there are: plc)"):
        assert said in text


def test_the_message_of_the_whole_lists_them():
    with pytest.raises(PlantError, match=r"^5 faults in plant.toml:\n  1\. plant.toml, line 3"):
        parse_plant(FIVE_FAULTS)


@pytest.mark.parametrize(
    ("body", "place", "said"),
    [
        ('[[shift]]\nid = "A"\nstart = "6:00"\nend = "14:00"', "line 6, shift.start", "'6:00'; expected a time of day"),
        ('[[shift]]\nid = "A"\nstart = "06:00"', "line 4, shift.end", "'end' is missing. Add end ="),
        ('[[shift]]\nid = "A/B"\nstart = "06:00"\nend = "14:00"', "line 5, shift.id", "without '/'"),
        ('[[shift]]\nid = "A"\nstart = 06:00:30.5\nend = "14:00"', "line 6, shift.start", "a time of day"),
        (SHIFT_A + 'breaks = [["15:00", "15:10"]]', "line 4, shift", "not inside the shift"),
        (
            f'[[product]]\nid = "P"\nideal_cycle_s = {{ M = 0 }}\n{MACHINE_M}',
            "line 6, product.ideal_cycle_s.M",
            "0; expected greater than 0",
        ),
        ('[[product]]\nid = "P"\nideal_cycle_s = "fast"', "line 6, product.ideal_cycle_s", "'fast'; expected a number"),
        ('[[product]]\nid = "P"\nideal_cycle_s = 1\nrate_per_h = 9', "line 4, product", "both given"),
        ('[[product]]\nid = "P"\nideal_cycle_s = { M9 = 1.0 }', "line 6, product.ideal_cycle_s", "no machine 'M9'"),
        ('[[product]]\nid = "P"\n\n[[product]]\nid = "P"', "line 8, product.id", "a second time"),
        ('[[rotation]]\nteams = []\npattern = ["off"]\nstart = "2026-01-01"', "line 5, rotation.teams", "at least one item"),
        (
            '[[rotation]]\nstart = "2026-01-01"\nteams = ["A", "B"]\npattern = ["off"]',
            "line 7, rotation.pattern",
            "1 steps for 2 teams",
        ),
        ('[[exception]]\nfrom = "2026-02-16"\nto = "2026-02-15"\nkind = "holiday"', "line 6, exception.to", "is before"),
        ('[[exception]]\nfrom = "2026-02-16"\nkind = "overtime"', "line 6, exception.kind", "overtime without its time"),
        ('[[exception]]\nfrom = "16/02/2026"\nkind = "holiday"', "line 5, exception.from", "'2026-01-31'"),
        ('[[line]]\nid = "l"\nendpoint = "http://plc"', "line 4, line", "unknown kind of endpoint"),
        ('[[line]]\nid = "l"\nsampling = "5"', "line 6, line.sampling", "'5min'"),
        ('[[line]]\nid = "l"\nqueue = 0', "line 6, line.queue", "0; expected greater than or equal to 1"),
        (f'{MACHINE_M}[[line.machine]]\nid = "M"', "line 9, line.machine.id", "machine 'M' stands here a second time"),
        ("plants = 3", "line 4, plant.plants", "unknown key 'plants'"),
        ("[palnt]\nx = 1", "line 4, palnt", "Did you mean 'plant'?"),
        ("[palnt.inner]\nx = 1", "line 4, palnt", "unknown key 'palnt'"),
    ],
)
def test_a_fault_has_its_line_and_its_remedy(body, place, said):
    (told,) = faults(HEAD + body)
    assert told.where == f"plant.toml, {place}"
    assert said in str(told)


def test_a_union_tells_the_branch_that_was_meant():
    text = (
        HEAD + '[[product]]\nid = "P"\nideal_cycle_s = { M1 = -1, M2 = "x" }\n[[line]]\nid = "l"\n[[line.machine]]\nid = "M1"'
    )
    assert places_of(text) == [
        "line 6, product.ideal_cycle_s",
        "line 6, product.ideal_cycle_s.M1",
        "line 6, product.ideal_cycle_s.M2",
    ]


def test_what_is_no_toml_and_what_cannot_be_read(tmp_path):
    with pytest.raises(PlantError, match=r"plant.toml: not TOML: .*line 1"):
        parse_plant("[plant\n")
    with pytest.raises(PlantError, match="cannot be read"):
        sf.read_plant(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes('[plant]\nid = "Vĩnh"'.encode("utf-16"))
    with pytest.raises(PlantError, match="UTF-8"):
        sf.read_plant(tmp_path / "latin.toml")


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path):
    file = tmp_path / "Dữ liệu.toml"
    file.write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode() + b'day_strt = "x"\r\n')
    with pytest.raises(PlantError) as told:
        sf.read_plant(file)
    assert told.value.where == f"{file}, line 4, plant.day_strt"


def test_secrets_are_not_repeated():
    text = HEAD + '[[line]]\nid = "l"\nsecurity = { password = "hunter2", policy = "hunter3", trust = ["hunter4"] }\n'
    told = "\n".join(map(str, faults(text)))
    assert "unknown key 'password'" in told
    assert "hunter" not in told


def test_paths_start_at_the_folder_of_the_file(tmp_path):
    (tmp_path / "plant.toml").write_text((ROOT / "examples" / "plant.toml").read_text(encoding="utf-8"), encoding="utf-8")
    security = sf.read_plant(tmp_path / "plant.toml").line("press-1").security
    assert security.certificate == str(tmp_path.resolve() / "pki/own.der")
    assert security.trust == str(tmp_path.resolve() / "pki/trusted")
    with (tmp_path / "plant.toml").open("a", encoding="utf-8") as file:
        file.write('\n[defects]\nmodel = "models/press"\n')
    plant = sf.read_plant(tmp_path / "plant.toml")
    assert plant.defects.model == str(tmp_path.resolve() / "models/press")
    assert "[defects]" in plant.to_toml()


@given(plants())
def test_a_plant_written_reads_back_as_the_same_plant(raw):
    plant = sf.Plant.model_validate(raw)
    assert parse_plant(plant.to_toml()) == plant
    assert parse_plant(toml(raw)) == plant


@given(plants(), st.data())
def test_whatever_is_wrong_is_told_with_a_line_and_never_crashes(raw, data):
    for _ in range(data.draw(st.integers(1, 3))):
        spoil(raw, data.draw)
    text = toml(raw)
    try:
        parse_plant(text)
    except PlantError as told:
        for fault in told.faults:
            line = re.fullmatch(r"plant\.toml, line (\d+), .*", fault.where, re.DOTALL)
            assert line is not None
            assert 1 <= int(line[1]) <= text.count("\n")


JUNK = (
    st.sampled_from(
        [0, -1, 1.5, True, "", "x", "off", "6:00", [], [1], [[]], ["x", 2], {}, {"x": 1}, [{}], [{"id": []}], [{"id": {}}]]
    )
    | WORDS
)


def spoil(value: Any, draw: Any) -> None:
    """Put junk somewhere into a plant, under a key there is or one there is not."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        keys += ["id", "when", "from_counter", "rules", "stray"] if isinstance(value, dict) else []
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        inner = value.get(key) if isinstance(value, dict) else value[key]
        if not isinstance(inner, (dict, list)) or draw(st.booleans()):
            value[key] = copy.deepcopy(draw(JUNK))  # the next round may put junk into it
            return
        value = inner


def toml(raw: dict[str, Any]) -> str:
    """A TOML text of `raw`, one line a key of the top level."""
    return "".join(f"{quoted(key)} = {inline(value)}\n" for key, value in raw.items())


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(char):08x}" if not char.isalnum() else char for char in text) + '"'


def test_the_writer_of_these_tests_writes_toml():
    raw = {"a b": [{"x": 1.5, 'y"': "é\n"}, {"z": [True, []]}]}
    assert tomllib.loads(toml(raw)) == raw
