"""What a plant runs every night: take in what is missing, compact, look whether the store is whole, and say how it went.

    python nightly_etl.py plant.toml plant-data

Ends with the exit codes of the commands of smartfab: 0 ok, 3 partial, 5 store error, 75 try later; the last line is JSON.
Running it twice, or after it was killed, gives the same tables.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, timedelta

import pandas as pd

import smartfab as sf
from smartfab.errors import StoreError, WriteConflictError

DAYS_BACK = 7


def recent_days(plant: sf.Plant, now: pd.Timestamp) -> list[date]:
    """The production dates of the last week that are over."""
    from smartfab.pipelines.production_days import last_over

    last = last_over(plant, now)
    return [last - timedelta(days=back) for back in reversed(range(DAYS_BACK))]


def run(plant: sf.Plant, store: sf.store.Store, now: pd.Timestamp) -> tuple[int, dict[str, object]]:
    """One night: returns the exit code and what happened."""
    store.drain_journals()  # what a collector that was killed left behind
    days = recent_days(plant, now)
    done = sf.pipelines.backfill(plant, store, sf.pipelines.missing(plant, store, days))
    closed = [day for day in days if store.compact(day)]
    store.vacuum()
    store.sweep()
    report = store.verify()
    late = sf.pipelines.pending(plant, store, days)
    told = {**done.to_dict(), "compacted": [str(day) for day in closed], "faults": [str(fault) for fault in report.faults]}
    told["late"] = {str(day): reason for day, reason in late.items()}
    return (5 if not report.ok else 3 if not done.ok else 0), told


def main() -> int:
    """Read the command line, run, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plant", help="the plant.toml")
    parser.add_argument("store", help="folder of the store")
    given = parser.parse_args()
    try:
        code, told = run(sf.read_plant(given.plant), sf.open_store(given.store), pd.Timestamp.now("UTC"))
    except WriteConflictError as error:
        code, told = 75, {"error": str(error)}
    except StoreError as error:
        code, told = 5, {"error": str(error)}
    print(json.dumps({"exit": code, **told}, ensure_ascii=False))
    return code


if __name__ == "__main__":
    sys.exit(main())
