import pandas as pd
import pytest

import smartfab as sf

DAY = {"id": "D", "start": "06:00", "end": "14:00", "days": ["mon", "tue", "wed", "thu", "fri"]}


@pytest.fixture
def day_shift():
    """06:00–14:00, Monday to Friday."""
    return dict(DAY)


@pytest.fixture
def dates_of():
    """Production dates as text on which a calendar has rows of a kind."""

    def read(rules, exceptions=(), kind="work", window=("2026-03-02", "2026-03-16"), **more):
        table = sf.shifts.ShiftCalendar(rules, exceptions=exceptions, **more).expand(*window)
        return [f"{date:%m-%d}" for date in table.loc[table["kind"] == kind, "production_date"]]

    return read


@pytest.fixture
def local():
    """Start and end of each row on the wall clock."""

    def read(table, tz="Asia/Ho_Chi_Minh"):
        return [
            (f"{start.tz_convert(tz):%m-%d %H:%M}", f"{end.tz_convert(tz):%m-%d %H:%M}")
            for start, end in zip(table["start"], table["end"], strict=True)
        ]

    return read


@pytest.fixture
def rows():
    """Rows as text, a missing value as None."""

    def read(table, *columns):
        plain = table[list(columns)].astype(object)
        return [tuple(row) for row in plain.where(pd.notna(plain), None).values.tolist()]

    return read
