"""Rolling statistics beside pandas, bottleneck, numbagg, polars, TA-Lib and DuckDB, in one process and by turns.

    python benchmarks/kernels/rolling.py [--full] [--rows 1000000] [--windows 100,1000] [--rounds 5]

Prints how many times each peer's rate ours is, and the distance to a plain copy; writes results/rolling.json. The short
form leaves out DuckDB and the largest window. What a peer does wrong on hard inputs is told by accuracy.py.
"""

import argparse
import json
import os
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from comparisons import BLIND, COMPARISONS, QUANTILE
from races import copy_rate, race, show

import smartfab as sf

RESULTS = Path(__file__).parents[1] / "results"
CPU = time.process_time
SIX = ["mean", "std", "min", "max", "slope", "count"]
FIVE = ["mean", "std", "min", "max", "count"]


def machine_signal(rows: int, seed: int) -> np.ndarray:
    """Drift and noise about 20."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal(rows).cumsum() * 0.01 + 20 + rng.standard_normal(rows) * 0.3


def ours(statistic, x, y, w, p):
    if statistic == "ewm":
        return sf.ewm(x, span=w, threads=1).mean()
    r = sf.rolling(x, w, min_periods=p, threads=1)
    if statistic in {"cov", "corr"}:
        return getattr(r, statistic)(y)
    return r.quantile(QUANTILE) if statistic == "quantile" else getattr(r, statistic)()


def single(rows: int, windows: list[int], rounds: int, limit: float, *, full: bool) -> list[dict[str, object]]:
    """Every statistic of one series, finite and with 2 % missing."""
    x, y = machine_signal(rows, 0), machine_signal(rows, 1)
    holes = np.where(np.random.default_rng(2).random(rows) < 0.02, np.nan, x)
    out = np.empty((1, rows))
    lines = []
    for missing, series in ((False, x), (True, holes)):
        for w in windows:
            p = w // 2 if missing else w
            for statistic, peers in COMPARISONS.items():
                field = {"smartfab": lambda n, s=statistic, w=w, p=p, x=series: ours(s, x[:n], y[:n], w, p)}
                if statistic not in {"ewm", "cov", "corr", "quantile"}:
                    field["smartfab, out="] = lambda n, s=statistic, w=w, p=p, x=series: sf.rolling(
                        x[:n], w, min_periods=p, threads=1
                    ).agg([s], out=out[:, :n] if n == rows else None)
                for name, peer in peers.items():
                    if (name == "duckdb" and not full) or (missing and name in BLIND):
                        continue
                    field[name] = lambda n, peer=peer, w=w, p=p, x=series: peer(x[:n], y[:n], w, p)
                title = f"{statistic} w={w}{' 2% missing' if missing else ''}"
                lines.append(show(title, race(field, rows, rounds, CPU), "smartfab", limit))
    return lines


def channels(rows: int, rounds: int, limit: float) -> list[dict[str, object]]:
    """Six statistics of 16 channels, window 100, on the wall; rates are of channel rows."""
    import bottleneck as bn
    import polars as pl
    import talib

    data = np.asfortranarray(np.stack([machine_signal(rows, k) for k in range(16)], axis=1))
    frame = pd.DataFrame(data, columns=[f"c{k}" for k in range(16)], copy=False)
    out = np.empty((16 * 6, rows))

    def by_pandas(n):
        r, t = frame.iloc[:n].rolling(100), pd.Series(np.arange(float(n)))
        return r.agg(FIVE), [frame[name].iloc[:n].rolling(100).cov(t) for name in frame]

    def by_polars(n):
        columns = pl.DataFrame({name: data[:n, k] for k, name in enumerate(frame)})
        return columns.select(getattr(pl.col(c), f"rolling_{s}")(100).alias(c + s) for c in frame for s in FIVE[:4])

    def by_talib(n):
        kinds = (talib.SMA, talib.STDDEV, talib.MIN, talib.MAX, talib.LINEARREG_SLOPE)
        return [f(data[:n, k], 100) for k in range(16) for f in kinds]

    field = {
        "smartfab": lambda n: sf.rolling(frame.iloc[:n], 100, threads=1).agg(SIX),
        "smartfab, 2 threads": lambda n: sf.rolling(frame.iloc[:n], 100, threads=2).agg(SIX),
        "smartfab, 2 threads, out=": lambda n: sf.rolling(frame.iloc[:n], 100, threads=2).agg(
            SIX, out=out if n == rows else None
        ),
        "pandas": by_pandas,
        "polars (4 of 6)": by_polars,
        "talib (5 of 6)": by_talib,
        "bottleneck (4 of 6)": lambda n: [getattr(bn, f"move_{s}")(data[:n], 100, axis=0) for s in FIVE[:4]],
    }
    out[:] = 0  # so that its memory is there
    rates = {name: 16 * rate for name, rate in race(field, rows, max(3, rounds), time.perf_counter).items()}
    return [show(f"six of 16 channels, wall ({name})", rates, name, limit) for name in field if name.startswith("smartfab")]


def in_time(rows: int, rounds: int, limit: float) -> list[dict[str, object]]:
    """Five statistics and the median of 60 s windows over irregular stamps."""
    import polars as pl

    seconds = np.random.default_rng(3).exponential(1.0, rows).cumsum()
    index = pd.to_datetime((seconds * 1e6).astype(np.int64), unit="us")
    s = pd.Series(machine_signal(rows, 0), index=index)
    table = pl.DataFrame({"t": index.to_numpy(), "x": s.to_numpy()}).with_columns(pl.col("t").set_sorted())

    def polars_by(*names):
        return lambda n: table[:n].select(getattr(pl.col("x"), f"rolling_{k}_by")("t", "60s").alias(k) for k in names)

    five = {
        "smartfab": lambda n: sf.rolling(s.iloc[:n], "60s", threads=1).agg(FIVE),
        "pandas": lambda n: s.iloc[:n].rolling("60s").agg(FIVE),
        "polars (4 of 5)": polars_by(*FIVE[:4]),
    }
    median = {
        "smartfab": lambda n: sf.rolling(s.iloc[:n], "60s", threads=1).median(),
        "pandas": lambda n: s.iloc[:n].rolling("60s").median(),
        "polars": polars_by("median"),
    }
    return [
        show(title, race(field, rows, rounds, CPU), "smartfab", limit)
        for title, field in (("60s five", five), ("60s median", median))
    ]


def chunks(rows: int, rounds: int, limit: float) -> list[dict[str, object]]:
    """A stream in chunks of 1,000 rows, window 100; each chunk's results are let go before the next."""
    x = machine_signal(rows, 0)

    def push(names):
        def run(n):
            stream = sf.RollingStream(100, names)
            for at in range(0, n, 1000):
                stream.push(x[at : at + 1000])

        return run

    fields = {
        "stream, mean": ["mean"],
        "stream, seven": ["count", "sum", "mean", "var", "min", "max", "slope"],
        "stream, median": ["median"],
    }
    return [
        show(title, race({"smartfab": push(names)}, rows, rounds, CPU), "smartfab", limit) for title, names in fields.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="10 M rows, all windows, DuckDB too")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--windows", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    rows = given.rows or (10_000_000 if given.full else 500_000)
    windows = given.windows or ([10, 100, 1000, 100_000] if given.full else [100, 1000])
    warnings.simplefilter("ignore")
    for name in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # both are read when these libraries are first imported, which is later
    copies = copy_rate(rows, given.rounds)
    limit = copies["copy"]
    print(f"copy {limit:.0f} M rows/s, into fresh memory {copies['copy, fresh']:.0f}")
    many = min(rows, 1_000_000)
    lines = single(rows, windows, given.rounds, limit, full=given.full)
    lines += channels(many // 5 if not given.full else many, given.rounds, limit)
    lines += in_time(many, given.rounds, limit) + chunks(many, given.rounds, limit)
    RESULTS.mkdir(exist_ok=True)
    report = {"rows": rows, "rounds": given.rounds, "copy": copies, "lines": lines}
    (RESULTS / "rolling.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
