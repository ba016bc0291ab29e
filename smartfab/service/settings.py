"""What the service is told when it starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

KIB = 1024
MIB = 1024 * KIB


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Settings:
    """Where the register and the plant are, and what a client may ask of the service.

    Attributes
    ----------
    db : str
        Address of the register; never shown, it may hold a password.
    files : Path or None
        Folder of attachments; beside the file of SQLite if left out.
    plant, store : Path or None
        The plant.toml and the store, for plans, measurements, OEE and stops; without them these say so.
    organisation, place : str
        Name of the plant and where it is, for the council's papers.
    templates : Path or None
        The plant's own papers.
    secure : bool
        Cookies travel over TLS only; said by whoever put TLS in front.
    body, upload : int
        Most bytes of a request, and of one with a file [1].
    receive_s : float
        How long a request may take to arrive [s].
    patience_s : float
        How long a write waits for others before the client is told to try again [s].
    memory_s : float
        How long a token and the roles of a person are remembered: what another process takes away holds no longer [s].
    readers, writers : int
        How many requests that read, and how many that write, are worked on at once [1].
    now : callable
        Gives the present as an aware time.
    """

    db: str = field(repr=False)
    files: Path | None = None
    plant: Path | None = None
    store: Path | None = None
    tz: str = "Asia/Ho_Chi_Minh"
    organisation: str = "…"
    place: str = "…"
    templates: Path | None = None
    secure: bool = False
    body: int = 256 * KIB
    upload: int = 26 * MIB
    receive_s: float = 20.0
    patience_s: float = 5.0
    memory_s: float = 1.0
    readers: int = 8
    writers: int = 4
    now: Callable[[], dt.datetime] = field(default_factory=lambda: _now)
