"""`smartfab watch`: the lines of a plant on a board in the terminal, live."""

from __future__ import annotations

import json
import queue
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer

from smartfab.cli.languages import Language
from smartfab.errors import InsufficientDataError, SourceUnavailable

if TYPE_CHECKING:
    import pandas as pd

    from smartfab.charts.wording import Lang
    from smartfab.plant import Line, Plant
    from smartfab.sources import Batch

_CLEAR = "\x1b[H\x1b[2J"


def watch(
    plant: Annotated[Path, typer.Argument(help="The plant.toml.", show_default=False)],
    line: Annotated[str | None, typer.Option(help="This line only; every line if left out.")] = None,
    store: Annotated[Path | None, typer.Option(help="A store: the shift before now is taken from it.")] = None,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 2.0,
    seconds: Annotated[float | None, typer.Option(min=0, help="Stop after so many seconds.")] = None,
    lang: Annotated[Language | None, typer.Option(help="Language; the plant's own if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a look, each in a line.")] = False,
) -> int:
    """Show the plant live: what each machine does, its OEE so far this shift, the last stops, and the servers.

    Goes on through cuts until Ctrl+C. Nothing is stored; `collect` does that, beside it or elsewhere.

    Example: smartfab watch plant.toml --store store
    """
    from smartfab.charts.wording import language
    from smartfab.plant_file import read_plant

    described = read_plant(plant)
    spoken = language(described.plant.language if lang is None else lang.value)
    lines = described.lines if line is None else (described.line(line),)
    looking = Looking(described, lines)
    if store is not None:
        looking.recall(store)
    end = None if seconds is None else time.monotonic() + seconds
    live = sys.stdout.isatty() and not as_json
    with looking:
        try:
            while end is None or time.monotonic() < end:
                time.sleep(every if end is None else max(0.0, min(every, end - time.monotonic())))
                if as_json:
                    typer.echo(json.dumps(looking.told(), ensure_ascii=False))
                    continue
                shown = looking.board(spoken, shutil.get_terminal_size().columns if live else None)
                typer.echo(f"{_CLEAR}{shown}" if live else f"{shown}\n")
        except KeyboardInterrupt:
            typer.echo("")
    return 0


class Looking:
    """Lines being watched, each by a thread, into memory.

    Parameters
    ----------
    plant : Plant
        What the signals mean.
    lines : sequence of Line
        Which to watch.
    """

    def __init__(self, plant: Plant, lines: Sequence[Line]) -> None:
        from smartfab.connectors.opcua import OpcUaSource
        from smartfab.oee import LiveOEE

        self._plant = plant
        self._live = LiveOEE(plant)
        self._arrived = Arrived()
        self._sources = {line.id: OpcUaSource(line) for line in lines}
        self._failed: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._follow, args=(name,), name=f"watch-{name}") for name in self._sources]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for source in self._sources.values():
            source.close()

    def recall(self, store: Path) -> None:
        """Take in what a store knows of the last day.

        Parameters
        ----------
        store : Path
            Folder of a store.

        Raises
        ------
        StoreError
            If there is none.
        """
        import pandas as pd

        from smartfab.cli.stores import existing

        now = pd.Timestamp.now(tz="UTC")
        self._live.push(existing(store).read("samples", now - pd.Timedelta(days=1), now))

    def board(self, lang: Lang, width: int | None = None) -> str:
        """Return the board as it is now.

        Parameters
        ----------
        lang : {"en", "vi"}
            Language.
        width : int, optional
            Characters a line may have [1].

        Returns
        -------
        str
            Lines.

        Raises
        ------
        SmartfabError
            What ended the watching of a line for good, such as signals no server has.
        """
        from smartfab.cli.live_board import board

        return board(self._plant, *self._look(), lang=lang, width=width)

    def told(self) -> dict[str, object]:
        """Return what the board shows now, JSON-ready.

        Returns
        -------
        dict
            As `live_rows` gives it.

        Raises
        ------
        SmartfabError
            As `board`.
        """
        from smartfab.cli.board_rows import live_rows

        return live_rows(self._plant, *self._look())

    def _look(self) -> tuple[pd.DataFrame | None, pd.DataFrame | None, dict[str, Mapping[str, Any]]]:
        """Account and figures so far, None while nothing is known, and how the sources are."""
        if self._failed:
            raise self._failed[0]
        for frame in self._arrived.taken():
            self._live.push(frame)
        health: dict[str, Mapping[str, Any]] = {name: source.health() for name, source in self._sources.items()}
        try:
            return self._live.account(), self._live.snapshot(), health
        except InsufficientDataError:
            return None, None, health

    def _follow(self, line_id: str) -> None:
        try:
            self._sources[line_id].collect(self._arrived, stop=self._stop)
        except SourceUnavailable:  # told to stop before any server was reached
            if not self._stop.is_set():
                raise
        except BaseException as error:  # noqa: BLE001  raised by whoever looks next
            self._failed.append(error)


class Arrived:
    """A journal that keeps samples until they are taken."""

    def __init__(self) -> None:
        self._batches: queue.SimpleQueue[pd.DataFrame] = queue.SimpleQueue()
        self._count = 0

    def append(self, batch: Batch, *, alive: Mapping[str, int] | None = None) -> int:  # noqa: ARG002
        """Keep the samples of a batch.

        Parameters
        ----------
        batch : mapping of str to RecordBatch, Table or DataFrame
            Rows by table; only samples are of use here.
        alive : mapping of str to int, optional
            Not kept.

        Returns
        -------
        int
            Number of the batch [1].
        """
        import pandas as pd

        if "samples" in batch:
            rows = batch["samples"]
            self._batches.put(rows if isinstance(rows, pd.DataFrame) else rows.to_pandas())
            self._count += 1
        return self._count

    def last_times(self) -> Mapping[str, pd.Timestamp]:
        """Return nothing: what was before is not asked for."""
        return {}

    def alive_at(self, server: str | None = None) -> pd.Timestamp | None:  # noqa: ARG002
        """Return None: no earlier run is continued."""
        return None

    def close(self) -> None:
        """Do nothing."""

    def taken(self) -> Iterator[pd.DataFrame]:
        """Return what arrived since the last time.

        Yields
        ------
        DataFrame
            Table `samples`.
        """
        while not self._batches.empty():
            yield self._batches.get()
