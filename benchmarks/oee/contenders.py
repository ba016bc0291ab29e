"""Shift OEE of a machine-year, asked of smartfab, DuckDB and polars.

The peers answer a simpler question: no breaks, reasons, minor stops or dated products, no unknown time, one ideal cycle.
They are helped: shifts of equal length let them bucket counts by a division, where the engine looks up calendars. Running
time comes from what was quicker in each: in DuckDB an interval join of states with shifts, in polars one cumulative sum
looked up at the edges of the shifts.
Each contender is `prepare(tables) -> run`; `run()` gives run_s, total, good and oee by machine and shift, in order of time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import machine_data as made
import pandas as pd
import pyarrow as pa

Run = Callable[[], pd.DataFrame]
COLUMNS = ["run_s", "total", "good", "oee"]


def smartfab_full(states: pa.Table, counts: pa.Table, machines: int, threads: int) -> Run:  # noqa: ARG001  one thread always
    import smartfab as sf

    tables = {"states": states.to_pandas(), "counts": counts.to_pandas()}
    change = made.START + pd.Timedelta(days=180)
    products = pd.DataFrame({"product_id": "P", "ideal_cycle_s": [made.CYCLE_S, 1.9], "valid_from": [pd.NaT, change]})
    reasons = pd.DataFrame({"reason_id": ["jam", "clean", "tool"], "category": ["unplanned_stop", "planned_stop", "setup"]})
    more = {"shifts": made.shifts(breaks=True), "stop_reasons": made.stop_reasons(machines), "reasons": reasons}

    def run() -> pd.DataFrame:
        data = sf.PlantData(**tables, **more, products=products, tz="Asia/Ho_Chi_Minh", day_start="06:00")
        return _in_order(sf.oee.evaluate(data, made.START, made.START + pd.Timedelta(hours=8 * made.SHIFTS)))

    return run


def smartfab_simple(states: pa.Table, counts: pa.Table, machines: int, threads: int) -> Run:  # noqa: ARG001  one thread always
    import smartfab as sf

    tables = {"states": states.to_pandas(), "counts": counts.to_pandas(), "shifts": made.shifts(breaks=False)}
    products = pd.DataFrame({"product_id": ["P"], "ideal_cycle_s": [made.CYCLE_S]})

    def run() -> pd.DataFrame:
        # planned stops are taken out of planned time by the engine; the peers do not, so they are mapped away here
        data = sf.PlantData(
            **tables, products=products, state_map={"planned_stop": "idle"}, tz="Asia/Ho_Chi_Minh", day_start="06:00"
        )
        return _in_order(sf.oee.evaluate(data, made.START, made.START + pd.Timedelta(hours=8 * made.SHIFTS)))

    return run


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["machine_id", "production_date", "shift_id"])[COLUMNS]


SQL = """
WITH spans AS (
    SELECT machine_id, state, epoch_us(ts) AS a,
           lead(epoch_us(ts), 1, {last}) OVER (PARTITION BY machine_id ORDER BY ts) AS b
    FROM states),
shifts AS (
    SELECT n, {first} + n * {shift} AS begins, {first} + (n + 1) * {shift} AS ends FROM range(0, {shifts}) AS grid(n)),
running AS (
    SELECT machine_id, n, sum(least(b, ends) - greatest(a, begins)) / 1e6 AS run_s
    FROM spans JOIN shifts ON a < ends AND b > begins WHERE state = 'running' GROUP BY ALL),
made AS (
    SELECT machine_id, (epoch_us(ts) - {first}) // {shift} AS n, sum(good) AS good, sum(good) + sum(scrap) AS total
    FROM counts GROUP BY ALL)
SELECT run_s, total, good, good * {cycle} / {planned} AS oee
FROM running JOIN made USING (machine_id, n)
ORDER BY machine_id, n
"""


def duckdb_sql(states: pa.Table, counts: pa.Table, machines: int, threads: int) -> Run:  # noqa: ARG001  told by the tables
    import duckdb

    base = duckdb.connect(config={"threads": threads})
    for name, table in (("states", states), ("counts", counts)):
        base.register("arrow_table", table)
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM arrow_table")  # noqa: S608  names from the line above
        base.unregister("arrow_table")
    query = SQL.format(
        first=made.FIRST, last=made.LAST, shift=made.SHIFT, shifts=made.SHIFTS, cycle=made.CYCLE_S, planned=made.SHIFT / 1e6
    )
    return lambda: base.execute(query).df()


def polars_frames(states: pa.Table, counts: pa.Table, machines: int, threads: int) -> Run:  # noqa: ARG001  set by environment
    import polars as pl

    held: dict[str, Any] = {"states": pl.from_arrow(states), "counts": pl.from_arrow(counts)}

    def run() -> pd.DataFrame:
        us = pl.col("ts").to_physical()
        until = (
            held["states"]
            .lazy()
            .select("machine_id", a=us, runs=pl.col("state") == "running")
            .sort("machine_id", "a")
            .with_columns(b=pl.col("a").shift(-1, fill_value=made.LAST).over("machine_id"))
            .with_columns(length=pl.when("runs").then(pl.col("b") - pl.col("a")).otherwise(0))
            .with_columns(done=pl.col("length").cum_sum().over("machine_id"))
            .sort("a")
        )
        grid = pl.LazyFrame({"n": range(made.SHIFTS + 1)}).with_columns(at=made.FIRST + pl.col("n") * made.SHIFT)
        edges = until.select(pl.col("machine_id").unique()).join(grid, how="cross").sort("at")
        ahead = pl.when("runs").then((pl.col("b") - pl.col("at")).clip(lower_bound=0)).otherwise(0)
        running = (
            edges.join_asof(until, left_on="at", right_on="a", by="machine_id", check_sortedness=False)
            .with_columns(run_us=pl.col("done") - ahead)
            .sort("machine_id", "n")
            .with_columns(run_s=(pl.col("run_us").shift(-1) - pl.col("run_us")).over("machine_id") / 1e6)
        )
        pieces = (
            held["counts"]
            .lazy()
            .group_by("machine_id", n=(us - made.FIRST) // made.SHIFT)
            .agg(pl.col("good").sum(), total=pl.col("good").sum() + pl.col("scrap").sum())
        )
        answer = running.join(pieces, on=["machine_id", "n"]).sort("machine_id", "n")
        oee = pl.col("good") * made.CYCLE_S / (made.SHIFT / 1e6)
        return answer.select("run_s", "total", "good", oee=oee).collect().to_pandas()

    return run


CONTENDERS: dict[str, Callable[[pa.Table, pa.Table, int, int], Run]] = {
    "smartfab": smartfab_full,
    "smartfab, the peers' question": smartfab_simple,
    "DuckDB": duckdb_sql,
    "polars": polars_frames,
}
