"""A machine-year (1 M state rows, 10 M count rows) → OEE of 1,095 shifts, beside DuckDB and polars.

    python benchmarks/oee/machine_year.py [--machines 1] [--scale 1.0] [--rounds 5] [--growth]

Each contender is a process of its own with the tables already in its own form; rounds are taken in turns; medians count.
Memory is what the first round needs beyond the tables (Linux). Run seconds, pieces and OEE of every shift must be equal
between all who answer the same question, else this ends with an error.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import machine_data
import numpy as np
import pyarrow.parquet as pq
from contenders import CONTENDERS

RESULTS = Path(__file__).parents[1] / "results"
FULL, SIMPLE = "smartfab", "smartfab, the peers' question"
FIELD = [(FULL, 1), (SIMPLE, 1), ("DuckDB", 1), ("polars", 1), ("DuckDB", 2), ("polars", 2)]
MIB = 2**20


class Worker:
    """One contender in its own process: it answers each line with its times."""

    def __init__(self, name: str, threads: int, folder: Path, machines: int) -> None:
        self.name, self.threads = name, threads
        self.rounds: list[dict[str, float]] = []
        self.answer = folder / f"{list(CONTENDERS).index(name)}-{threads}.npy"
        command = [sys.executable, __file__, "--worker", name, "--threads", str(threads), "--machines", str(machines)]
        limits = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
        self.process = subprocess.Popen(  # noqa: S603  this interpreter, this file
            [*command, "--folder", str(folder), "--answer", str(self.answer)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | limits,
        )  # fmt: skip
        self.held = json.loads(self._line())["held_mib"]

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with code {self.process.wait()}")
        return line

    def run(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        self.rounds.append(json.loads(self._line()))

    def figures(self) -> dict[str, object]:
        warm = self.rounds[1:] or self.rounds
        times = {f"{kind}_s": statistics.median(one[f"{kind}_s"] for one in warm) for kind in ("cpu", "wall")}
        extra = self.rounds[0]["extra_mib"]
        return {"contender": self.name, "threads": self.threads, **times, "extra_mib": extra, "held_mib": self.held}

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def serve(name: str, threads: int, folder: Path, machines: int, answer: Path) -> None:
    """Answer each line of the standard input with the times of one run."""
    tables = [pq.read_table(folder / f"{table}.parquet").combine_chunks() for table in ("states", "counts")]
    size = sum(table.nbytes for table in tables) / MIB
    run = CONTENDERS[name](*tables, machines, threads)
    del tables
    gc.collect()
    print(json.dumps({"held_mib": size}), flush=True)
    for _ in sys.stdin:
        before = _resident("VmRSS", reset=True)
        cpu, wall = time.process_time(), time.perf_counter()
        result = run()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        extra = (_resident("VmHWM") - before) / 1024
        np.save(answer, result.to_numpy(float))
        del result
        gc.collect()
        print(json.dumps({"cpu_s": cpu, "wall_s": wall, "extra_mib": extra}), flush=True)


def _resident(field: str, *, reset: bool = False) -> float:
    """Resident memory [KiB], now (VmRSS) or at its highest since the last reset (VmHWM); not a number elsewhere."""
    if not sys.platform.startswith("linux"):
        return float("nan")
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(field)))


def measure(machines: int, scale: float, rounds: int, field: list[tuple[str, int]]) -> list[dict[str, object]]:
    """The figures of each contender; an error if their answers differ."""
    with tempfile.TemporaryDirectory() as name:
        folder = _tables(Path(name), machines, scale)
        with _working([Worker(contender, threads, folder, machines) for contender, threads in field], rounds) as workers:
            answers = {(w.name, w.threads): np.load(w.answer) for w in workers if w.name != FULL}
    _compare(answers, machines)
    return [{"machines": machines, "scale": scale, **worker.figures()} for worker in workers]


def _tables(folder: Path, machines: int, scale: float) -> Path:
    folder.mkdir(exist_ok=True)
    pq.write_table(machine_data.states(machines, scale), folder / "states.parquet")
    pq.write_table(machine_data.counts(machines, scale), folder / "counts.parquet")
    return folder


@contextmanager
def _working(workers: list[Worker], rounds: int) -> Iterator[list[Worker]]:
    """Workers that have run all rounds in turns; a first one to warm up comes on top."""
    try:
        for n in range(rounds + 1):
            for k in range(len(workers)):
                workers[(n + k) % len(workers)].run()
        yield workers
    finally:
        for worker in workers:
            worker.close()


def _compare(answers: dict[tuple[str, int], np.ndarray], machines: int) -> None:
    reference = answers.get((SIMPLE, 1))
    for who, answer in answers.items():
        if answer.shape != (machines * machine_data.SHIFTS, 4):
            raise SystemExit(f"{who}: {answer.shape[0]} shifts, expected {machines * machine_data.SHIFTS}")
        if reference is not None and not np.allclose(answer, reference, rtol=0, atol=1e-6):
            worst = np.abs(answer - reference).max(axis=0)
            raise SystemExit(f"{who} differs from smartfab in run_s, total, good, oee by up to {worst}")


def _show(rows: list[dict[str, object]]) -> None:
    best = {
        kind: min(float(str(row[kind])) for row in rows if "smartfab" not in str(row["contender"]))
        for kind in ("cpu_s", "wall_s")
    }
    heads = ("threads", 8), ("CPU s", 9), ("wall s", 9), ("CPU/peer", 10), ("wall/peer", 11), ("extra", 8), ("tables, MiB", 13)
    print(f"{'contender':<32}" + "".join(f"{head:>{width}}" for head, width in heads))
    for row in rows:
        cpu, wall, extra, held = (float(str(row[name])) for name in ("cpu_s", "wall_s", "extra_mib", "held_mib"))
        row |= {"cpu_ratio": cpu / best["cpu_s"], "wall_ratio": wall / best["wall_s"]}
        print(
            f"{row['contender']:<32}{row['threads']:>8}{cpu:>9.2f}{wall:>9.2f}{cpu / best['cpu_s']:>10.2f}"
            f"{wall / best['wall_s']:>11.2f}{extra:>8.0f}{held:>13.0f}"
        )


def _grow(scale: float, rounds: int) -> dict[str, float]:
    """CPU time of ten machines over that of one, at the same rows a machine; one contender after the other, for the room."""
    growth: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folders = {machines: _tables(Path(name) / str(machines), machines, scale) for machines in (1, 10)}
        for contender in (FULL, "DuckDB", "polars"):
            sizes = [Worker(contender, 1, folder, machines) for machines, folder in folders.items()]
            with _working(sizes, rounds) as workers:
                one, ten = (worker.figures() for worker in workers)
            growth[contender] = float(str(ten["cpu_s"])) / float(str(one["cpu_s"]))
            print(
                f"{contender}: ten machines take {growth[contender]:.1f} times the CPU of one "
                f"({ten['cpu_s']:.2f} s, {ten['extra_mib']:.0f} MiB beside {ten['held_mib']:.0f} MiB of tables)"
            )
    return growth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--machines", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0, help="of a machine-year's rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--growth", action="store_true", help="also from one machine to ten, at the same rows a machine (12 GB)"
    )
    for name in ("--worker", "--threads", "--folder", "--answer"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        serve(given.worker, int(given.threads), Path(given.folder), given.machines, Path(given.answer))
        return
    rows = measure(given.machines, given.scale, given.rounds, FIELD)
    _show(rows)
    told: dict[str, object] = {"rows": rows}
    if given.growth:
        told["growth_1_to_10_machines"] = _grow(given.scale, given.rounds)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "oee_machine_year.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
