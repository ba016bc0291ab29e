"""`check_source`: what every source of machine data must do, tried on a running one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd

from smartfab.errors import SignalNotFound, SmartfabError, StoreError, TimeError
from smartfab.plant import Plant
from smartfab.sources import Source
from smartfab.tables import conform
from smartfab.testing.memory_store import MemoryStore

__all__ = ["check_source"]

_NO_SUCH = "no machine/no signal"


def check_source(
    source: Source | Callable[[], Source], *, start: object = None, end: object = None, seconds: float = 1.0
) -> list[str]:  # fmt: skip
    """Try the laws of a source on a running one, and return those it keeps.

    It only reads; nothing is written but to a store in memory. An instance is closed at the end.

    Parameters
    ----------
    source : Source or callable
        The source, connected to something that has samples; or what makes one.
    start, end : time, optional
        A window in the past in which it has history; by default the hour before the latest current value, or all of a
        day before it if that is empty.
    seconds : float
        How long to let it collect and watch [s].

    Returns
    -------
    list of str
        The laws, in the order they were tried.

    Raises
    ------
    AssertionError
        That lists every law it breaks, each with what was seen.

    Examples
    --------
    >>> from smartfab.testing import check_source
    >>> check_source(MySource("press-1"))  # doctest: +SKIP
    """
    tried = source if isinstance(source, Source) else source() if callable(source) else source
    trial = _Trial(tried, seconds)
    laws: dict[str, Callable[[], None]] = {
        "it has every method of smartfab.sources.Source": trial.is_source,
        "read gives table samples, one row a signal": trial.reads,
        "history lies in its half-open window, in order": lambda: trial.keeps_window(start, end),
        "history is the same when asked again": trial.repeats,
        "history of two halves is the history of the whole": trial.splits,
        "history of some signals is of these signals": trial.chooses,
        "history in batches is the history": trial.batches,
        "a signal that is not there is SignalNotFound": trial.misses,
        "naive times and empty windows are TimeError": trial.refuses,
        "discover gives a plant with signals": trial.discovers,
        "watch gives table samples": trial.watches,
        "collect stores table samples with rising numbers, and stops when told": trial.collects,
        "a store that refuses is an error, or is asked again": trial.insists,
        "health is JSON with a state": trial.is_healthy,
        "close may be called twice": trial.closes,
    }
    broken = []
    for law, attempt in laws.items():
        try:
            attempt()
        except (AssertionError, SmartfabError, TypeError, ValueError, KeyError, AttributeError, OSError) as error:
            broken.append(f"{law}: {type(error).__name__}: {error}")
            if not trial.usable:
                break
    if broken:
        listed = [f"  {n}. {text}" for n, text in enumerate(broken, 1)]
        raise AssertionError("\n".join([f"{len(broken)} laws of a source are broken:", *listed]))
    return list(laws)


def _must(holds: object, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


class _Trial:
    """One source, and what it has shown of itself so far."""

    def __init__(self, source: Source, seconds: float) -> None:
        self.source, self.seconds = source, seconds
        self.usable = True
        self.current = pd.DataFrame()
        self.whole = pd.DataFrame()
        self.window: tuple[pd.Timestamp, pd.Timestamp] | None = None

    def is_source(self) -> None:
        self.usable = isinstance(self.source, Source)
        names = [name for name in dir(Source) if not name.startswith("_")]
        missing = [name for name in names if not callable(getattr(self.source, name, None))]
        _must(self.usable, f"missing: {', '.join(missing)}")

    def reads(self) -> None:
        self.current = _samples(self.source.read(), "read")
        _must(len(self.current), "read gave nothing: connect it to something that has values")
        doubled = self.current["signal_id"][self.current["signal_id"].duplicated()]
        _must(not len(doubled), f"two rows for {', '.join(map(str, doubled[:3]))}")

    def keeps_window(self, start: object, end: object) -> None:
        if start is not None and end is not None:
            spans = [(pd.Timestamp(str(start)), pd.Timestamp(str(end)))]
        else:
            last = self.current["ts"].max() + pd.Timedelta(1, "us")
            spans = [(last - pd.Timedelta(length), last) for length in ("1h", "1D")]
        for span in spans:
            self.window = span
            self.whole = _samples(self.source.read_history(*span), "read_history")
            if len(self.whole):
                break
        _must(len(self.whole), f"no history in {self.window}: give start and end of one")
        first, last = spans[-1] if self.window is None else self.window
        outside = self.whole[(self.whole["ts"] < first) | (self.whole["ts"] >= last)]
        _must(not len(outside), f"{len(outside)} rows outside [{first}, {last}), such as {outside['ts'].iloc[:1].tolist()}")
        keys = self.whole[["signal_id", "ts"]]
        _must(_equal(keys, keys.sort_values(["signal_id", "ts"], kind="stable")), "not sorted by (signal_id, ts)")

    def repeats(self) -> None:
        _must(_equal(self._history(), self.whole), "the second answer differs from the first")

    def splits(self) -> None:
        first, last = self._window()
        middle = self.whole["ts"].sort_values().iloc[len(self.whole) // 2]
        if not first < middle < last:
            return
        halves = pd.concat([self._history(end=middle), self._history(start=middle)], ignore_index=True)
        seen = f"cut at {middle}: {len(halves)} rows, the whole has {len(self.whole)}"
        _must(_equal(_ordered(halves), _ordered(self.whole)), seen)

    def chooses(self) -> None:
        one = str(self.whole["signal_id"].iloc[0])
        mine = self.whole[self.whole["signal_id"] == one]
        _must(_equal(self._history(signals=[one]), mine), f"signals=[{one!r}] does not give exactly its rows")

    def batches(self) -> None:
        given = list(self.source.read_history_batches(*self._window()))
        parts = [_samples(part, "read_history_batches") for part in given if len(part)]
        joined = _ordered(pd.concat(parts, ignore_index=True)) if parts else self.whole.iloc[:0]
        seen = f"{len(joined)} rows in {len(parts)} batches, {len(self.whole)} at once"
        _must(_equal(joined.drop_duplicates(ignore_index=True), _ordered(self.whole)), seen)

    def misses(self) -> None:
        with _raising(SignalNotFound, f"read_history(signals=[{_NO_SUCH!r}])"):
            self.source.read_history(*self._window(), signals=[_NO_SUCH])

    def refuses(self) -> None:
        first, last = self._window()
        with _raising(TimeError, "a naive start"):
            self.source.read_history(first.tz_localize(None), last)
        with _raising(TimeError, "end = start"):
            self.source.read_history(first, first)

    def discovers(self) -> None:
        found = self.source.discover()
        _must(isinstance(found, Plant), f"discover gave a {type(found).__name__}")
        _must(any(machine.signals for _, machine in found.machines), "a plant without signals")

    def watches(self) -> None:
        _samples(self.source.watch(self.seconds), "watch")

    def collects(self) -> None:
        store = MemoryStore()
        self._collect(store)
        for table, frame in store.appended:
            conform(frame, table)
        numbers = [(app_id, seq) for app_id, seq in store.numbers if app_id is not None]
        _must(len(set(numbers)) == len(numbers), "a transaction number was used twice")
        for app_id in {app_id for app_id, _ in numbers}:
            mine = [seq or 0 for name, seq in numbers if name == app_id]
            _must(mine == sorted(mine), f"the numbers of {app_id} do not rise")

    def insists(self) -> None:
        store = MemoryStore(refusals=1)
        try:
            self._collect(store)
        except StoreError:
            return
        _must(not store.refused or store.holds(store.refused), "what the store refused was dropped without a word")

    def is_healthy(self) -> None:
        told = dict(self.source.health())
        _must(isinstance(told.get("state"), str), "no state")
        json.dumps(told)

    def closes(self) -> None:
        self.source.close()
        self.source.close()

    def _window(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        if self.window is None or not len(self.whole):
            raise AssertionError("there was no history to try it on")
        return self.window

    def _history(self, *, start: object = None, end: object = None, signals: list[str] | None = None) -> pd.DataFrame:
        first, last = self._window()
        found = self.source.read_history(first if start is None else start, last if end is None else end, signals=signals)
        return _samples(found, "read_history")

    def _collect(self, store: MemoryStore) -> None:
        """Collect in a thread of its own, so that a source that does not stop is found out."""
        stop, done, failures = threading.Event(), threading.Event(), list[BaseException]()

        def run() -> None:
            try:
                self.source.collect(store, stop=stop)
            except BaseException as error:  # noqa: BLE001  raised again below, in the thread of the caller
                failures.append(error)
            finally:
                done.set()

        threading.Thread(target=run, name="check-source", daemon=True).start()
        done.wait(self.seconds)
        stop.set()
        _must(done.wait(30.0), "collect did not end within 30 s of being told to stop")
        if failures:
            raise failures[0]


@contextmanager
def _raising(kind: type[Exception], what: str) -> Iterator[None]:
    try:
        yield
    except kind:
        return
    raise AssertionError(f"{what} did not raise {kind.__name__}")


def _samples(found: object, where: str) -> pd.DataFrame:
    _must(isinstance(found, pd.DataFrame), f"{where} gave a {type(found).__name__}")
    ready = conform(found, "samples")  # type: ignore[arg-type]  # looked at above
    ready.attrs = {}
    return ready


def _ordered(samples: pd.DataFrame) -> pd.DataFrame:
    return samples.sort_values(["signal_id", "ts"], kind="stable", ignore_index=True)


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.reset_index(drop=True).equals(other.reset_index(drop=True))
