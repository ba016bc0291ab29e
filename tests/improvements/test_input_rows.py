"""Stored rows are the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from smartfab.errors import TableError
from smartfab.improvements.input_rows import canonical_rows, rows_from


@pytest.fixture
def rows():
    days = pd.Series(pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-04"])).astype("datetime64[us]")
    return pd.DataFrame(
        {
            "line_id": pd.Series(["L1", "Sấy 2", None], dtype="str"), "production_date": days,
            "start": days.dt.tz_localize("UTC"), "oee": [0.5, np.nan, -0.0],
        }
    )  # fmt: skip


def test_rows_come_back_as_they_were(rows):
    stored = canonical_rows(rows)
    pd.testing.assert_frame_equal(rows_from(stored), rows)
    assert canonical_rows(rows_from(stored)) == stored


def test_neither_the_index_nor_remarks_are_part_of_the_content(rows):
    other = rows.set_axis([7, 8, 9], axis=0)
    other.attrs["findings"] = [{"code": "x"}]
    assert canonical_rows(other) == canonical_rows(rows)
    assert canonical_rows(rows.assign(oee=[0.5, 0.25, 0.0])) != canonical_rows(rows)


def test_a_column_without_a_canonical_form_is_refused(rows):
    with pytest.raises(TableError, match="int64"):
        canonical_rows(rows.assign(n=[1, 2, 3]))


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_damaged_bytes_are_refused(rows, cut):
    with pytest.raises(TableError, match="no Arrow stream"):
        rows_from(canonical_rows(rows)[:cut])


def test_how_pandas_holds_the_text_does_not_matter():
    whole = pd.DataFrame({"line_id": pd.Series(["L1", "L2", None, "L4"], dtype="str"), "oee": [0.5, 0.6, None, 0.7]})
    pieces = pd.concat([whole.iloc[:1], whole.iloc[1:3], whole.iloc[3:]])
    taken = whole.iloc[[3, 2, 1, 0]].iloc[::-1]
    assert canonical_rows(pieces) == canonical_rows(taken) == canonical_rows(whole)
