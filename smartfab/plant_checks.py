"""What must hold between the pieces of a plant.toml: ids once, names that exist, times that fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smartfab.plant_catalogue_checks import catalogue_relations
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
    own = [*_shifts(raw), *_calendar_places(raw), *_ids_once(raw), *_machines(raw), *_products(raw)]
    return [*own, *catalogue_relations(raw, machine_ids(raw))]


def _tables(raw: object, key: str) -> list[tuple[int, dict[str, Any]]]:
    items = raw.get(key) if isinstance(raw, dict) else None
    return [(n, item) for n, item in enumerate(items) if isinstance(item, dict)] if isinstance(items, list) else []


def _names(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _ids(tables: list[tuple[int, dict[str, Any]]]) -> set[str]:
    return {item["id"] for _, item in tables if isinstance(item.get("id"), str)}


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
    known = _ids(_tables(raw, "shift")) | {"off"}
    for n, item in _tables(raw, "rotation"):
        teams, pattern = _names(item.get("teams")), _names(item.get("pattern"))
        strange = [name for name in pattern if name not in known]
        if strange:
            yield ("rotation", n, "pattern"), f"no shift {strange[0]!r}", f"Use one of {', '.join(sorted(known))}."
        if teams and len(pattern) % len(teams):
            yield (
                ("rotation", n, "pattern"),
                f"{len(pattern)} steps for {len(teams)} teams",
                "Make the steps a multiple of the teams.",
            )
    for n, item in _tables(raw, "exception"):
        for name in _names(item.get("shifts")):
            if name not in known:
                yield ("exception", n, "shifts"), f"no shift {name!r}", "Name a [[shift]] of this file."
        if item.get("kind") == "overtime" and not item.get("shifts") and not (item.get("start") and item.get("end")):
            yield ("exception", n, "kind"), "overtime without its time", "Give start and end, or shifts."
        first, last = str(item.get("from")), str(item.get("to", item.get("from")))
        if last < first:
            yield ("exception", n, "to"), f"{last} is before {first}", "Put the dates in order."


def _calendar_places(raw: dict[str, Any]) -> Iterator[Fault]:
    """Shifts and exceptions may stand for one line or machine: a name that is none would silently mean nowhere."""
    lines = _ids(_tables(raw, "line"))
    for table in ("shift", "exception"):
        for n, item in _tables(raw, table):
            for key, known in (("line", lines), ("machine", machine_ids(raw))):
                if known and isinstance(item.get(key), str) and item[key] not in known:
                    yield (table, n, key), f"no {key} {item[key]!r}", f"Name one of {', '.join(sorted(known))}."


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
            url = machine.get("endpoint") or line.get("endpoint")
            if url and not str(url).startswith("file://") and not (machine.get("security") or line.get("security")):
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
    for _, rule in _tables(signal, "rules"):
        for name in _names([rule.get("when"), rule.get("reason")]):
            if name not in signals:
                yield (*path, "rules"), f"no signal {name!r} on this machine", "Name a signal of the same machine."
    counter = signal.get("from_counter")
    if isinstance(counter, str) and _dict(signals.get(counter)).get("role") not in _COUNTERS:
        yield (*path, "from_counter"), f"{counter!r} is no counter of this machine", "Name a signal with a count role."


def _products(raw: dict[str, Any]) -> Iterator[Fault]:
    machines = machine_ids(raw)
    for n, product in _tables(raw, "product"):
        for speed in ("ideal_cycle_s", "rate_per_h"):
            strange = [name for name in _dict(product.get(speed)) if name not in machines]
            if strange:
                yield ("product", n, speed), f"no machine {strange[0]!r}", "Name machines of this plant."


def machine_ids(raw: dict[str, Any]) -> set[str]:
    """Return the ids of all machines.

    Parameters
    ----------
    raw : dict
        What tomllib read.

    Returns
    -------
    set of str
        Ids.
    """
    return {name for _, line in _tables(raw, "line") for name in _ids(_tables(line, "machine"))}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
