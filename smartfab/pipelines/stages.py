"""What is made of a day: one function a step, each from the tables before it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from smartfab import oee
from smartfab.errors import InsufficientDataError
from smartfab.pipelines.judged_parts import predictions
from smartfab.pipelines.line_day import Day

_HALF_HOUR_S = 1800.0
_NEAR_S = 120.0
_ENOUGH = 100


def settled_clock(day: Day) -> dict[str, pd.DataFrame]:
    """Refuse a day whose machines' clocks are a whole number of half hours off, as a controller set to local time is.

    Parameters
    ----------
    day : Day
        The day.

    Returns
    -------
    dict
        Empty: this stage makes no table.

    Raises
    ------
    InsufficientDataError
        If the source's and the server's time differ by that much.
    """
    start, end = day.window
    names = [f"{machine.id}/{name}" for _, machine in day.plant.machines for name, s in machine.signals.items() if s.on_server]
    told = day.store.read("samples", start, end, signals=names, columns=["signal_id", "ts", "server_ts"])
    skew = (told["server_ts"] - told["ts"]).dt.total_seconds()
    for machine_id, seconds in skew.groupby(told["signal_id"].str.split("/").str[0]):
        typical = seconds.median()
        halves = round(typical / _HALF_HOUR_S) if seconds.notna().sum() >= _ENOUGH else 0
        if halves and abs(typical - halves * _HALF_HOUR_S) <= _NEAR_S:
            raise InsufficientDataError(
                f"the clock is {halves / 2:+g} h off the server's",
                where=f"machine {machine_id}, {day.date}",
                expected="times in UTC",
                remedy='Set the controller\'s clock to UTC, or write clock = "server" or clock_offset at its endpoint.',
            )
    return {}


def figures(day: Day) -> dict[str, pd.DataFrame]:
    """Make states, counts, account and oee of a day.

    Parameters
    ----------
    day : Day
        The day.

    Returns
    -------
    dict of str to DataFrame
        Rows of this line and this production date.
    """
    start, end = day.window
    data = day.data
    account = oee.time_account(data, start, end)
    rows = oee.evaluate(
        data, start, end, by=("machine_id", "shift_id", "production_date"), min_coverage=day.plant.plant.min_coverage
    )
    day.findings += rows.attrs.get("findings", [])
    made = {"account": account, "oee": rows}
    for name in ("states", "counts"):
        table: pd.DataFrame = getattr(data, name)
        made[name] = table[(table["ts"] >= start) & (table["ts"] < end)].assign(production_date=pd.Timestamp(day.date))
    return made


Stage = Callable[[Day], dict[str, pd.DataFrame]]

STAGES: tuple[Stage, ...] = (settled_clock, figures)
"""In their order: one that fails stops its line."""

BESIDE: dict[str, Stage] = {"predictions": predictions}
"""Made after all of them, by the table each makes: one that fails is told by line, date and table, and the others are kept."""
