"""plant.toml ⇄ Plant, every fault at once with its line."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from smartfab.errors import PlantError
from smartfab.plant import Plant
from smartfab.plant_checks import relations
from smartfab.toml_places import Path as KeyPath
from smartfab.toml_places import line_of, places

_FILES = ("certificate", "private_key", "trust", "password_file")


def read_plant(path: str | Path) -> Plant:
    """Return the plant a plant.toml describes.

    Paths inside the file are taken from the folder the file is in.

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
        One error that lists every fault with its line.
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
    faults: dict[tuple[int, str], PlantError] = {}

    def add(path: KeyPath, found: str, remedy: str) -> None:
        line = line_of(path, where)
        key = ".".join(str(part) for part in path if isinstance(part, str))
        faults.setdefault((line, key), PlantError(found, where=f"{name}, line {line}, {key}", remedy=remedy))

    try:
        plant: Plant | None = Plant.model_validate(_absolute(raw, folder))
    except ValidationError as error:
        for item in error.errors(include_url=False, include_context=False):
            loc = tuple(item["loc"])
            add(_cut(loc, raw, absent=item["type"] == "missing"), *_retold(item["type"], item["msg"], loc))
        plant = None
    for loc, found, remedy in relations(raw):
        add(loc, found, remedy)
    if plant is None or faults:
        raise PlantError.of([faults[key] for key in sorted(faults)], where=name)
    return plant


def _cut(loc: KeyPath, raw: Any, *, absent: bool) -> KeyPath:  # noqa: ANN401
    """Leave off what pydantic adds for unions: keep the part of `loc` that exists, and a key that is absent."""
    kept: list[str | int] = []
    for part in loc:
        inside = (isinstance(raw, dict) and part in raw) or (
            isinstance(raw, list) and isinstance(part, int) and part < len(raw)
        )
        if not inside:
            if absent and isinstance(part, str):
                kept.append(part)
            break
        kept.append(part)
        raw = raw[part]
    return tuple(kept)


def _retold(kind: str, message: str, loc: KeyPath) -> tuple[str, str]:
    key = str(loc[-1])
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(key, _all_keys(), n=1)
        return f"unknown key {key!r}", f"Did you mean {close[0]!r}?" if close else "Remove it."
    if kind == "missing":
        return f"{key!r} is missing", f"Add {key} = …"
    message = message.removeprefix("Value error, ").removeprefix("Input should be ")
    return (message if "expected" in message or kind == "value_error" else f"expected {message}"), "Correct the value."


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


def _absolute(raw: Any, folder: Path | None) -> Any:  # noqa: ANN401
    """Make the paths of security tables absolute; leave everything else as it is."""
    if isinstance(raw, dict):
        return {
            key: {
                name: str(folder / value) if name in _FILES and isinstance(value, str) and folder else value
                for name, value in item.items()
            }
            if key == "security" and isinstance(item, dict)
            else _absolute(item, folder)
            for key, item in raw.items()
        }
    return [_absolute(item, folder) for item in raw] if isinstance(raw, list) else raw


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
    return key if plain else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(_pair(str(key), item) for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # JSON's strings and numbers are TOML's
