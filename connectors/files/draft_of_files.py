"""What the files of a folder speak of, as the draft of a plant."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from smartfab.errors import SignalNotFound, SourceRefused
from smartfab.exports.folding import fold
from smartfab.exports.samples_wide import columns_beside_times
from smartfab.plant import Plant

from .file_samples import samples_of

_MACHINE = "machine-1"


def drafted(paths: Iterable[Path], folder: Path, tz: str | None, *, where: str) -> Plant:
    """Return a plant of one line that has what files speak of.

    Parameters
    ----------
    paths : iterable of Path
        The files.
    folder : Path
        Where they stand.
    tz : str, optional
        IANA zone of local times.
    where : str
        For errors.

    Returns
    -------
    Plant
        Each signal with the `path` it is called by in the files; "machine/signal" is taken apart.

    Raises
    ------
    SignalNotFound
        If no file names a signal.
    SourceRefused
        If a file is not in order; it lists every fault with its row.
    """
    said: dict[str, None] = {}
    for path in paths:
        headers = columns_beside_times(path)
        if headers is None:
            said |= dict.fromkeys(map(str, samples_of(path, names={}, tz=tz)["signal_id"].unique()))
        else:
            said |= dict.fromkeys(headers)
    if not said:
        raise SignalNotFound("no file names a signal", where=where, expected="readings", remedy="Look at the files.")
    machines: dict[str, dict[str, dict[str, str]]] = {}
    for name in said:
        machine, _, signal = name.rpartition("/")
        signals = machines.setdefault(_id(machine) or _MACHINE, {})
        key = _id(signal) or "signal"
        signals[_free(key, signals)] = {"path": name}
    line = {
        "id": "line-1", "endpoint": f"file://{folder}{f'?tz={tz}' if tz else ''}",
        "machine": [{"id": machine, "signals": signals} for machine, signals in machines.items()],
    }  # fmt: skip
    try:
        return Plant.model_validate({"plant": {"id": "plant", "timezone": tz or "Asia/Ho_Chi_Minh"}, "line": [line]})
    except ValueError as error:
        raise SourceRefused(str(error).splitlines()[0], where=where, remedy="Write the plant.toml by hand.") from error


def _id(text: str) -> str:
    plain = text if text.isascii() and text.replace("_", "").replace("-", "").isalnum() else fold(text).replace(" ", "_")
    return "".join(char for char in plain if char.isalnum() or char in "_-")


def _free(key: str, taken: Iterable[str]) -> str:
    """Return the key, with a number behind it where another signal has it already."""
    known, number = set(taken), 2
    free = key
    while free in known:
        free, number = f"{key}_{number}", number + 1
    return free
