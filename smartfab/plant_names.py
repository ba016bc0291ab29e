"""What people may call the things of a plant, and which id that is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from smartfab.errors import PlantError
from smartfab.exports.folding import fold
from smartfab.plant import Plant

__all__ = ["id_of", "names_of"]


def names_of(plant: Plant) -> dict[str, dict[str, str]]:
    """Return what the machines, lines, shifts, products, reasons and signals of a plant are called; `read_export` takes it.

    Parameters
    ----------
    plant : Plant
        Any plant.

    Returns
    -------
    dict of str to dict
        Column → id or name → id; a name that two things bear is left out.
    """
    machines = [machine for _, machine in plant.machines]
    signals = [(f"{m.id}/{name}", signal) for m in machines for name, signal in m.signals.items() if signal.on_server]
    return {
        "machine_id": _told((machine.id, ()) for machine in machines),
        "line_id": _told((line.id, ()) for line in plant.lines),
        "shift_id": _told((shift.id, ()) for shift in plant.shifts),
        "product_id": _told((product.id, (product.name_vi, product.name_en)) for product in plant.product),
        "reason_id": _told((reason.id, (reason.name_vi, reason.name_en)) for reason in plant.reason),
        "signal_id": _told((signal_id, (signal.path, signal.node)) for signal_id, signal in signals),
    }


def _told(things: Iterable[tuple[str, Iterable[str | None]]]) -> dict[str, str]:
    ids: dict[str, str] = {}
    named: dict[str, set[str]] = {}
    for name, others in things:
        ids[name] = name
        for other in others:
            if other:
                named.setdefault(other, set()).add(name)
    return {said: next(iter(names)) for said, names in named.items() if len(names) == 1} | ids


def id_of(plant: Plant, column: str, said: str) -> str:
    """Return the id of a machine, product or reason, however it is spelled.

    Parameters
    ----------
    plant : Plant
        Any plant.
    column : {"machine_id", "line_id", "shift_id", "product_id", "reason_id"}
        What it is.
    said : str
        Its id or its name; case, accents and blanks do not matter.

    Returns
    -------
    str
        The id.

    Raises
    ------
    PlantError
        If the plant has no such thing, or several that are called so.
    """
    names = names_of(plant)[column]
    if said in names:
        return names[said]
    alike = {name for text, name in names.items() if fold(text).replace(" ", "") == fold(said).replace(" ", "")}
    if len(alike) == 1:
        return alike.pop()
    kind = column.removesuffix("_id")
    known = sorted(set(names.values()))
    close = difflib.get_close_matches(said, list(names), n=1)
    raise PlantError(
        f"no {kind} {said!r}" if not alike else f"{said!r} is what {' and '.join(sorted(alike))} are called",
        where=f"plant {plant.id}",
        expected=f"one of {', '.join(known) or 'none'}",
        remedy=f"Did you mean {close[0]!r}?" if close else "Correct it, or add it to plant.toml.",
    )
