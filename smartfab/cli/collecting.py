"""`smartfab collect`: the lines of a plant → the store, until told to stop."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli import exit_codes
from smartfab.cli.reading_options import OnBad, WhatOfBad
from smartfab.errors import SmartfabError

if TYPE_CHECKING:
    from smartfab.pipelines.collection import Gathering
    from smartfab.store import Store

_TICK_S = 0.5


def collect(
    plant: Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)],
    store: Annotated[Path, typer.Option(help="Folder of the store; made if there is none.", show_default=False)],
    line: Annotated[str | None, typer.Option(help="This line only; every line if left out.")] = None,
    until: Annotated[str | None, typer.Option(help="Stop at this time, with its offset, or when that date begins.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="Stop after so many seconds.")] = None,
    metrics: Annotated[str | None, typer.Option(help="Serve counts for Prometheus there, such as 127.0.0.1:9464.")] = None,
    on_bad: WhatOfBad = OnBad.stop,
) -> int:
    """Collect samples from the plant's servers into a store.

    Goes on until Ctrl+C, --until or --seconds. Ends 0 when told to stop, 3 when some signals or lines failed,
    4 when no server answered; the last line is JSON.

    Example: smartfab collect plant.toml --store store
    """
    from smartfab.cli.moments import typed
    from smartfab.pipelines.alerting import Alarm
    from smartfab.pipelines.collection import Gathering, registered
    from smartfab.plant_file import read_plant
    from smartfab.store import open_store

    if until is not None and seconds is not None:
        raise typer.BadParameter("give one of --until and --seconds")
    described = read_plant(plant)
    lines = described.lines if line is None else (described.line(line),)
    length = seconds
    if until is not None:
        length = max(0.0, typed(until, described, "--until").timestamp() - time.time())
    kept = open_store(store).bearing(on_bad.value)
    begin = time.monotonic()
    gathering = Gathering(lines, kept, threading.Event(), registered, _tell, alarm=Alarm.of(described, kept))
    with _served(metrics, gathering, kept), _stopped_by_signals(gathering.stop), gathering:
        _watch(gathering, None if length is None else begin + length)
    for name, why in gathering.skipped().items():
        _tell(f"SignalNotFound: {name}: {why}")
    code = ending(gathering, len(lines))
    told = {"command": "collect", "exit": code, "seconds": round(time.monotonic() - begin, 3), **gathering.summary()}
    typer.echo(json.dumps(told, ensure_ascii=False))
    unexpected = gathering.unexpected()
    if unexpected is not None:
        raise unexpected
    return code


def ending(gathering: Gathering, lines: int) -> int:
    """Return the exit code of a collection.

    Parameters
    ----------
    gathering : Gathering
        That has ended.
    lines : int
        Lines that were to be collected [1].

    Returns
    -------
    int
        0 if all went well, 3 if a part did, else that of the first failure [1].
    """
    if not gathering.failures:
        return exit_codes.PARTIAL if gathering.skipped() else exit_codes.OK
    if len(gathering.failures) < lines:
        return exit_codes.PARTIAL
    first = next(iter(gathering.failures.values()))
    return exit_codes.exit_code(first) if isinstance(first, SmartfabError) else exit_codes.INTERNAL


def _tell(sentence: str, /) -> None:
    typer.echo(f"smartfab: {' '.join(sentence.split())}", err=True)


def _watch(gathering: Gathering, end: float | None) -> None:
    """Wait until told to stop, the time is over, or every line has ended by itself."""
    shows = sys.stderr.isatty()
    while gathering.is_alive():
        left = _TICK_S if end is None else min(_TICK_S, end - time.monotonic())
        if left <= 0 or gathering.stop.wait(left):
            break
        if shows:
            typer.echo(f"\r\x1b[K{_heartbeat(gathering)}", err=True, nl=False)
    if shows:
        typer.echo("", err=True)


def _heartbeat(gathering: Gathering) -> str:
    told = [f"{name}: {health['state']}, {health.get('appended', 0):,} samples" for name, health in gathering.health().items()]
    return " · ".join(told)


@contextmanager
def _served(address: str | None, gathering: Gathering, store: Store) -> Iterator[None]:
    from smartfab.pipelines.metrics import exposition, served

    with contextlib.ExitStack() as stack:
        if address is not None:
            host, port = stack.enter_context(served(address, lambda: exposition(gathering.health(), store.open_journals())))
            _tell(f"metrics at http://{host}:{port}/metrics")
        yield


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGINT and SIGTERM set the event in place of ending the process."""

    def take(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
