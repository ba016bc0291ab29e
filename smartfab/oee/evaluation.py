"""OEE of any grouping: the ledgers' seconds and the booked pieces, summed in whole microseconds and millionths."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from smartfab import clock
from smartfab.data import PlantData
from smartfab.errors import MissingColumnError
from smartfab.findings import attach, finding
from smartfab.oee.cells import KEYS, cells_of, finished, summed
from smartfab.oee.formulas import MIN_COVERAGE, MinorStops, Unknown, check_options, doubts, with_ratios
from smartfab.oee.inputs import Options
from smartfab.oee.ledger import ledgers, window_of
from smartfab.oee.product_book import ProductBook


def evaluate(
    data: PlantData,
    start: object,
    end: object,
    *,
    by: Sequence[str] = ("machine_id", "shift_id", "production_date"),
    micro_stop: str | float = "5min",
    min_run: str | float = "0s",
    min_stop: str | float = "0s",
    max_gap: str | float | None = None,
    break_policy: str = "stop_clock",
    as_of: object = None,
    attribution: str = "at_count",
    stamp: str = "instant",
    unknown: Unknown = "exclude",
    minor_stops: MinorStops = "performance",
    min_coverage: float = MIN_COVERAGE,
) -> pd.DataFrame:
    """Return OEE and its terms, one row a group, every second of the window in exactly one bucket.

    Pieces count where their time stamp lies; what was made over unknown time, in planned stops and outside shifts has
    its own columns and is not in `total`. Time outside shifts forms rows of its own, without shift_id.

    Parameters
    ----------
    data : PlantData
        Validated here.
    start, end : str, date or Timestamp
        Half-open window; bare dates are production dates of the plant.
    by : sequence of str
        Of machine_id, line_id, shift_id, production_date, team_id, product_id.
    micro_stop : str or float
        An unplanned stop no longer than this, as a whole and without a reason, is a minor stop [s]; a machine's own
        micro_stop wins, and over that the micro_stop_s of the product that runs when it begins.
    min_run, min_stop : str or float
        Shorter runs and stops are given to what was before them [s].
    max_gap : str or float, optional
        A state holds no longer than this without a new sample [s].
    break_policy : {"stop_clock", "run_through"}
        Whether a break is a planned stop whatever the machine does.
    as_of : str, date or Timestamp, optional
        Use only what was recorded by then.
    attribution : {"at_count", "proportional"}
        Whether pieces lie where they were counted, or the k-th of n where k/n of the running time since the last count
        had passed.
    stamp : {"instant", "period_end"}
        Whether a count lies at its time stamp, or ends a period there: then a stamp on a boundary belongs to what was before.
    unknown : {"exclude", "down", "bounds"}
        Leave unknown time out of the ratios, count it as lost, or leave it out and look at oee_low and oee_high.
    minor_stops : {"performance", "availability"}
        Which ratio minor stops are a loss of; the OEE is the same.
    min_coverage : float
        Below this coverage (0…1) a row is marked "not enough data" [1].

    Returns
    -------
    DataFrame
        Table `oee`: durations [s], pieces [1], ratios 0…1 (performance may exceed 1), with findings.

    Raises
    ------
    TableError
        If the data, the window or an option are not in order; all faults at once.

    References
    ----------
    ISO 22400-2:2014, clause 9.
    """
    check_options(unknown, minor_stops)
    grouping = [by] if isinstance(by, str) else list(by)
    if strange := [name for name in grouping if name not in KEYS]:
        raise MissingColumnError(f"cannot group by {strange[0]!r}", where="by", expected=f"some of {', '.join(KEYS)}")
    edges = window_of(data, start, end)
    options = Options.of(
        data, micro_stop=micro_stop, min_run=min_run, min_stop=min_stop, max_gap=max_gap, break_policy=break_policy,
        as_of=as_of, attribution=attribution, stamp=stamp,
    )  # fmt: skip
    products = ProductBook.of(data)
    drawn, found = ledgers(data, edges, options, products)
    parts = [cells_of(data, ledger, products, grouping, options=options, found=found) for ledger in drawn]
    if data.products is None:
        found.append(finding("no_products", "products", taken="performance is not defined without ideal cycles"))
    rows = finished(summed(parts, grouping), minor_stops)
    result = with_ratios(rows, unknown=unknown, minor_stops=minor_stops, min_coverage=min_coverage)
    result.attrs["asked"] = {  # what `explain` needs to draw the same account again
        "start": clock.stamp(int(edges[0])).isoformat(), "end": clock.stamp(int(edges[-1])).isoformat(),
        "micro_stop": micro_stop, "min_run": min_run, "min_stop": min_stop, "max_gap": max_gap, "break_policy": break_policy,
        "minor_stops": minor_stops, "unknown": unknown,
        "as_of": None if options.as_of is None else clock.stamp(options.as_of).isoformat(),
    }  # fmt: skip
    return attach(result, found, doubts(result))
