"""Random lives of the nightly job: the same intervals again, overlapping, killed half-way, with late data and failing parts.

At the end the figures are those of a store that got everything at once and was computed once, row for row.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import smartfab as sf
from smartfab.pipelines import committing, parts, run_records, runs
from smartfab.store.table_handle import TableHandle

FIGURES = ("states", "counts", "shifts", "account", "oee")
ZONES = {
    "Asia/Ho_Chi_Minh": dt.date(2026, 3, 2),
    "Europe/Rome": dt.date(2026, 3, 28),  # 23 hours
    "America/New_York": dt.date(2026, 10, 31),  # 25 hours
}


class Killed(BaseException):
    """The process is gone."""


def thin(sim):
    """The samples of two days, few enough for many lives; every change of state is in."""
    samples = sim.samples
    return samples[samples["signal_id"].str.endswith("/state") | (samples.index % 50 == 0)].reset_index(drop=True)


class Jobs:
    """One random life; the machine is off on the third date."""

    def __init__(self, folder, rng, story, sim, monkeypatch):
        self.folder, self.rng, self.story, self.patched = folder, rng, story, monkeypatch
        zone = rng.choice(sorted(ZONES))
        first = ZONES[zone]
        story.append(zone)
        told = sim.plant.model_dump(mode="json", by_alias=True, exclude_none=True)
        self.plant = sf.Plant.model_validate({**told, "plant": {**told["plant"], "timezone": zone}})
        self.days = [first + dt.timedelta(days=n) for n in range(3)]
        moved = pd.Timestamp(f"{first} 06:00", tz=zone) - pd.Timestamp("2026-03-02 06:00", tz="Asia/Ho_Chi_Minh")
        rows = thin(sim)
        self.samples = rows.assign(ts=rows["ts"] + moved, server_ts=rows["server_ts"] + moved)
        self.chunks = self._cut()
        self.store = sf.open_store(folder)
        self.sent = 0

    def _cut(self):
        """The samples in pieces; each comes some time, not in the order of time."""
        parts = self.rng.randint(2, 5)
        number = pd.Series([self.rng.randrange(parts) for _ in range(-(-len(self.samples) // 200))])
        which = number.repeat(200).to_numpy()[: len(self.samples)]
        return [self.samples[which == part] for part in range(parts)]

    def live(self, steps):
        actions = [self.late, self.again, self.killed, self.part_fails, self.compact]
        for _ in range(steps):
            action = self.rng.choice(actions)
            self.story.append(action.__name__)
            action()

    def late(self):
        if self.sent < len(self.chunks):
            assert self.store.append("samples", self.chunks[self.sent], app_id="late", seq=self.sent)
            self.sent += 1
            assert not self.store.append("samples", self.chunks[self.sent - 1], app_id="late", seq=self.sent - 1)

    def some(self):
        """An interval, which may be empty."""
        begin, end = sorted(self.rng.choices(range(len(self.days) + 1), k=2))
        return self.days[begin:end]

    def again(self):
        days = self.some()
        run = sf.pipelines.backfill(self.plant, self.store, days)
        assert run.ok, run.failed
        versions = {name: self.store.version(name) for name in FIGURES}
        assert sf.pipelines.backfill(self.plant, self.store, days).changed == {}
        assert {name: self.store.version(name) for name in FIGURES} == versions

    def killed(self):
        """At any of the moments at which a job writes: before it or after it."""
        left = self.rng.randrange(14)

        def deadly(function):
            def call(*given, **named):
                nonlocal left
                left -= 1
                if left == 0:
                    raise Killed
                answer = function(*given, **named)
                left -= 1
                if left == 0:
                    raise Killed
                return answer

            return call

        with self.patched.context() as patched:
            patched.setattr(TableHandle, "change", deadly(TableHandle.change))
            patched.setattr(committing, "write_record", deadly(run_records.write_record))
            try:
                sf.pipelines.backfill(self.plant, self.store, self.some())
            except Killed:
                self.story.append("in the middle")
        self.store = sf.open_store(self.folder)
        assert self.store.verify().ok

    def part_fails(self):
        """One date cannot be computed; the others are there, and the one that failed is told."""
        days = self.some()
        if not days:
            return
        broken, compute = self.rng.choice(days), runs.compute
        with self.patched.context() as patched:
            patched.setattr(
                runs, "compute", lambda part, **how: parts.Made(error="no") if part.date == broken else compute(part, **how)
            )
            run = sf.pipelines.backfill(self.plant, self.store, days)
        assert list(run.failed) == [f"L1 {broken}"]
        assert broken in sf.pipelines.missing(self.plant, self.store, self.days)

    def compact(self):
        self.store.compact(self.days[0] + dt.timedelta(days=self.rng.randrange(2)))

    def end(self):
        while self.sent < len(self.chunks):
            self.late()
        wanted = sf.pipelines.missing(self.plant, self.store, self.days, reopens="100000D")
        assert sf.pipelines.backfill(self.plant, self.store, wanted).ok
        assert sf.pipelines.missing(self.plant, self.store, self.days, reopens="100000D") == []
        other = sf.open_store(self.folder.with_name("once"))
        other.append("samples", self.samples)
        assert sf.pipelines.backfill(self.plant, other, self.days).ok
        for name in FIGURES:
            pd.testing.assert_frame_equal(self.store.read(name), other.read(name), obj=name)
        self._every_second_once()

    def _every_second_once(self):
        zone = self.plant.timezone
        for day in self.days:
            start, end = (pd.Timestamp(f"{one} 06:00", tz=zone) for one in (day, day + dt.timedelta(days=1)))
            account = self.store.read_day("account", day)
            assert account["duration_s"].sum() == pytest.approx((end - start).total_seconds(), abs=1e-6), day
            assert (account["start"].to_list()[1:], account["start"].iloc[0]) == (account["end"].to_list()[:-1], start)
