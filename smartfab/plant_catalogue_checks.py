"""What must hold between pieces of master data: ids once, machines and products that exist, parents without a circle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smartfab.toml_places import Path

Fault = tuple[Path, str, str]


def catalogue_relations(raw: dict[str, Any], machines: set[str]) -> Iterator[Fault]:
    """Yield the faults between pieces of master data, on the raw file.

    Parameters
    ----------
    raw : dict
        As tomllib read it, the rows of master data files added; any part of it may be of a wrong type.
    machines : set of str
        Ids of the machines.

    Returns
    -------
    iterator of (path, found, remedy)
        Nothing when all is well.
    """
    products = {str(item.get("id")) for _, item in _tables(raw, "product")}
    yield from _once(raw, "order", "id")
    yield from _once(raw, "reason", "id", "valid_from")
    yield from _once(raw, "person", "id", "valid_from")
    yield from _once(raw, "setup", "machine", "from_product", "to_product")
    for kind, keys in (("order", ("machine", "product")), ("setup", ("machine", "from_product", "to_product"))):
        for n, item in _tables(raw, kind):
            for key in keys:
                what = "machine" if key == "machine" else "product"
                known = machines if what == "machine" else products
                if known and isinstance(item.get(key), str) and item[key] not in known:
                    yield (kind, n, key), f"no {what} {item[key]!r}", f"Name one of {', '.join(sorted(known))}."
    yield from _orders(raw)
    yield from _validity(raw)
    yield from _parents(raw)
    yield from _teams(raw)


def _tables(raw: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    items = raw.get(key)
    return [(n, item) for n, item in enumerate(items) if isinstance(item, dict)] if isinstance(items, list) else []


def _once(raw: dict[str, Any], kind: str, *keys: str) -> Iterator[Fault]:
    seen: set[tuple[str, ...]] = set()
    for n, item in _tables(raw, kind):
        key = tuple(str(item.get(name)) for name in keys)
        if item.get(keys[0]) is not None or kind == "setup":
            if key in seen:
                told = " → ".join(str(item[name]) for name in keys if item.get(name) is not None)
                yield (
                    (kind, n, keys[0]),
                    f"{kind} {told!r} stands here a second time",
                    "Give each its own, or its own valid_from.",
                )
            seen.add(key)


def _orders(raw: dict[str, Any]) -> Iterator[Fault]:
    for n, item in _tables(raw, "order"):
        first, last = str(item.get("start", "")), str(item.get("end", ""))
        if first and last and len(first) == len(last) and last <= first:
            yield ("order", n, "end"), f"{last} is no later than {first}", "Put the times in order."


def _validity(raw: dict[str, Any]) -> Iterator[Fault]:
    for kind in ("product", "reason", "person"):
        for n, item in _tables(raw, kind):
            first, last = str(item.get("valid_from") or ""), str(item.get("valid_to") or "")
            if first and last and last <= first:
                yield (kind, n, "valid_to"), f"{last} is no later than {first}", "Put the dates in order; valid_to is excluded."


def _parents(raw: dict[str, Any]) -> Iterator[Fault]:
    above = {str(item.get("id")): item.get("parent") for _, item in _tables(raw, "reason")}
    for n, item in _tables(raw, "reason"):
        parent = item.get("parent")
        if parent is None:
            continue
        if parent not in above:
            yield ("reason", n, "parent"), f"no reason {parent!r}", "Name a reason, or leave it out."
            continue
        seen, at = [str(item.get("id"))], parent
        while at is not None and str(at) not in seen:
            seen.append(str(at))
            at = above.get(str(at))
        if at is not None and str(at) == seen[0]:
            yield ("reason", n, "parent"), f"a circle: {' → '.join([*seen, seen[0]])}", "Break the circle."


def _teams(raw: dict[str, Any]) -> Iterator[Fault]:
    teams = {name for _, item in _tables(raw, "rotation") for name in item.get("teams", []) if isinstance(name, str)}
    for n, item in _tables(raw, "person"):
        if teams and isinstance(item.get("team"), str) and item["team"] not in teams:
            yield ("person", n, "team"), f"no team {item['team']!r}", f"Name one of {', '.join(sorted(teams))}."
