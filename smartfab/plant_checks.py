"""What must hold between the pieces of a plant.toml: ids once, names that exist, times that fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smartfab.toml_places import Path

Fault = tuple[Path, str, str]
_COUNTERS = {"good_count", "reject_count", "rework_count", "total_count"}


def relations(raw: dict[str, Any]) -> list[Fault]:
    """Return the faults between pieces, on the raw file, so that they are told beside faults within pieces.

    Parameters
    ----------
    raw : dict
        What tomllib read; any part of it may be of a wrong type.

    Returns
    -------
    list of (path, found, remedy)
        Empty when all is well.
    """
    return [*_shifts(raw), *_calendar_places(raw), *_ids_once(raw), *_machines(raw), *_products(raw)]


def _tables(raw: object, key: str) -> list[tuple[int, dict[str, Any]]]:
    items = raw.get(key) if isinstance(raw, dict) else None
    return [(n, item) for n, item in enumerate(items) if isinstance(item, dict)] if isinstance(items, list) else []


def _ids_once(raw: dict[str, Any]) -> Iterator[Fault]:
    seen: set[tuple[str, str, str]] = set()
    machines = [
        (("line", n, "machine", m), machine) for n, line in _tables(raw, "line") for m, machine in _tables(line, "machine")
    ]
    every = [("line", ("line", n), item) for n, item in _tables(raw, "line")]
    every += [("machine", path, item) for path, item in machines]  # type: ignore[misc]
    every += [(kind, (kind, n), item) for kind in ("product", "shift") for n, item in _tables(raw, kind)]
    for kind, path, item in every:
        key = (kind, str(item.get("id")), str(item.get("valid_from", "")) if kind in {"product", "shift"} else "")
        if "id" in item and key in seen:
            yield (
                (*path, "id"),
                f"{kind} {item['id']!r} stands here a second time",
                "Give each its own id, or its own valid_from.",
            )
        seen.add(key)


def _shifts(raw: dict[str, Any]) -> Iterator[Fault]:
    known = {item.get("id") for _, item in _tables(raw, "shift")} | {"off"}
    for n, item in _tables(raw, "rotation"):
        strange = [name for name in item.get("pattern", []) if name not in known]
        if strange:
            yield ("rotation", n, "pattern"), f"no shift {strange[0]!r}", f"Use one of {', '.join(sorted(map(str, known)))}."
        teams, pattern = item.get("teams", []), item.get("pattern", [])
        if teams and len(pattern) % len(teams):
            yield (
                ("rotation", n, "pattern"),
                f"{len(pattern)} steps for {len(teams)} teams",
                "Make the steps a multiple of the teams.",
            )
    for n, item in _tables(raw, "exception"):
        for name in item.get("shifts", []):
            if name not in known:
                yield ("exception", n, "shifts"), f"no shift {name!r}", "Name a [[shift]] of this file."
        if item.get("kind") == "overtime" and not item.get("shifts") and not (item.get("start") and item.get("end")):
            yield ("exception", n, "kind"), "overtime without its time", "Give start and end, or shifts."
        if str(item.get("to", item.get("from"))) < str(item.get("from")):
            yield ("exception", n, "to"), f"{item['to']} is before {item['from']}", "Put the dates in order."


def _calendar_places(raw: dict[str, Any]) -> Iterator[Fault]:
    """Shifts and exceptions may stand for one line or machine: a name that is none would silently mean nowhere."""
    lines = {line.get("id") for _, line in _tables(raw, "line")}
    machines = {machine.get("id") for _, line in _tables(raw, "line") for _, machine in _tables(line, "machine")}
    for table in ("shift", "exception"):
        for n, item in _tables(raw, table):
            for key, known in (("line", lines), ("machine", machines)):
                if known and item.get(key) is not None and item[key] not in known:
                    yield (table, n, key), f"no {key} {item[key]!r}", f"Name one of {', '.join(sorted(map(str, known)))}."


def _machines(raw: dict[str, Any]) -> Iterator[Fault]:
    for n, line in _tables(raw, "line"):
        for m, machine in _tables(line, "machine"):
            path: Path = ("line", n, "machine", m)
            spaces = {**_dict(line.get("namespaces")), **_dict(machine.get("namespaces"))}
            signals = _dict(machine.get("signals"))
            for name, signal in signals.items():
                if isinstance(signal, dict):
                    yield from _signal((*path, "signals", name), signal, signals, spaces)
            states = [name for name, signal in signals.items() if _dict(signal).get("role") == "state" or _is_rule(signal)]
            if len(states) > 1:
                yield (
                    (*path, "signals", states[1]),
                    f"a second state signal beside {states[0]!r}",
                    'Keep one, or give the other role = "flag".',
                )
            if (machine.get("endpoint") or line.get("endpoint")) and not (machine.get("security") or line.get("security")):
                where = (*path, "endpoint") if machine.get("endpoint") else ("line", n, "endpoint")
                yield (
                    where,
                    "an endpoint without security",
                    'Write security = { … }, or security = { allow_insecure = "the reason" }.',
                )


def _is_rule(signal: object) -> bool:
    return bool({"rules", "from_counter"} & set(_dict(signal)))


def _signal(path: Path, signal: dict[str, Any], signals: dict[str, Any], spaces: dict[str, Any]) -> Iterator[Fault]:
    node = signal.get("node")
    alias = str(node).split(";", 1)[0] if isinstance(node, str) and ";" in node else None
    if alias is not None and "=" not in alias and alias not in spaces:
        known = ", ".join(sorted(spaces)) or "none"
        yield (
            (*path, "node"),
            f"no namespace {alias!r} (there are: {known})",
            f'Add namespaces = {{ {alias} = "urn:…" }} to the line.',
        )
    for rule in signal.get("rules") or ():
        flag = _dict(rule).get("when")
        if flag is not None and flag not in signals:
            yield (*path, "rules"), f"no signal {flag!r} on this machine", "Name a signal of the same machine."
        reason = _dict(rule).get("reason")
        if reason is not None and reason not in signals:
            yield (*path, "rules"), f"no signal {reason!r} on this machine", "Name a signal of the same machine."
    counter = signal.get("from_counter")
    if counter is not None and _dict(signals.get(counter)).get("role") not in _COUNTERS:
        yield (*path, "from_counter"), f"{counter!r} is no counter of this machine", "Name a signal with a count role."


def _products(raw: dict[str, Any]) -> Iterator[Fault]:
    machines = {machine.get("id") for _, line in _tables(raw, "line") for _, machine in _tables(line, "machine")}
    for n, product in _tables(raw, "product"):
        for speed in ("ideal_cycle_s", "rate_per_h"):
            strange = [name for name in _dict(product.get(speed)) if name not in machines]
            if strange:
                yield ("product", n, speed), f"no machine {strange[0]!r}", "Name machines of this plant."


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
