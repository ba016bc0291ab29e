"""Which team is on duty: rotations such as 3 ca 4 kíp."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from smartfab.plant_grammar import Rotation
from smartfab.shifts.working_days import Dates

__all__ = ["team_on"]


def team_on(rotations: Iterable[Rotation], shift_id: str, dates: Dates) -> list[str | None]:
    """Return the team that has a shift on each date.

    A team goes one step of the pattern a production date. The first team takes the first step on the rotation's start;
    each next one is ``len(pattern) / len(teams)`` steps behind the one before. `end` is the first date without it.

    Parameters
    ----------
    rotations : iterable of Rotation
        Where several speak of one shift, the last one counts.
    shift_id : str
        The shift.
    dates : ndarray of datetime64[D]
        Production dates.

    Returns
    -------
    list of str or None
        team_id; teams on one shift together are joined by ``+``; None where no team has the shift.
    """
    teams: list[str | None] = [None] * len(dates)
    for rotation in rotations:
        lag, steps = len(rotation.pattern) // len(rotation.teams), len(rotation.pattern)
        days = (dates - np.datetime64(rotation.start, "D")).astype(np.int64)
        valid = days >= 0
        if rotation.end is not None:
            valid &= dates < np.datetime64(rotation.end, "D")
        on = [
            "+".join(team for n, team in enumerate(rotation.teams) if rotation.pattern[(step - n * lag) % steps] == shift_id)
            for step in range(steps)
        ]
        for row in np.flatnonzero(valid):
            teams[row] = on[days[row] % steps] or teams[row]
    return teams
