"""Emulation ("thi đua"): what people, units, months and drives proposed, applied, proved and were recognised for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from smartfab.errors import RegisterError
from smartfab.exports import to_excel
from smartfab.improvements.register.dates import day
from smartfab.improvements.register.desk import Desk, improvements_of
from smartfab.improvements.register.one_row_each import overview, reward_rows
from smartfab.improvements.register.people_records import people_of
from smartfab.improvements.register.people_tables import people, units
from smartfab.improvements.register.proposals import one_of
from smartfab.vocabulary import label

BY = ("person", "unit", "month", "drive")
_MONEY = ("benefit", "paid")
_SUMS = ("submitted", "answered_in_time", "applied", "measured", "recognised", *_MONEY)
HEADS = {
    "person": "Cá nhân", "unit": "Đơn vị", "month": "Tháng", "drive": "Đợt thi đua", "name": "Tên",
    "submitted": label("submitted", "vi"), "answered_in_time": "Trả lời đúng hạn", "applied": label("applied", "vi"),
    "measured": "Đã đo", "recognised": label("recognised", "vi", short=True), "decisions": "Quyết định",
    "benefit": label("gain_money", "vi"), "paid": "Đã chi", "employees": "Số lao động",
    "per_100": "Đề xuất trên 100 lao động", "measured_over_expected": "Đo được / kỳ vọng",
}  # fmt: skip


class Emulation(Desk):
    """Emulation."""

    def emulation(
        self, start: object, end: object, *, by: str = "unit", drive: str | None = None, promised_days: int = 30,
        money: bool = False, path: str | Path | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return what was proposed, applied, measured and recognised from `start` to before `end`.

        Each thing counts on the day it happened. A proposal of several authors counts once for each person and unit; benefit
        and payment are divided by share. Rows are in the order of ids, never of money.

        Parameters
        ----------
        start, end : date or str
            Half-open days.
        by : {"unit", "person", "month", "drive"}
            What a row stands for.
        drive : str, optional
            This drive only.
        promised_days : int
            A first answer within so many days is in time [d].
        money : bool
            With benefit and payment; these are for finance.
        path : str or Path, optional
            Also write it as a workbook.

        Returns
        -------
        DataFrame
            The row's id and name; numbers of proposals submitted, answered in time, applied, measured, recognised [1] with
            their decisions; employees and submitted per 100 of them [1]; mean of measured ÷ expected [1]; benefit, paid [VND].

        Raises
        ------
        RegisterError
            If the days are reversed or `by` is none of these.
        """
        first, last = day(start, "start"), day(end, "end")
        if last <= first:
            raise RegisterError(f"{last} is not after {first}", where="end", expected="a later day")
        key = one_of(by, "by", BY)
        with self._reading() as connection:
            ideas = overview(connection, self._tz)
            ideas = ideas if drive is None else ideas[ideas["drive"] == drive]
            shares = _shares(connection, list(ideas["improvement_id"]), self._tz)
            marks = _marks(ideas, reward_rows(connection), first, last, promised_days)
            table = _summed(marks, shares, ideas, key, _names(connection, key), _employees(connection, key))
        table = table if money else table.drop(columns=list(_MONEY))
        if path is not None:
            to_excel({"Thi đua": table.rename(columns=HEADS)}, path, lang="vi", tz=self._tz)
        return table


def _shares(connection: sa.Connection, ids: list[str], tz: str) -> pd.DataFrame:
    rows = [
        (item.id, person, float(share) / 100) for item in improvements_of(connection, ids, tz) for person, share in item.authors
    ]
    table = pd.DataFrame(rows, columns=["improvement_id", "person", "share"])
    known = people_of(connection, table["person"])
    return table.assign(unit=table["person"].map({name: person.unit_id for name, person in known.items()}))


def _marks(ideas: pd.DataFrame, rewards: pd.DataFrame, first: str, last: str, promised_days: int) -> pd.DataFrame:
    """Return one row an improvement: what happened to it within the days, on which month it was proposed, and its money."""

    def within(name: str) -> pd.Series:
        return ideas[name].map(lambda on: on is not None and first <= on < last).astype(bool)

    waited = pd.to_datetime(ideas["answered_on"]) - pd.to_datetime(ideas["proposed_on"])
    ratio = pd.to_numeric(ideas["estimate"]) / pd.to_numeric(ideas["expected"]).replace(0, np.nan)
    paid = rewards[rewards["paid_on"].map(lambda on: on is not None and first <= on < last).astype(bool)]
    return pd.DataFrame(
        {
            "improvement_id": ideas["improvement_id"], "month": ideas["proposed_on"].str.slice(0, 7), "drive": ideas["drive"],
            "submitted": within("proposed_on") & ideas["state"].ne("draft"),
            "answered_in_time": within("proposed_on") & waited.le(dt.timedelta(days=promised_days)),
            "applied": within("applied_on"),
            "measured": within("applied_on") & ideas["status"].notna(), "recognised": within("recognised_on"),
            "decisions": ideas["decision_no"].where(within("recognised_on")), "ratio": ratio.where(within("applied_on")),
            "benefit": pd.to_numeric(ideas["benefit"]).where(within("applied_on")).fillna(0.0),
            "paid": ideas["improvement_id"].map(paid.groupby("improvement_id")["gross"].sum()).fillna(0.0).astype(float),
        }
    )  # fmt: skip


def _summed(
    marks: pd.DataFrame, shares: pd.DataFrame, ideas: pd.DataFrame, key: str, names: dict[str, str], employees: dict[str, int]
) -> pd.DataFrame:
    if key in {"person", "unit"}:
        whole = marks.merge(shares, on="improvement_id")
        if key == "unit":
            whole["unit"] = whole["unit"].fillna(whole["improvement_id"].map(ideas.set_index("improvement_id")["unit_id"]))
        whole = whole.assign(**{name: whole[name] * whole["share"] for name in _MONEY})
        money = whole.groupby(key)[list(_MONEY)].sum()
        once = whole.drop_duplicates(["improvement_id", key]).drop(columns=list(_MONEY))
        grouped = once.groupby(key)
        table = grouped[[name for name in _SUMS if name not in _MONEY]].sum().join(money)
    else:
        grouped = marks.groupby(key)
        table = grouped[list(_SUMS)].sum()
    table["decisions"] = grouped["decisions"].agg(lambda column: ", ".join(sorted(column.dropna())))
    table["measured_over_expected"] = grouped["ratio"].mean()
    table = table[table[[*_SUMS]].ne(0).any(axis=1)].sort_index().reset_index()
    table["name"] = [names.get(name, name) for name in table[key]]
    table["employees"] = [float(employees.get(name, np.nan)) for name in table[key]]
    table["per_100"] = table["submitted"] / table["employees"].replace(0, np.nan) * 100
    for name in _MONEY:
        table[name] = table[name].round().astype("int64")
    front = [
        key,
        "name",
        *[name for name in _SUMS if name not in _MONEY],
        "decisions",
        "employees",
        "per_100",
        "measured_over_expected",
    ]
    return table[[*front, *_MONEY]]


def _names(connection: sa.Connection, key: str) -> dict[str, str]:
    if key == "person":
        return {str(name): str(called) for name, called in connection.execute(sa.select(people.c.person_id, people.c.name))}
    if key == "unit":
        found = connection.execute(sa.select(units.c.unit_id, units.c.name_vi))
        return {str(name): str(called or name) for name, called in found}
    return {}


def _employees(connection: sa.Connection, key: str) -> dict[str, int]:
    if key != "unit":
        return {}
    counted = connection.execute(
        sa.select(people.c.unit_id, sa.func.count()).where(people.c.valid_to.is_(None)).group_by(people.c.unit_id)
    )
    known = {str(name): int(count) for name, count in counted if name is not None}
    said = connection.execute(sa.select(units.c.unit_id, units.c.headcount).where(units.c.headcount.is_not(None)))
    return known | {str(name): int(count) for name, count in said}
