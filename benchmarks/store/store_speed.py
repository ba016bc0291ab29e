"""The store beside a plain pyarrow dataset and DuckDB: appends, one signal of a day, a scan, the journal.

    python benchmarks/store/store_speed.py [--appends 100] [--rows 100000] [--rounds 15]

Times are CPU seconds of this process, the contenders taken in turns, medians; what the disk takes to sync is measured
apart, on files of the same size, and told beside them. Bars: appends ≤ 2.5 × plain + syncs, ≤ 7 B/row; one signal of a
compacted day ≤ 2 × pyarrow on that row group; a scan ≤ 300 MB of memory.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from sample_day import batch

import smartfab as sf

RESULTS = Path(__file__).parents[1] / "results"
SIGNAL, DAY = "Press03/sig4", "2026-03-02"


class Clock:
    """CPU and wall seconds of a call."""

    def __init__(self) -> None:
        self.cpu: dict[str, list[float]] = {}
        self.wall: dict[str, list[float]] = {}

    def __call__(self, name: str, call: Callable[[], object]) -> object:
        cpu, wall = time.process_time(), time.perf_counter()
        answer = call()
        self.cpu.setdefault(name, []).append(time.process_time() - cpu)
        self.wall.setdefault(name, []).append(time.perf_counter() - wall)
        return answer

    def median(self, name: str) -> float:
        return statistics.median(self.cpu[name])


def appends(folder: Path, number: int, rows: int, clock: Clock) -> dict[str, float]:
    """Append to each contender in turns; returns bytes a row."""
    store, plain = sf.open_store(folder / "store"), folder / "plain"
    database = duckdb.connect(str(folder / "duck.db"))
    database.execute("SET threads TO 1")
    plain.mkdir()
    for k in range(number):
        table = batch(k, rows)
        frame = table.to_pandas()
        clock("append: smartfab (DataFrame, durable)", lambda f=frame, k=k: store.append("samples", f, app_id="bench", seq=k))
        path = plain / f"part-{k}.parquet"
        clock("append: plain pyarrow dataset", lambda t=table, p=path: pq.write_table(t, p, compression="zstd"))
        clock("append: sync of that file", lambda p=path: _sync(p))
        database.register("incoming", table)
        if k == 0:
            database.execute("CREATE TABLE samples AS SELECT * FROM incoming LIMIT 0")
        clock("append: DuckDB", lambda: database.execute("INSERT INTO samples SELECT * FROM incoming"))
    database.close()
    total = number * rows
    return {
        "smartfab": _size(folder / "store" / "samples") / total,
        "plain pyarrow": _size(plain) / total,
        "DuckDB": (folder / "duck.db").stat().st_size / total,
    }


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


def signal(folder: Path, rounds: int, clock: Clock) -> float:
    """Read one signal of a day before and after compaction; returns what the compaction took [s]."""
    store = sf.open_store(folder / "store")
    expected = len(store.read("samples", signals=[SIGNAL]))
    _round(store, "before compaction", 3, clock, expected)
    begin = time.process_time()
    assert store.compact(DAY)
    took = time.process_time() - begin
    path = max((folder / "store" / "samples").rglob("utc_day=*/*.parquet"), key=lambda one: one.stat().st_mtime_ns)
    footer = pq.ParquetFile(path).metadata
    bounds = [footer.row_group(k).column(0).statistics for k in range(footer.num_row_groups)]
    groups = [k for k, bound in enumerate(bounds) if bound.min <= SIGNAL <= bound.max]
    database = duckdb.connect(str(folder / "duck.db"), read_only=True)
    database.execute("SET threads TO 1")
    plain = ds.dataset(folder / "plain")

    def direct() -> int:
        return len(pq.ParquetFile(path, page_checksum_verification=True).read_row_groups(groups).to_pandas())

    for _ in range(rounds):
        _round(store, "after compaction", 1, clock, expected)
        assert clock("signal: pyarrow, that row group", direct) >= expected
        clock("signal: plain pyarrow dataset", lambda: plain.to_table(filter=ds.field("signal_id") == SIGNAL).to_pandas())
        clock("signal: DuckDB", lambda: database.execute("SELECT * FROM samples WHERE signal_id = ?", [SIGNAL]).df())
    database.close()
    return took


def _round(store: sf.store.Store, when: str, rounds: int, clock: Clock, expected: int) -> None:
    for _ in range(rounds):
        rows = clock(f"signal: smartfab, {when}", lambda: len(store.read("samples", signals=[SIGNAL])))
        assert rows == expected


def scan(folder: Path) -> tuple[int, float, float]:
    """Scan everything in a process of its own; returns rows, seconds, and the most memory it held [MB]."""
    command = [sys.executable, str(Path(__file__).with_name("scanning.py")), str(folder / "store")]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603  this interpreter
    return told["rows"], told["seconds"], told["mb"]


def journal(folder: Path, clock: Clock, number: int = 200) -> None:
    """Append batches of 1,000 rows to a journal, and drain it."""
    store = sf.open_store(folder / "journalled")
    made = [batch(1000 + k, 1000).to_batches()[0] for k in range(number)]
    with store.journal("bench", flush_rows=10**9, flush_seconds=1e9) as opened:
        for one in made:
            clock("journal: one durable batch of 1,000", lambda b=one: opened.append({"samples": b}))
        clock(f"journal: drain of {number * 1000:,} rows", opened.drain)


def main() -> None:
    """Run everything and print one table a question."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--appends", type=int, default=100)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    folder, clock = Path(tempfile.mkdtemp(dir=".")), Clock()
    try:
        sizes = appends(folder, given.appends, given.rows, clock)
        before = scan(folder)
        compacting = signal(folder, given.rounds, clock)
        after = scan(folder)
        journal(folder, clock)
    finally:
        shutil.rmtree(folder)
    report(clock, sizes, compacting, before, after)


def report(clock: Clock, sizes: dict[str, float], compacting: float, before: tuple, after: tuple) -> None:
    print(f"{'':44} {'CPU ms':>9} {'wall ms':>9}")
    for name, times in clock.cpu.items():
        print(f"{name:44} {1e3 * statistics.median(times):9.2f} {1e3 * statistics.median(clock.wall[name]):9.2f}")
    ours, plain = clock.median("append: smartfab (DataFrame, durable)"), clock.median("append: plain pyarrow dataset")
    one, direct = clock.median("signal: smartfab, after compaction"), clock.median("signal: pyarrow, that row group")
    print(f"compaction {compacting:.1f} s CPU")
    print("bytes a row: " + ", ".join(f"{name} {size:.2f}" for name, size in sizes.items()))
    for when, (rows, seconds, memory) in (("before", before), ("after", after)):
        print(f"scan of {rows:,} rows, {when} compaction: {seconds:.2f} s CPU, {memory:.0f} MB at most")
    print(f"bars: append {ours / plain:.2f} × plain (≤ 2.5 + syncs), {sizes['smartfab']:.2f} B/row (≤ 7), "
          f"one signal {one / direct:.2f} × its row group (≤ 2), scan {max(before[2], after[2]):.0f} MB (≤ 300)")  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    medians = {
        name: {"cpu_s": statistics.median(times), "wall_s": statistics.median(clock.wall[name])}
        for name, times in clock.cpu.items()
    }
    told = {"times": medians, "bytes_per_row": sizes, "compaction_s": compacting, "scan": {"before": before, "after": after}}
    (RESULTS / "store_speed.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
