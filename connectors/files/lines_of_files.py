"""What plant.toml says of a line whose data come as files."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from smartfab.errors import PlantError
from smartfab.plant import Line

SCHEME = "file"


def folder_of(line: Line, tz: str | None) -> tuple[Path, str | None]:
    """Return the folder of a line, and the zone of its local times.

    Parameters
    ----------
    line : Line
        With ``endpoint = "file://folder"``; ``?tz=Asia/Ho_Chi_Minh`` behind it names the zone.
    tz : str, optional
        Zone in place of that one.

    Returns
    -------
    tuple
        Folder, and IANA zone or None.

    Raises
    ------
    PlantError
        If its machines have no such endpoint, or several.
    """
    urls = sorted({url for machine in line.machines if (url := machine.endpoint or line.endpoint)} or {line.endpoint or ""})
    if len(urls) != 1 or urlsplit(urls[0]).scheme != SCHEME:
        raise PlantError(
            f"{len(urls)} endpoints, such as {urls[0]!r}",
            where=f"line {line.id}",
            expected='one endpoint = "file://folder"',
            remedy="Give each folder a line of its own.",
        )
    parts = urlsplit(urls[0])
    named = parse_qs(parts.query).get("tz", [None])[0]
    return Path(unquote(parts.netloc + parts.path)), tz or named


def names_in_files(line: Line) -> dict[str, str]:
    """Return what the signals of a line are called in its files.

    Parameters
    ----------
    line : Line
        Its signals name themselves by `path`.

    Returns
    -------
    dict of str to str
        Name in a file → signal_id.
    """
    return {
        signal.path: f"{machine.id}/{name}"
        for machine in line.machines
        for name, signal in machine.signals.items()
        if signal.path is not None
    }
