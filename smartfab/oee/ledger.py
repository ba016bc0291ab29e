"""The ledger of one machine: the sweep of states, calendar, products and window into segments with one bucket each.

Everything is computed on the whole of the data and only then cut to the window, so that seconds do not depend on how
the window was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smartfab import clock
from smartfab.clock import Micros
from smartfab.data import PlantData
from smartfab.data_texts import Runs
from smartfab.findings import Finding, finding
from smartfab.oee import buckets, inputs
from smartfab.oee.calendar_layer import Calendar, calendar_of
from smartfab.oee.inputs import Machine, Options
from smartfab.oee.layers import Codes, Index, Steps, laid_over
from smartfab.oee.product_book import ProductBook
from smartfab.oee.reason_book import Reasons, entered_of, reasons_of
from smartfab.oee.state_layer import States, collapsed, debounced, explained, held, limited, whole_stops


@dataclass(frozen=True, slots=True)
class Fixed:
    """Where calendar, products and window meet: for each piece, which of theirs it is (-1: none)."""

    start: Micros
    piece: Index
    product: Index
    bin: Index


@dataclass(slots=True)
class Ledger:
    """Segments of one machine over the hull of its data, one bucket each, in order and without a hole.

    A segment is where a piece of the states (`at_state`) meets one of the calendar, products and window (`at_fixed`).
    `until` ends the last one. `stop_number` is that of the unplanned stop each piece of the states belongs to, -1 outside
    stops. `made` is the product code of each count, -1 where there is none.
    """

    machine: Machine
    start: Micros
    until: int
    loss: Codes
    at_state: Index
    at_fixed: Index
    states: States
    stop_number: Index
    made: Runs
    fixed: Fixed
    calendar: Calendar

    @property
    def end(self) -> Micros:
        """First instant after each segment [us]."""
        return np.append(self.start[1:], self.until)

    @property
    def piece(self) -> Index:
        """Piece of the calendar each segment lies in; it never falls."""
        return self.fixed.piece[self.at_fixed]

    @property
    def product(self) -> Index:
        """Product code of each segment, -1 where there is none."""
        return self.fixed.product[self.at_fixed]

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Whether a segment lies in the window."""
        inside: npt.NDArray[np.bool_] = self.fixed.bin[self.at_fixed] >= 0
        return inside

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """Whether a segment is of the last state there is, whose end is not known."""
        last = self.at_state == len(self.states.start) - 1
        held: npt.NDArray[np.bool_] = last & (self.states.category[self.at_state] != buckets.UNKNOWN)
        return held


def window_of(data: PlantData, start: object, end: object) -> Micros:
    """Return the edges of a window of one bin, the data validated.

    Parameters
    ----------
    data : PlantData
        Its zone reads bare dates and naive times.
    start, end : str, date or Timestamp
        Half-open window.

    Returns
    -------
    ndarray of int64
        Two instants [us].

    Raises
    ------
    TableError
        If the data or the window are not in order.
    """
    data.validate()
    return np.array(clock.interval(start, end, tz=data.tz, day_start=data.day_start), dtype=np.int64)


def ledgers(data: PlantData, edges: Micros, options: Options, products: ProductBook) -> tuple[Iterator[Ledger], list[Finding]]:
    """Return the ledgers of all machines, one by one, and the findings, complete once all are drawn.

    Parameters
    ----------
    data : PlantData
        Validated.
    edges : ndarray of int64
        Strictly rising edges of the window's bins [us].
    options : Options
        Thresholds.
    products : ProductBook
        Of the data.

    Returns
    -------
    tuple
        Iterator of Ledger; list of findings that fills up.
    """
    found = [*data.findings]
    if data.shifts is None:
        found.append(finding("no_shifts", "shifts", taken="all time is planned"))
    book = reasons_of(data, options.as_of)

    def each() -> Iterator[Ledger]:
        for machine in inputs.machines_of(data, options, found):
            yield _ledger(data, machine, book, products, edges, options, found)

    return each(), found


def _ledger(
    data: PlantData,
    machine: Machine,
    book: Reasons,
    products: ProductBook,
    edges: Micros,
    options: Options,
    found: list[Finding],
) -> Ledger:
    hull = _hull(data, machine, edges)
    states = _states(data, machine, book, hull, options, found)
    tz = data.tz or "UTC"
    calendar, remarks = calendar_of(data.shifts, machine.id, machine.line_id, hull, tz, data.day_start)
    found += remarks
    made = products.made(data, machine)
    running = products.running(data, machine, made)
    general = machine.micro_stop if machine.micro_stop is not None else options.micro_stop
    number, short = whole_stops(states, products.micro_stops(machine.id, running, states.start, general))
    fixed = _fixed(calendar, running, edges)
    points, at_state, at_fixed = laid_over(states.start, fixed.start)
    kept = slice(*np.searchsorted(points, hull))
    points, at_state, at_fixed = points[kept], at_state[kept], at_fixed[kept]
    loss = buckets.losses(
        states.category, short, calendar.code[fixed.piece], at_state, at_fixed,
        break_stops_clock=options.break_policy == "stop_clock",
    )  # fmt: skip
    return Ledger(
        machine=machine, start=points, until=hull[1], loss=loss, at_state=at_state, at_fixed=at_fixed, states=states,
        stop_number=number, made=made, fixed=fixed, calendar=calendar,
    )  # fmt: skip


def _hull(data: PlantData, machine: Machine, edges: Micros) -> tuple[int, int]:
    """The span of time the window and everything said of the machine cover, so that nothing depends on the window."""
    first, last = machine.hull((int(edges[0]), int(edges[-1])))
    spans = [] if data.stop_reasons is None else [data.stop_reasons[data.stop_reasons["machine_id"] == machine.id]]
    if machine.has_undated and data.shifts is not None:  # what is spread over a shift needs the whole of it
        spans.append(data.shifts)
    for span in spans:
        if len(span):
            first = min(first, int(clock.micros(span["start"]).min()))
            last = max(last, int(clock.micros(span["end"]).max()))
    return first, last


def _states(
    data: PlantData, machine: Machine, book: Reasons, hull: tuple[int, int], options: Options, found: list[Finding]
) -> States:
    gaps = inputs.gaps_of(data, machine)
    told = inputs.states_of(data, machine, book, hull[0], samples=options.max_gap > 0 or len(gaps[0]) > 0)
    known = held(told, options.max_gap, *gaps)
    if options.min_run or options.min_stop:
        known = debounced(collapsed(known), options.min_run, options.min_stop)
    entered = entered_of(data, machine.id, book, options.as_of, found)
    states, in_vain = explained(known, entered.steps, entered.reason, inputs.ENTERED, book.table)
    if in_vain:
        found.append(finding("reason_over_running", machine.id, entered.rows, seconds=in_vain / clock.SECOND))
    return limited(states, book.table)


def _fixed(calendar: Calendar, product: Steps, edges: Micros) -> Fixed:
    """Lay the small layers together first, so that the long one is walked once."""
    points, at_calendar, at_product = laid_over(calendar.start, product.start)
    points, both, at_bin = laid_over(points, edges)
    bins = np.where(at_bin < len(edges) - 1, at_bin, -1).astype(np.int32)
    return Fixed(points, at_calendar[both], product.at(at_product[both]), bins)
