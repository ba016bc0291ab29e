"""Hypothesis strategies for plants, as dicts of the shape plant.toml has."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=8).filter(
    lambda text: text == text.strip() and text != "off"
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TIMES = st.times().map(lambda time: time.strftime("%H:%M"))
DATES = st.dates().map(lambda date: date.isoformat())
LENGTHS = st.sampled_from(["100ms", "5min", "1.5s", "2h"])
NUMBERS = st.floats(1e-9, 1e12)
STATES = st.sampled_from(["running", "idle", "blocked", "starved", "setup", "planned_stop", "unplanned_stop", "off", "unknown"])
ROLES = st.sampled_from(["flag", "good_count", "reject_count", "process_value", "speed", "product_id", "energy", "alarm"])

SECURE = st.fixed_dictionaries(
    {"certificate": WORDS.filter(bool), "private_key": WORDS.filter(bool)},
    optional={
        "policy": st.sampled_from(["Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss"]),
        "server_name": WORDS,
        "password_env": WORDS,
    },
).flatmap(
    lambda given: st.sampled_from([{"trust": "pki/trusted"}, {"server_sha256": "ab" * 32}]).map(lambda trust: given | trust)
)
SECURITY = SECURE | WORDS.filter(str.strip).map(lambda reason: {"allow_insecure": reason})
CONNECTION = {
    "sampling": LENGTHS,
    "publishing": LENGTHS,
    "queue": st.integers(1, 10**6),
    "deadband": st.floats(0, 1e9),
    "clock": st.sampled_from(["source", "server", "collector"]),
}


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


def tables(required: dict[str, Any], optional: dict[str, Any], *, most: int = 3) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Tables of one kind, each with an id of its own."""
    entry = st.fixed_dictionaries({"id": IDS, **required}, optional=optional)
    return st.lists(entry, max_size=most, unique_by=lambda table: table["id"])


TAG = st.fixed_dictionaries(
    {"node": WORDS.map(lambda text: f"plc;s=x{text.replace(chr(10), '')}"), "role": ROLES},
    optional={
        "unit": WORDS,
        "max_value": NUMBERS,
        "max_gap": LENGTHS,
        "history": st.sampled_from(["auto", "yes"]),
        **CONNECTION,
    },
).map(lambda tag: {key: value for key, value in tag.items() if key != "clock"})
STATE = st.fixed_dictionaries(
    {"node": st.just('plc;s="DB"."State"'), "role": st.just("state")},
    optional={"map": st.dictionaries(WORDS, STATES, max_size=3) | st.sampled_from(["packml-2022", "opc-40001-1-v1.03"])},
)


@st.composite
def plants(draw: st.DrawFn) -> dict[str, Any]:
    """A plant without faults."""
    shifts = draw(
        tables({"start": TIMES, "end": TIMES}, {"days": st.lists(st.sampled_from(["mon", "tue", "sun"])), "valid_from": DATES})
    )
    lines = draw(tables({"namespaces": st.just({"plc": "urn:plc"})}, CONNECTION, most=2))
    names = draw(st.lists(IDS, max_size=4, unique=True))
    for n, line in enumerate(lines):
        if draw(st.booleans()):
            line |= {"endpoint": "opc.tcp://plc:4840", "security": draw(SECURITY)}
        line["machine"] = [draw(machine(name)) for m, name in enumerate(names) if m % len(lines) == n]
    known = names if lines else []
    speeds = NUMBERS | st.dictionaries(st.sampled_from(known), NUMBERS) if known else NUMBERS
    products = draw(tables({}, {"ideal_cycle_s": speeds, "name_vi": WORDS, "parts_per_cycle": NUMBERS}))
    head = st.fixed_dictionaries(
        {"id": IDS, "timezone": st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Rome"])},
        optional={"day_start": TIMES, "language": st.sampled_from(["vi", "en"]), "min_coverage": st.floats(0, 1)},
    )
    teams = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    pattern = st.lists(st.sampled_from([shift["id"] for shift in shifts] + ["off"]), min_size=len(teams), max_size=len(teams))
    rotation = {"teams": teams, "pattern": draw(pattern), "start": draw(DATES)}
    exception = {"from": draw(DATES), "kind": draw(st.sampled_from(["holiday", "make_up"])), "name": draw(WORDS)}
    return without_none(
        {"plant": draw(head), "shift": shifts, "product": products, "line": lines}
        | draw(st.sampled_from([{}, {"rotation": [rotation]}, {"exception": [exception]}]))
        | draw(st.sampled_from([{}, {"alert": {"command": 'mail -s "dây chuyền" ca@truong'}}]))
    )


def machine(name: str) -> st.SearchStrategy[dict[str, Any]]:
    signals = st.dictionaries(IDS.filter(lambda text: text != "state"), TAG, max_size=3)
    return st.fixed_dictionaries(
        {"id": st.just(name), "signals": st.tuples(signals, st.none() | STATE).map(
            lambda both: both[0] if both[1] is None else {**both[0], "state": both[1]})},
        optional={"micro_stop": LENGTHS, "constraint": st.booleans(), "role": st.just("parallel"), "area": WORDS, **CONNECTION},
    )  # fmt: skip
