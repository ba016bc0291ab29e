"""A production date put in place: what its lines made, in one version a table; what failed keeps the rows it had."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

import pandas as pd

from smartfab import shifts
from smartfab.bad_rows import BadRow
from smartfab.pipelines.outcome import Run
from smartfab.pipelines.parts import Made, Part
from smartfab.pipelines.production_days import window
from smartfab.pipelines.run_records import Record, write_record
from smartfab.plant import Plant
from smartfab.store import Store
from smartfab.store.layout import layout_of

_LOG = logging.getLogger("smartfab.pipelines")
_LOG.addHandler(logging.NullHandler())


def commit(plant: Plant, store: Store, day: dt.date, made: Sequence[tuple[Part, Made]], run: Run) -> None:
    """Put a day's tables in place; lines that failed keep the rows they had, and so does a table that could not be made.

    Parameters
    ----------
    plant : Plant
        With all its lines.
    store : Store
        Gets the tables.
    day : date
        The production date.
    made : sequence of (Part, Made)
        One a line.
    run : Run
        Is told.

    Raises
    ------
    StoreError
        If the store cannot be written.
    """
    failed = {part.line_id: result.error for part, result in made if result.error is not None}
    lost = {(part.line_id, name): why for part, result in made for name, why in result.lost.items()}
    told = failed | {f"{line_id} {name}": why for (line_id, name), why in lost.items()}
    _tell(day, failed, lost, run)
    run.findings += [item for _, result in made for item in result.findings]
    bad: set[BadRow] = {row for _, result in made if result.error is None for row in result.bad}
    run.quarantined += len(bad)
    store.put_aside(sorted(bad, key=lambda row: (row.table, row.raw)))
    tables = _joined(plant, day, [result for _, result in made if result.error is None])
    for name in tables:
        keep = {line_id for line_id, table in lost if table == name} | set(failed)
        if keep:
            tables[name] = pd.concat([tables[name], _kept(plant, store, name, day, keep)], ignore_index=True)
    models = {name: facts for _, result in made for name, facts in result.told.items()}
    if len(failed) < len(made):
        _put(store, day, tables, models, run)
    _LOG.info(
        "%s: %d of %d lines, new: %s", day, len(made) - len(failed), len(made), run.changed.get(day.isoformat(), "nothing")
    )
    computed = [part.line_id for part, result in made if result.error is None]
    at = pd.Timestamp.now("UTC").isoformat()
    files = {name: store.day_files(name, day) for name in tables}
    write_record(
        store, Record(day.isoformat(), at, run.versions, computed, {k: str(v) for k, v in told.items()}, files, models)
    )


def _tell(day: dt.date, failed: Mapping[str, str | None], lost: Mapping[tuple[str, str], str], run: Run) -> None:
    for line_id, reason in failed.items():
        run.failed[f"{line_id} {day}"] = str(reason)
        _LOG.warning("%s %s failed: %s", line_id, day, reason)
    for (line_id, name), reason in lost.items():
        run.failed[f"{line_id} {day} {name}"] = reason
        _LOG.warning("%s %s %s failed: %s", line_id, day, name, reason)


def _put(
    store: Store, day: dt.date, tables: Mapping[str, pd.DataFrame], models: Mapping[str, Mapping[str, object]], run: Run
) -> None:
    made_from = {table: version for table, version in run.versions.items() if version >= 0}
    for name, table in tables.items():
        run.rows[name] = run.rows.get(name, 0) + len(table)
        told: dict[str, object] = {"made_from": made_from, **({"model": models[name]} if name in models else {})}
        if store.replace_day(name, day, table, told=told):
            run.changed.setdefault(day.isoformat(), []).append(name)


def _joined(plant: Plant, day: dt.date, made: Sequence[Made]) -> dict[str, pd.DataFrame]:
    names = list(dict.fromkeys(name for result in made for name in result.tables))
    tables = {
        name: pd.concat([result.tables[name] for result in made if name in result.tables], ignore_index=True) for name in names
    }
    if plant.shift and made:
        start, end = window(plant, day)
        every = shifts.expand(plant, start, end)
        every.attrs = {}
        tables["shifts"] = every[every["production_date"] == pd.Timestamp(day)]
    return {name: table for name, table in tables.items() if layout_of(name).partition == "production_date"}


def _kept(plant: Plant, store: Store, name: str, day: dt.date, lines: set[str]) -> pd.DataFrame:
    machines = {machine.id for line, machine in plant.machines if line.id in lines}
    rows = store.read_day(name, day)
    return rows[rows["machine_id"].isin(machines)] if name != "shifts" else rows.iloc[:0]
