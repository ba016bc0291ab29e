"""Everything that happened on the line, in integers: what the tables and the truth are both made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smartfab.clock import Micros
from smartfab.simulation.flow import NEVER, MachineLog, pieces_needed, run_line
from smartfab.simulation.improvement import Change
from smartfab.simulation.layout import MachineKind
from smartfab.simulation.machine_time import Timeline, machine_timeline
from smartfab.simulation.process_values import CauseRisk, Readings, read_tags
from smartfab.simulation.work_content import Orders, draw_content, plan_orders
from smartfab.simulation.working_time import Cells, WorkAxis, calendar_cells


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces one machine counted, in order: number, cycle start and count [us], product, outcome, calendar cell."""

    piece: Micros
    start: Micros
    counted: Micros
    product: Micros
    outcome: Micros
    cell: Micros


@dataclass(frozen=True, slots=True)
class MachineHistory:
    """One machine from the line's start to its end: its time, its pieces, and when it took up each order [us]."""

    kind: MachineKind
    time: Timeline
    pieces: Pieces
    product_from: Micros
    product: Micros


@dataclass(frozen=True, slots=True)
class History:
    """The whole line in [start, end) [us]."""

    seed: int
    start: int
    end: int
    change: Change | None
    cells: Cells
    orders: Orders
    readings: dict[tuple[int, int], Readings]
    machines: tuple[MachineHistory, ...]


def make_history(kinds: tuple[MachineKind, ...], seed: int, start: int, end: int, change: Change | None) -> History:
    """Run the line; the same seed draws the same, with the change and without.

    Parameters
    ----------
    kinds : tuple of MachineKind
        Machines in the order of the flow.
    seed : int
        Seed of the line.
    start, end : int
        Half-open window [us].
    change : Change or None
        The improvement.

    Returns
    -------
    History
        Everything that happened [us].
    """
    cells = calendar_cells(start, end)
    axis = WorkAxis(cells)
    orders = plan_orders(seed, pieces_needed(kinds, axis.length))
    contents = [draw_content(seed, place, kind, orders) for place, kind in enumerate(kinds)]
    readings = read_tags(kinds, seed, start, end)
    cause = CauseRisk(readings[0, 0], axis, kinds[0].defect_share)
    changed_from = NEVER if change is None else axis.from_wall(change.at)
    logs = run_line(kinds, contents, orders, cause, length=axis.length, change=change, changed_from=changed_from)
    machines = tuple(_machine(kind, log, orders, axis, cells) for kind, log in zip(kinds, logs, strict=True))
    return History(seed, start, end, change, cells, orders, readings, machines)


def _machine(kind: MachineKind, log: MachineLog, orders: Orders, axis: WorkAxis, cells: Cells) -> MachineHistory:
    done = log.counted < axis.length
    counted = axis.to_wall(log.counted[done])
    pieces = Pieces(
        piece=log.piece[done],
        start=axis.to_wall((log.done - log.cycle)[done]),
        counted=counted,
        product=orders.product[log.piece[done]],
        outcome=log.outcome[done],
        cell=np.searchsorted(cells.lo, counted, side="right") - 1,
    )
    begun = log.begin < axis.length
    product = orders.product[log.piece[begun]]
    taken_up = np.flatnonzero(np.diff(product, prepend=-1))[1:]  # the first product was on the machine before the start
    product_from = axis.to_wall(log.begin[begun][taken_up])
    return MachineHistory(kind, machine_timeline(log, axis, cells), pieces, product_from, product[taken_up])
