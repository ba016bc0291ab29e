"""plant.toml ⇄ Plant, every fault at once with its line."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from pydantic import BaseModel, ValidationError

from smartfab.errors import PlantError
from smartfab.plant import Plant
from smartfab.plant_catalogue import MASTER_FILES
from smartfab.plant_checks import machine_ids, relations
from smartfab.plant_master_files import MasterFiles, read_master_files
from smartfab.toml_places import Path as KeyPath
from smartfab.toml_places import line_of, places

__all__ = ["parse_plant", "read_plant", "written"]

_EXPECTED = {
    "model_type": "a table",
    "dict_type": "a table",
    "tuple_type": "a list",
    "too_short": "at least one item",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "a text",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
}
_FILES = {"security": ("certificate", "private_key", "trust", "password_file"), "defects": ("model",)}


def read_plant(path: str | Path) -> Plant:
    """Return the plant a plant.toml describes.

    Paths inside the file are taken from the folder the file is in. Files of master data that [plant] names (products,
    orders, reasons, setups, calendar, people) are read and checked with it.

    Parameters
    ----------
    path : str or Path
        The file; UTF-8.

    Returns
    -------
    Plant
        Checked as a whole.

    Raises
    ------
    PlantError
        One error that lists every fault with its line, or with file, sheet and row.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PlantError(
            f"cannot be read ({error})",
            where=str(file),
            expected="a plant.toml in UTF-8",
            remedy="Check the path and the encoding.",
        ) from error
    return parse_plant(text, name=str(file), folder=file.resolve().parent)


def parse_plant(text: str, *, name: str = "plant.toml", folder: Path | None = None) -> Plant:
    """Return the plant described by the text of a plant.toml.

    Parameters
    ----------
    text : str
        TOML.
    name : str
        Name of the file, for the error.
    folder : Path, optional
        Where relative paths start.

    Returns
    -------
    Plant
        Checked as a whole.

    Raises
    ------
    PlantError
        One error that lists every fault with its line.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlantError(f"not TOML: {error}", where=name, remedy="Mend the syntax at that place.") from error
    where = places(text)
    files = read_master_files(raw, folder or Path(), sorted(machine_ids(raw)))
    raw = _with_entries(raw, files)
    faults: dict[tuple[int, str], PlantError] = {}

    def add(path: KeyPath, told: _Told) -> None:
        line = line_of(path, where)
        key = ".".join(str(part) for part in path if isinstance(part, str))
        origin = next((files.origins[path[:n]] for n in range(len(path), 1, -1) if path[:n] in files.origins), None)
        place = origin or f"{name}, line {line}, {key}"
        error = PlantError(told.found, where=place, expected=told.expected, remedy=told.remedy)
        faults.setdefault((line, place), error)

    try:
        plant: Plant | None = Plant.model_validate(_absolute(raw, folder, _zone_of(raw)))
    except ValidationError as error:
        plant = None
        for path, told in _retold(error, raw):
            add(path, told)
    for path, found, remedy in relations(raw):
        add(path, _Told(found, None, remedy))
    if plant is None or faults or files.faults:
        raise PlantError.of([*(faults[key] for key in sorted(faults)), *files.faults], where=name)
    return plant


def _with_entries(raw: dict[str, Any], files: MasterFiles) -> dict[str, Any]:
    """Put the rows of master data files behind what stands in the file itself; their names have then served."""
    head = raw.get("plant")
    if not isinstance(head, dict) or not set(head) & set(MASTER_FILES):
        return raw
    own = {kind: raw[kind] if isinstance(raw.get(kind), list) else [] for kind in files.entries}
    joined = {kind: [*own[kind], *entries] for kind, entries in files.entries.items()}
    left = {key: value for key, value in head.items() if key not in MASTER_FILES or not isinstance(value, str)}
    return {**raw, **joined, "plant": left}


class _Told(NamedTuple):
    found: str
    expected: str | None
    remedy: str


def _retold(error: ValidationError, raw: dict[str, Any]) -> list[tuple[KeyPath, _Told]]:
    """Say what pydantic found in the words of the file: of a union's branches the one that went deepest."""
    items = [(_inside(item["loc"], raw), item) for item in error.errors(include_url=False, include_context=False)]
    paths = [path for path, _ in items]
    deepest = [
        (path, item)
        for path, item in items
        if len(path) == len(item["loc"]) or not any(other[: len(path)] == path and other != path for other in paths)
    ]
    return [(path, _told(item["type"], item["msg"], path, raw)) for path, item in deepest]


def _inside(loc: KeyPath, raw: Any) -> KeyPath:  # noqa: ANN401
    """Leave out of `loc` what is not in the file, such as the names of a union's branches; keep a key that is absent."""
    path: list[str | int] = []
    for n, part in enumerate(loc):
        there = part in raw if isinstance(raw, dict) else isinstance(raw, list) and isinstance(part, int) and part < len(raw)
        if there:
            path.append(part)
            raw = raw[part]
        elif n == len(loc) - 1 and isinstance(raw, dict) and part in _all_keys():
            path.append(part)
    return tuple(path)


def _told(kind: str, message: str, path: KeyPath, raw: Any) -> _Told:  # noqa: ANN401
    key = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(key, _all_keys(), n=1)
        return _Told(f"unknown key {key!r}", None, f"Did you mean {close[0]!r}?" if close else "Remove it.")
    if kind == "missing":
        return _Told(f"{key!r} is missing", None, f"Add {key} = …")
    if kind == "value_error":
        return _Told(message.removeprefix("Value error, "), None, "Correct the value.")
    for part in path:
        raw = raw[part]
    secret = {"security", "endpoint"} & set(path) or isinstance(raw, (dict, list))
    expected = _EXPECTED.get(kind, message.removeprefix("Input should be "))
    return _Told("a value that does not fit" if secret else repr(raw), expected, "Correct the value.")


def _all_keys() -> list[str]:
    keys: set[str] = set()
    models: list[type[BaseModel]] = [Plant]
    while models:
        model = models.pop()
        for name, field in model.model_fields.items():
            keys.add(field.alias or name)
            models += _models_in(field.annotation)
    return sorted(keys)


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _zone_of(raw: dict[str, Any]) -> str:
    head = raw.get("plant")
    return str(head.get("timezone", "")) if isinstance(head, dict) else ""


def _folder_url(url: str, folder: Path | None, tz: str) -> str:
    """A folder of files with its whole path and the zone of its local times: a line knows neither file nor plant."""
    named, _, query = url.removeprefix("file://").partition("?")
    whole = (folder / unquote(named)) if folder else Path(unquote(named))
    return f"file://{quote(whole.as_posix())}?{query or f'tz={tz}'}"


def _absolute(raw: Any, folder: Path | None, tz: str) -> Any:  # noqa: ANN401
    """Make the paths of security tables, of models and of folders of files absolute; leave everything else as it is."""
    if isinstance(raw, dict):
        return {
            key: {
                name: str(folder / value) if name in _FILES[key] and isinstance(value, str) and folder else value
                for name, value in item.items()
            }
            if key in _FILES and isinstance(item, dict)
            else _folder_url(item, folder, tz)
            if key == "endpoint" and isinstance(item, str) and item.startswith("file://")
            else _absolute(item, folder, tz)
            for key, item in raw.items()
        }
    return [_absolute(item, folder, tz) for item in raw] if isinstance(raw, list) else raw


def written(plant: Plant) -> str:
    """Return the text of a plant.toml that reads back as the same plant.

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    str
        TOML.
    """
    data = plant.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    lines = ["[plant]", *(_pair(key, value) for key, value in data.pop("plant").items())]
    machines_of = {line["id"]: line.pop("machine", ()) for line in data.get("line", ())}
    for table, items in data.items():
        if isinstance(items, dict):
            lines += ["", f"[{table}]", *(_pair(key, value) for key, value in items.items())]
            continue
        for item in items:
            lines += ["", f"[[{table}]]", *(_pair(key, value) for key, value in item.items())]
            for machine in machines_of.get(item.get("id"), ()) if table == "line" else ():
                signals = machine.pop("signals", {})
                lines += ["", "[[line.machine]]", *(_pair(key, value) for key, value in machine.items())]
                if signals:
                    lines += ["", "[line.machine.signals]", *(_pair(key, value) for key, value in signals.items())]
    return "\n".join(lines) + "\n"


def _pair(key: str, value: object) -> str:
    return f"{_key(key)} = {_value(value)}"


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if plain else _json(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(_pair(str(key), item) for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return _json(value)


def _json(value: object) -> str:
    """JSON's strings and numbers are TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
