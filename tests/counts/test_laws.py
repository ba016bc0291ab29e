import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.small_plants import BAD, UNCERTAIN, at, codes, plant, samples

PLANT = plant({
    "good": {"role": "good_count", "max_value": 15}, "scrap": {"role": "reject_count", "max_rate": 2},
    "total": {"role": "total_count"}, "what": {"role": "product_id"},
})  # fmt: skip
second = st.integers(0, 40)
status = st.sampled_from([0, 0, 0, BAD, UNCERTAIN])
counted = st.tuples(st.sampled_from(["good", "scrap", "total"]), second, st.one_of(st.none(), st.integers(0, 15)), status)
changed = st.tuples(st.just("what"), second, st.sampled_from(["", "A", "B"]), status)
rows = st.lists(st.one_of(counted, counted, changed), max_size=30)


@given(rows, st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_samples_never_matter(rows, random):
    table = samples(*rows)
    places = [*range(len(table)), *(random.randrange(len(table)) for _ in range(5) if len(table))]
    random.shuffle(places)
    mixed, plain = sf.counts.count_pieces(table.iloc[places], PLANT), sf.counts.count_pieces(table, PLANT)
    pd.testing.assert_frame_equal(mixed, plain)
    assert codes(mixed) == codes(plain)


@given(rows)
def test_clean_samples_give_the_same(rows):
    table = samples(*rows)
    cleaned = sf.counts.count_pieces(sf.signals.clean(table, PLANT), PLANT)
    pd.testing.assert_frame_equal(sf.counts.count_pieces(table, PLANT), cleaned)


@given(rows)
def test_each_quantity_sums_to_the_steps_of_its_counter(rows):
    table = samples(*rows)
    pieces = sf.counts.count_pieces(table, PLANT)
    clean = sf.signals.clean(table, PLANT)
    for name in ("good", "scrap", "total"):
        read = clean[(clean["signal_id"] == f"M/{name}") & (clean["status"] != BAD)]
        signal = PLANT.machine("M").signals[name]
        steps = sf.counts.counter_steps(read["ts"], read["value"], max_value=signal.max_value, max_rate=signal.max_rate)
        if len(steps):
            told = pieces.set_index("ts")[name].fillna(0)
            assert told[told != 0].to_dict() == steps[steps != 0].to_dict()
    assert pieces["ts"].is_monotonic_increasing
    assert pieces["ts"].is_unique


@given(rows, second)
def test_what_was_counted_does_not_change_when_samples_come_in(rows, now):
    """Columns of counters that are read; a counter first read later takes part in the balance only then."""
    whole = sf.counts.count_pieces(samples(*rows, *START), PLANT)
    early = sf.counts.count_pieces(samples(*(row for row in rows if row[1] <= now), *START), PLANT)
    pd.testing.assert_frame_equal(whole[whole["ts"] <= at(now)], early)


START = [(name, -1, 0) for name in ("good", "scrap", "total")]
