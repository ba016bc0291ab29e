"""What the simulated plant is made of: machines, products, shifts, reasons and tags, and its plant.toml."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smartfab.errors import PlantError
from smartfab.plant import Plant

TIMEZONE = "Asia/Ho_Chi_Minh"
DAY_START = "06:00"
LINE = "L1"
NAMESPACE = "urn:smartfab:simulation"
MICRO_STOP_S = 300
SIX_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
SHIFTS = (
    ("Ca1", "06:00", "14:00", (("10:00", "10:30"),)),
    ("Ca2", "14:00", "22:00", (("18:00", "18:30"),)),
    ("Ca3", "22:00", "05:30", (("02:00", "02:30"),)),
)
PRODUCTS = (
    ("P-300", "Gạch lát 300 × 300", "Floor tile 300 × 300"),
    ("P-600", "Gạch lát 600 × 600", "Floor tile 600 × 600"),
    ("P-450", "Gạch ốp 300 × 450", "Wall tile 300 × 450"),
)
STATE_CODES = {
    "off": 0, "idle": 1, "setup": 2, "running": 3, "starved": 4, "unplanned_stop": 5, "blocked": 6, "planned_stop": 7,
}  # fmt: skip
REASONS = (
    ("M01", "MECH", "Kẹt liệu", "Material jam"),
    ("M02", "MECH", "Rò dầu thủy lực", "Hydraulic leak"),
    ("M03", "MECH", "Hỏng băng tải", "Conveyor failure"),
    ("E01", "ELEC", "Lỗi cảm biến", "Sensor fault"),
    ("E02", "ELEC", "Quá tải động cơ", "Motor overload"),
    ("O01", "ORG", "Dừng qua giờ nghỉ", "Stop carried over a break"),
)
REASON_GROUPS = (("MECH", "Cơ khí", "Mechanical"), ("ELEC", "Điện", "Electrical"), ("ORG", "Tổ chức", "Organisation"))
CARRIED_OVER = 5  # index of O01: a stop that is still open when a break begins is always declared
NO_REASON = -1
COUNTERS = ("good", "reject", "rework")
"""Signals that count, in the order of a piece's outcome: 0 good, 1 scrap, 2 rework."""


@dataclass(frozen=True, slots=True)
class ProcessTag:
    """A measured value that wanders about its setpoint: slowly by `slow`, quickly by `fast` (standard deviations)."""

    name: str
    unit: str
    setpoint: float
    slow: float
    fast: float
    decimals: int


@dataclass(frozen=True, slots=True)
class MachineKind:
    """A machine: shortest cycle of each product [s], share of defects, tags, and how its counters behave."""

    id: str
    ideal_s: tuple[float, float, float]
    defect_share: float
    defect_code: str
    tags: tuple[ProcessTag, ...]
    counter_max: int | None
    counters_before: tuple[int, int, int]
    resets: bool = False


_FIRST = (
    MachineKind(
        "Press01", (14.0, 15.5, 13.0), 0.010, "crack",
        (ProcessTag("pressure", "bar", 280.0, 1.5, 1.0, 2), ProcessTag("oil_temperature", "degC", 48.0, 1.2, 0.2, 2)),
        65_535, (65_435, 412, 97),
    ),
    MachineKind(
        "Dryer01", (14.5, 16.0, 13.5), 0.006, "warp",
        (ProcessTag("temperature", "degC", 165.0, 1.5, 0.4, 2), ProcessTag("humidity", "%", 12.0, 0.6, 0.15, 3)),
        9_999, (8_207, 9_998, 3),
    ),
    MachineKind(
        "Kiln01", (16.0, 17.5, 15.0), 0.020, "blister",
        (ProcessTag("temperature", "degC", 1185.0, 2.5, 0.6, 2), ProcessTag("gas_flow", "m3/h", 640.0, 6.0, 2.0, 2)),
        None, (1_371, 23, 9), resets=True,
    ),
)  # fmt: skip


def machine_kinds(machines: int) -> tuple[MachineKind, ...]:
    """Return the machines of the line in the order of the flow: press, dryer, kiln, then further stations.

    Parameters
    ----------
    machines : int
        How many [1].

    Returns
    -------
    tuple of MachineKind
        As many.

    Raises
    ------
    PlantError
        If it is no whole number from 1 to 99.
    """
    if isinstance(machines, bool) or not isinstance(machines, (int, np.integer)) or not 1 <= machines <= 99:
        raise PlantError(f"{machines!r}", where="machines", expected="a whole number from 1 to 99", remedy="Correct it.")
    return _FIRST[:machines] + tuple(_station(number) for number in range(4, machines + 1))


def _station(number: int) -> MachineKind:
    current = ProcessTag("motor_current", "A", 22.0, 0.6, 0.3, 3)
    name = f"Station{number:02d}"
    return MachineKind(name, (15.0, 16.5, 14.0), 0.004, "dent", (current,), 2**32 - 1, (40_000, 700, 120))


def constraint_of(kinds: tuple[MachineKind, ...]) -> int:
    """Return the place of the slowest machine.

    Parameters
    ----------
    kinds : tuple of MachineKind
        Machines in the order of the flow.

    Returns
    -------
    int
        Place in `kinds`.
    """
    return max(range(len(kinds)), key=lambda place: kinds[place].ideal_s[0])


def build_plant(kinds: tuple[MachineKind, ...]) -> Plant:
    """Return the plant; its line has no endpoint and no security: a server fills these.

    Parameters
    ----------
    kinds : tuple of MachineKind
        Machines in the order of the flow.

    Returns
    -------
    Plant
        Checked by the grammar of plant.toml.
    """
    machines = [_machine(kind, constraint=place == constraint_of(kinds)) for place, kind in enumerate(kinds)]
    return Plant.model_validate(
        {
            "plant": {"id": "vinh-phuc", "timezone": TIMEZONE, "language": "vi", "day_start": DAY_START},
            "shift": [
                {"id": name, "start": start, "end": end, "days": SIX_DAYS, "breaks": breaks}
                for name, start, end, breaks in SHIFTS
            ],
            "product": [
                {
                    "id": name,
                    "name_vi": vi,
                    "name_en": en,
                    "uom": "pcs",
                    "ideal_cycle_s": {kind.id: kind.ideal_s[place] for kind in kinds},
                }
                for place, (name, vi, en) in enumerate(PRODUCTS)
            ],
            "line": [{"id": LINE, "namespaces": {"sim": NAMESPACE}, "machine": machines}],
        }
    )


def _machine(kind: MachineKind, *, constraint: bool) -> dict[str, object]:
    def node(name: str) -> str:
        return f"sim;s={kind.id}.{name.title().replace('_', '')}"

    signals: dict[str, dict[str, object]] = {
        "state": {"node": node("state"), "role": "state", "map": {str(code): name for name, code in STATE_CODES.items()}},
        "reason": {"node": node("reason"), "role": "reason"},
        "product": {"node": node("product"), "role": "product_id"},
    }
    for counter in COUNTERS:
        top = {} if kind.counter_max is None else {"max_value": kind.counter_max}
        signals[counter] = {"node": node(counter), "role": f"{counter}_count", **top}
    for tag in kind.tags:
        signals[tag.name] = {"node": node(tag.name), "role": "process_value", "unit": tag.unit}
    return {"id": kind.id, "micro_stop": f"{MICRO_STOP_S // 60}min", "constraint": constraint, "signals": signals}
