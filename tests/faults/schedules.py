"""Random lives of a collector: appends, drains, rewrites, other writers, and whatever can go wrong on the way.

One rule is checked at the end, whatever happened: every row the journal acknowledged is in the store exactly once, every
other row at most once, and nothing is wrong without being told.
"""

from __future__ import annotations

import errno
import time
from contextlib import contextmanager

import pandas as pd

import smartfab as sf
from smartfab.errors import StoreError
from smartfab.store import draining, table_handle
from smartfab.store.journal_file import JournalFile
from smartfab.store.journal_queue import Queue
from smartfab.store.table_handle import TableHandle
from tests.faults.disk import ForgetfulDisk

PATIENT = {"flush_rows": 10**9, "flush_seconds": 1e9}
HOUR_NS = 3600 * 10**9
DAY_NS = 24 * HOUR_NS
SIGNALS = ("Press01/good", "Ép 1/nhiệt %")


class Crash(BaseException):
    """The process is gone."""


class Faults:
    """Counts the points an operation passes, and strikes at one of them."""

    def __init__(self):
        self.left = None
        self.error = None

    def arm(self, rng, points):
        self.left = rng.randrange(points)
        self.error = rng.choice([Crash, Crash, OSError])

    def disarm(self):
        struck, self.left = self.left is not None and self.left < 0, None
        return struck

    def point(self, name):
        if self.left is None or self.left < 0:
            return
        self.left -= 1
        if self.left < 0:
            if self.error is Crash:
                raise Crash(name)
            raise OSError(errno.ENOSPC if len(name) % 2 else errno.EIO, f"struck at {name}")

    def install(self, monkeypatch):
        """Put a point before and after everything an append, a drain or a rewrite does to the disk."""
        for owner, name in (
            (TableHandle, "_commit"), (Queue, "set_through"), (Queue, "set_aside"), (JournalFile, "record_times"),
            (table_handle.delta_log, "created"), (draining, "append_rows"), (Queue, "trim"),
        ):  # fmt: skip
            sqlite = owner in {Queue, JournalFile}
            monkeypatch.setattr(owner, name, self._around(name, getattr(owner, name), sqlite=sqlite))
        writing = JournalFile.writing

        @contextmanager
        def watched(file):
            with writing(file) as execute:
                self._told("before the journal's commit")
                yield execute
            if self.error is Crash:  # SQLite's commit either fails or does not
                self.point("after the journal's commit")

        monkeypatch.setattr(JournalFile, "writing", watched)

    def _told(self, name):
        """A point inside SQLite: what it says comes as an error of the store."""
        try:
            self.point(name)
        except OSError as error:
            raise StoreError(str(error)) from error

    def _around(self, name, function, *, sqlite):
        point = self._told if sqlite else self.point

        def call(*given, **named):
            point(f"before {name}")
            answer = function(*given, **named)
            point(f"after {name}")
            return answer

        return call


class Life:
    """One random life."""

    def __init__(self, folder, monkeypatch, rng, story):
        self.rng, self.story = rng, story
        self.folder = folder
        self.faults = Faults()
        self.disk = ForgetfulDisk(folder)
        self.faults.install(monkeypatch)
        self.disk.install(monkeypatch, self.faults.point)
        self.made = self.sent = 0  # rows the source has made, and those it need not send again
        self.acknowledged = 0
        self.other_seq = 0
        self._skew = 0
        monkeypatch.setattr(time, "time_ns", lambda now=time.time_ns: now() + self._skew)
        self.store = sf.open_store(folder)
        self.journal = self.store.journal("Dây 1/%", **PATIENT)

    def live(self, steps):
        for _ in range(steps):
            action = self.rng.choices(
                [self.append, self.drain, self.rewrite, self.other_writer, self.restart, self.set_clock, self.tidy],
                weights=[8, 5, 1, 2, 1, 1, 1],
            )[0]
            if self.rng.random() < 0.5:
                self.faults.arm(self.rng, 24)
            self.story.append(action.__name__)
            try:
                action()
            except StoreError as error:
                self.story.append(f"refused: {error.found[:40]}")
            except OSError as error:
                self.story.append(f"error: {error}")
            except Crash as crash:
                self.story.append(f"crashed {crash}")
                self.faults.disarm()
                self.die(power=self.rng.random() < 0.5)
            self.faults.disarm()

    def append(self):
        """The source sends what is not acknowledged yet, and a few rows more."""
        self.made = max(self.made, self.acknowledged + self.rng.randint(1, 6))
        number = self.journal.append({"samples": rows_of(self.acknowledged, self.made)})
        assert number > 0
        self.acknowledged = self.made

    def drain(self):
        self.journal.drain()

    def rewrite(self):
        self.store.compact("2026-03-02")

    def other_writer(self):
        """Somebody appends with a number, and tries again until it knows that it is in."""
        frame = rows_of(self.other_seq, self.other_seq + 1).assign(signal_id="other/one")
        self.store.append("samples", frame, app_id="other", seq=self.other_seq)
        self.other_seq += 1

    def set_clock(self):
        """Somebody sets the clock of this machine, forward or back."""
        self._skew = self.rng.choice([-7 * DAY_NS, -HOUR_NS, 0, HOUR_NS, 2 * DAY_NS])

    def tidy(self):
        self.store.sweep()
        self.store.vacuum()

    def restart(self):
        try:
            self.journal.close()
        except OSError:
            self.faults.disarm()
            self.begin()
            raise
        self.begin()

    def die(self, *, power):
        journal = self.journal
        with journal._changed:
            journal._closing = True
            journal._changed.notify_all()
        journal._thread.join()
        journal._file.close()
        journal._ownership.release()
        if power:
            self.disk.cut(self.rng)
            self.story.append("power cut")
            store = sf.open_store(self.folder)
            report = store.verify()
            if report.ok:
                store.read("samples")  # what is not told must be readable
            else:
                healed = store.heal(report)
                assert healed.ok, healed.left
        self.begin()

    def begin(self):
        self.store = sf.open_store(self.folder)
        self.journal = self.store.journal("Dây 1/%", **PATIENT)
        known = self.journal.last_times()
        durable = max((int((at - START) / STEP) + 1 for name, at in known.items() if name in SIGNALS), default=0)
        assert durable >= self.acknowledged, f"{durable} of {self.acknowledged} acknowledged rows are known"
        self.acknowledged = durable  # what came in without an acknowledgement is not sent again

    def end(self):
        """Everything in, and everything once."""
        for _ in range(3):
            try:
                self.journal.close()
                break
            except StoreError:
                self.begin()
        store = sf.open_store(self.folder)
        assert store.verify().faults == ()
        found = store.read("samples")
        mine = found[found["signal_id"].isin(SIGNALS)]
        values = sorted(mine["value"])
        assert values == [float(n) for n in range(self.acknowledged)], _difference(values, self.acknowledged)
        other = sorted(found.loc[found["signal_id"] == "other/one", "value"])
        assert len(set(other)) == len(other)
        assert other[: self.other_seq] == [float(n) for n in range(self.other_seq)]


START, STEP = pd.Timestamp("2026-03-02T06:00Z"), pd.Timedelta("1s")


def rows_of(first, last):
    """The rows of the source from `first` on: signals in turn, one a second, each with its own number."""
    numbers = range(first, last)
    return pd.DataFrame(
        {
            "signal_id": [SIGNALS[n % 2] for n in numbers],
            "ts": pd.DatetimeIndex([START + n * STEP for n in numbers]).as_unit("us"),
            "value": [float(n) for n in numbers],
        }
    )


def _difference(values, wanted):
    twice = sorted({value for value in values if values.count(value) > 1})
    lost = [n for n in range(wanted) if float(n) not in values]
    return f"lost {lost}, twice {twice}"
