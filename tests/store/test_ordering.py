"""Rows in the order of their keys are those Arrow's own, slower sort gives."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from smartfab.store.ordering import in_order

ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.sampled_from(["a", "b", "Ép 1", "\U0010ffff", "￿", ""])),
        st.one_of(st.none(), st.integers(-3, 3)),
    ),
    max_size=30,
)


def _table(rows):
    names = pa.array([row[0] for row in rows], pa.string())
    times = pa.array([row[1] for row in rows], pa.int64())
    return {
        "plain": pa.table({"name": names, "ts": times.cast(pa.timestamp("us", tz="UTC")), "place": range(len(rows))}),
        "dictionary": pa.table({"name": names.dictionary_encode(), "ts": times, "place": range(len(rows))}),
        "dates": pa.table({"name": names, "ts": times.cast(pa.int32()).cast(pa.date32()), "place": range(len(rows))}),
    }


@given(ROWS)
def test_the_order_is_that_of_a_plain_stable_sort(rows):
    for table in _table(rows).values():
        plain = table.set_column(0, "name", table["name"].cast(pa.string()))
        by = [("name", "ascending"), ("ts", "ascending"), ("place", "ascending")]
        assert (
            in_order(table, ("name", "ts"))["place"].to_pylist()
            == plain.take(pc.sort_indices(plain, sort_keys=by))["place"].to_pylist()
        )


def test_many_names_are_ranked_too():
    names = [f"{k * 7919 % 40_000:05}" for k in range(40_000)]
    assert in_order(pa.table({"name": names}), ("name",))["name"].to_pylist() == sorted(names)


def test_rows_that_are_in_order_are_not_copied():
    table = pa.table({"name": ["a", "a", "b"], "ts": [1, 2, 0]})
    assert in_order(table, ("name", "ts"))["name"].chunk(0).buffers()[2].address == table["name"].chunk(0).buffers()[2].address
