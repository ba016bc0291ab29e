"""Which signals features are asked of: named one by one, or those of a plant that measure the process."""

from __future__ import annotations

from collections.abc import Sequence

from smartfab.plant import Plant

_ROLES = {"process_value", "cycle_time", "speed", "energy"}


def chosen_signals(signals: Sequence[str] | Plant) -> tuple[str, ...]:
    """Return signals by name, each once.

    Parameters
    ----------
    signals : sequence of str, or Plant
        Of a plant those of role process_value, cycle_time, speed and energy.

    Returns
    -------
    tuple of str
        Such as ``Press01/pressure``.
    """
    if isinstance(signals, Plant):
        return tuple(
            f"{machine.id}/{name}"
            for _, machine in signals.machines
            for name, signal in sorted(machine.signals.items())
            if signal.role in _ROLES
        )
    return tuple(dict.fromkeys(str(name) for name in signals))
