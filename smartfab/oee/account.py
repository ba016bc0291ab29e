"""The time account: every second of the window in exactly one bucket, `unknown` included."""

from __future__ import annotations

import pandas as pd

from smartfab import clock
from smartfab.data import PlantData
from smartfab.findings import attach
from smartfab.oee.inputs import SOURCES, Options
from smartfab.oee.layers import named
from smartfab.oee.ledger import Ledger, ledgers, window_of
from smartfab.oee.product_book import ProductBook
from smartfab.oee.reason_book import reasons_of
from smartfab.tables import empty
from smartfab.vocabulary import CATEGORIES, LOSSES


def time_account(
    data: PlantData,
    start: object,
    end: object,
    *,
    micro_stop: str | float = "5min",
    min_run: str | float = "0s",
    min_stop: str | float = "0s",
    max_gap: str | float | None = None,
    break_policy: str = "stop_clock",
    as_of: object = None,
) -> pd.DataFrame:
    """Return what became of every second of the window, machine by machine, without a hole and without an overlap.

    A state holds until the machine's next one, never across a coverage gap. Stops are judged short or long on the
    whole of their duration, before they are cut to the window; a stop whose end is not known is not short.

    Parameters
    ----------
    data : PlantData
        Validated here.
    start, end : str, date or Timestamp
        Half-open window; bare dates are production dates of the plant.
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
        Use only reasons recorded by then.

    Returns
    -------
    DataFrame
        Table `account`, with duration_s [s], sorted by machine and time, with findings.

    Raises
    ------
    TableError
        If the data, the window or an option are not in order; all faults at once.
    """
    edges = window_of(data, start, end)
    options = Options.of(
        data, micro_stop=micro_stop, min_run=min_run, min_stop=min_stop, max_gap=max_gap, break_policy=break_policy, as_of=as_of
    )
    products = ProductBook.of(data)
    drawn, found = ledgers(data, edges, options, products)
    reasons = reasons_of(data, options.as_of).ids

    parts = [_table(data, ledger, reasons, products.ids) for ledger in drawn]
    account = pd.concat(parts, ignore_index=True) if parts else empty("account")
    return attach(account, found)


def _table(data: PlantData, ledger: Ledger, reasons: pd.Index, products: pd.Index) -> pd.DataFrame:
    inside = ledger.inside
    start, end = ledger.start[inside], ledger.end[inside]
    calendar, piece = ledger.calendar, ledger.piece[inside]
    states, at = ledger.states, ledger.at_state[inside]
    shifts = data.shifts
    shift_ids = [] if shifts is None else shifts["shift_id"] if "shift_id" in shifts else [None] * len(shifts)
    return pd.DataFrame(
        {
            "machine_id": pd.Series(ledger.machine.id, index=range(len(start)), dtype="str"),
            "start": clock.from_micros(start),
            "end": clock.from_micros(end),
            "duration_s": (end - start) / clock.SECOND,
            "category": named(CATEGORIES, states.category[at]),
            "loss": named(LOSSES, ledger.loss[inside]),
            "reason_id": named(reasons, states.reason[at]),
            "product_id": named(products, ledger.product[inside]),
            "shift_id": named(shift_ids, calendar.shift[piece]),
            "production_date": calendar.day[piece],
            "open": ledger.open[inside],
            "source": named(SOURCES, states.source[at]),
        }
    )
