import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.small_plants import BAD, UNCERTAIN, codes, plant, samples

MAP = {"1": "unplanned_stop", "2": "running", "3": "idle"}
PLANT = plant({"a": {}, "b": {"role": "good_count"}, "state": {"role": "state", "map": MAP}})
RANK = {1.0: 6, 2.0: 0, 3.0: 1}

raws = st.one_of(st.none(), st.integers(1, 3), st.sampled_from(["", "x", "y"]))
rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "state", "strange"]), st.integers(0, 4), raws, st.sampled_from([0, 0, BAD, UNCERTAIN]),
        st.integers(0, 2),
    ),
    max_size=25,
)  # fmt: skip


def slow_clean(table):
    """One row a signal and instant, by sorting tuples."""
    best = {}
    for row in table.itertuples(index=False):
        if row.signal_id == "M/strange":
            continue
        value = -np.inf if np.isnan(row.value) else row.value
        text = row.text if isinstance(row.text, str) else None
        rank = RANK.get(row.value, -1) if row.signal_id == "M/state" else -1
        order = (row.server_ts, row.status, rank, value, (text is not None, text or ""))
        key = (row.signal_id, row.ts)
        if key not in best or order > best[key][0]:
            best[key] = (order, (row.value, text, row.status, row.server_ts))
    return [(*key, *best[key][1]) for key in sorted(best)]


@given(rows)
def test_equals_a_slow_sort(given_rows):
    table = samples(*given_rows)
    clean = sf.signals.clean(table, PLANT)
    expected = pd.DataFrame(slow_clean(table), columns=list(clean)).astype(clean.dtypes.to_dict())
    pd.testing.assert_frame_equal(clean, expected)


@given(rows, st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_input_never_matter(given_rows, random):
    table = samples(*given_rows)
    places = [*range(len(table)), *(random.randrange(len(table)) for _ in range(5) if len(table))]
    random.shuffle(places)
    mixed = sf.signals.clean(table.iloc[places], PLANT)
    clean = sf.signals.clean(table, PLANT)
    pd.testing.assert_frame_equal(mixed, clean)
    assert codes(mixed).get("conflicting_samples") == codes(clean).get("conflicting_samples")


@given(rows)
def test_clean_samples_stay_as_they_are(given_rows):
    once = sf.signals.clean(samples(*given_rows), PLANT)
    twice = sf.signals.clean(once, PLANT)
    pd.testing.assert_frame_equal(once, twice)
    assert set(codes(twice)) <= {"bad_status", "uncertain_status"}
