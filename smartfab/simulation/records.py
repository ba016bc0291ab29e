"""The tables of a simulated line made straight from what happened, not by way of its samples."""

from __future__ import annotations

import numpy as np
import pandas as pd

from smartfab.clock import SECOND, Micros, from_micros
from smartfab.data import PlantData
from smartfab.plant import Plant
from smartfab.simulation.flow import GOOD
from smartfab.simulation.history import History, MachineHistory
from smartfab.simulation.layout import DAY_START, PRODUCTS, REASON_GROUPS, REASONS, STATE_CODES, TIMEZONE
from smartfab.simulation.machine_time import OFF
from smartfab.simulation.process_values import inspection_s
from smartfab.simulation.streams import even_micros
from smartfab.simulation.working_time import Shift

_STATES = sorted(STATE_CODES, key=lambda name: STATE_CODES[name])


def make_data(history: History, plant: Plant) -> PlantData:
    """Return the validated bundle of tables.

    Parameters
    ----------
    history : History
        What happened.
    plant : Plant
        The line's plant.

    Returns
    -------
    PlantData
        Pieces as increments [1], one row a piece.
    """
    return PlantData(
        states=pd.concat([_states(machine, history.start) for machine in history.machines], ignore_index=True),
        counts=pd.concat([_counts(machine) for machine in history.machines], ignore_index=True),
        shifts=_shifts(history.cells.shifts),
        products=plant.product_table(),
        machines=plant.machine_table(),
        reasons=_reasons(),
        tz=TIMEZONE,
        day_start=DAY_START,
    ).validate()


def _texts(names: list[str | None], places: Micros) -> pd.Series:
    return pd.Series(pd.Series(names, dtype="str").array.take(places))


def _states(machine: MachineHistory, start: int) -> pd.DataFrame:
    changes = machine.time.changes()
    ts = np.append(start - SECOND, machine.time.lo[changes])
    state, reason = machine.time.state[changes], machine.time.reason[changes]
    frame = pd.DataFrame(
        {
            "machine_id": _texts([machine.kind.id], np.zeros(len(ts), np.int64)),
            "ts": from_micros(ts),
            "state": _texts([*_STATES], np.append(OFF, state)),
            "reason_id": _texts([None, *(reason[0] for reason in REASONS)], np.append(0, reason + 1)),
        }
    )
    return frame.drop(index=1).reset_index(drop=True) if len(state) and state[0] == OFF else frame


def _counts(machine: MachineHistory) -> pd.DataFrame:
    made = machine.pieces
    return pd.DataFrame(
        {
            "machine_id": _texts([machine.kind.id], np.zeros(len(made.piece), np.int64)),
            "ts": from_micros(made.counted),
            "product_id": _texts([product[0] for product in PRODUCTS], made.product),
            "total": np.ones(len(made.piece)),
            **{name: (made.outcome == code).astype(np.float64) for code, name in enumerate(("good", "scrap", "rework"))},
            "part_id": _part_ids(machine, made.piece),
        }
    )


def _shifts(shifts: tuple[Shift, ...]) -> pd.DataFrame:
    rows = [
        (shift.id, lo, hi, shift.date, kind == "work", kind)
        for shift in shifts
        for lo, hi, kind in [(shift.start, shift.end, "work"), *((a, b, "break") for a, b in shift.breaks)]
    ]
    frame = pd.DataFrame(rows, columns=["shift_id", "start", "end", "production_date", "planned", "kind"])
    for bound in ("start", "end"):
        frame[bound] = from_micros(frame[bound].to_numpy(np.int64))
    return frame.astype({"shift_id": "str", "production_date": "datetime64[us]", "planned": bool, "kind": "str"})


def _reasons() -> pd.DataFrame:
    rows = [(group, None, vi, en) for group, vi, en in REASON_GROUPS] + [tuple(reason) for reason in REASONS]
    frame = pd.DataFrame(rows, columns=["reason_id", "parent_id", "name_vi", "name_en"], dtype="str")
    return frame.assign(category="unplanned_stop")


def _part_ids(machine: MachineHistory, pieces: Micros) -> pd.Series:
    return pd.Series([f"{machine.kind.id}-{piece + 1:07d}" for piece in pieces.tolist()], dtype="str")


def make_parts(history: History) -> pd.DataFrame:
    """Return one row a piece and machine; `parent_id` is the same piece's row at the machine before.

    Parameters
    ----------
    history : History
        What happened.

    Returns
    -------
    DataFrame
        Table `parts`.
    """
    tables = []
    for place, machine in enumerate(history.machines):
        made = machine.pieces
        wait = even_micros(inspection_s(history.seed, place, len(history.orders.order)))[made.piece]
        defect = made.outcome != GOOD
        lots = [f"LOT-{lot:05d}" for lot in np.arange(history.orders.lot[-1] + 1 if len(made.piece) else 0).tolist()]
        tables.append(
            pd.DataFrame(
                {
                    "part_id": _part_ids(machine, made.piece),
                    "machine_id": _texts([machine.kind.id], np.zeros(len(made.piece), np.int64)),
                    "lot_id": _texts([*lots], history.orders.lot[made.piece]),
                    "start": from_micros(made.start),
                    "end": from_micros(made.counted),
                    "label": _texts(["good", "defect"], defect.astype(np.int64)),
                    "defect_code": _texts([None, machine.kind.defect_code], defect.astype(np.int64)),
                    "known_at": from_micros(made.counted + wait),
                    "parent_id": _part_ids(history.machines[place - 1], made.piece)
                    if place
                    else _texts([None], np.zeros(len(made.piece), np.int64)),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
