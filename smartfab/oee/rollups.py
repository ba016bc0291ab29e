"""From many result rows to fewer: terms are summed, ratios are made anew, never averaged."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from smartfab.errors import MissingColumnError, TableError
from smartfab.findings import attach, finding
from smartfab.oee.cells import KEYS, cells_again, finished, summed
from smartfab.oee.formulas import EVENTS, MIN_COVERAGE, PIECES, SECONDS, MinorStops, Unknown, check_options, doubts, with_ratios


def rollup(
    kpis: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    unknown: Unknown = "exclude",
    minor_stops: MinorStops = "performance",
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Return result rows added up: sums of terms, never means of ratios.

    Over several machines this is "all machine time"; the OEE of machines in series is `sf.oee.line`.

    Parameters
    ----------
    kpis : DataFrame
        Table `oee`, from `evaluate`, `from_totals` or `rollup`, or several of them concatenated.
    by : sequence of str
        Columns of `kpis` to group by; none makes one row.
    unknown, minor_stops, min_coverage
        As in `evaluate` [1].

    Returns
    -------
    DataFrame
        Table `oee`: durations [s], pieces [1], ratios.

    Raises
    ------
    TableError
        If `kpis` is not a table of this kind; all missing columns at once.
    """
    check_options(unknown, minor_stops)
    grouping = [by] if isinstance(by, str) else list(by)
    missing = [name for name in (*grouping, *SECONDS, *PIECES, *EVENTS) if name not in kpis]
    if missing:
        faults = [
            MissingColumnError("no such column", table="oee", column=name, remedy="Use a table made by evaluate.")
            for name in missing
        ]
        raise TableError.of(faults, where="table oee")
    cells = cells_again(kpis)
    for name in grouping:
        if name not in KEYS:
            cells[name] = kpis[name]
    rows = finished(summed([cells], grouping), minor_stops)
    result = with_ratios(rows, unknown=unknown, minor_stops=minor_stops, min_coverage=min_coverage)
    carried = kpis.attrs.get("findings", [])
    if "machine_id" in kpis and (result["machine_id"].isna() if "machine_id" in result else pd.Series(dtype=bool)).any():
        carried = [*carried, finding("all_machine_time", "rollup", taken="for machines in series ask sf.oee.line")]
    return attach(result, carried, doubts(result))
