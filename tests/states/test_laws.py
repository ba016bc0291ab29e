import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from tests.small_plants import BAD, UNCERTAIN, at, plant, samples

MAP = {"1": "running", "2": "idle", "3": "unplanned_stop"}
RULES = [{"when": "fault", "is": "unplanned_stop", "reason": "why"}, {"when": "run", "is": "running"}]
TAGGED = plant({"state": {"role": "state", "map": MAP}, "why": {"role": "reason"}})
FLAGGED = plant({"fault": {}, "run": {}, "why": {}, "state": {"rules": RULES, "otherwise": "idle"}})
PACED = plant(
    {"good": {"role": "good_count"}, "state": {"from_counter": "good", "stopped_after": "4s"}, "why": {"role": "reason"}}
)

status = st.sampled_from([0, 0, 0, BAD, UNCERTAIN])
second = st.integers(0, 30)
numbers = st.one_of(st.none(), st.integers(0, 1))
reasons = st.tuples(st.just("why"), second, st.sampled_from(["", "R1", "R2"]), status)
tagged = st.lists(st.one_of(st.tuples(st.just("state"), second, st.integers(1, 3), status), reasons), max_size=20)
flagged = st.lists(st.one_of(st.tuples(st.sampled_from(["fault", "run"]), second, numbers, status), reasons), max_size=20)
paced = st.lists(st.one_of(st.tuples(st.just("good"), second, st.integers(0, 4), status), reasons), max_size=20)
any_kind = st.one_of(
    *(st.tuples(st.just(which), rows) for which, rows in [(TAGGED, tagged), (FLAGGED, flagged), (PACED, paced)])
)


@given(any_kind, st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_samples_never_matter(case, random):
    of, rows = case
    table = samples(*rows)
    places = [*range(len(table)), *(random.randrange(len(table)) for _ in range(5) if len(table))]
    random.shuffle(places)
    pd.testing.assert_frame_equal(sf.states.detect_states(table.iloc[places], of), sf.states.detect_states(table, of))


@given(any_kind)
def test_clean_samples_give_the_same(case):
    of, rows = case
    table = samples(*rows)
    once, cleaned = sf.states.detect_states(table, of), sf.states.detect_states(sf.signals.clean(table, of), of)
    pd.testing.assert_frame_equal(once, cleaned)


@given(any_kind)
def test_one_row_an_instant_in_order(case):
    of, rows = case
    table = sf.states.detect_states(samples(*rows), of)
    assert table["ts"].is_monotonic_increasing
    assert table["ts"].is_unique


@given(any_kind, second)
def test_the_past_does_not_change_when_samples_come_in(case, now):
    """What is known at `now` is the same with and without what came later."""
    of, rows = case
    early = sf.states.detect_states(samples(*(row for row in rows if row[1] <= now)), of)
    whole = sf.states.detect_states(samples(*rows), of)
    said = [table[table["ts"] <= at(now)].reset_index(drop=True) for table in (early, whole)]
    pd.testing.assert_frame_equal(*said)


def last_of(rows, name, now):
    """Value and badness of a signal at a second; None before the first. Ties as `clean` settles them."""
    told = [(s, st, -1 if v is None else v, v) for n, s, v, st in rows if n == name and s <= now]
    return None if not told else (max(told, key=lambda row: row[:3])[3], max(told, key=lambda row: row[:3])[1] == BAD)


def slow_flags(rows, now):
    fault, run, why = (last_of(rows, name, now) for name in ("fault", "run", "why"))
    if fault is None or run is None or fault[1] or run[1] or fault[0] is None or run[0] is None:
        return "unknown", None
    if fault[0]:
        return "unplanned_stop", None if why is None or why[1] or not why[0] else why[0]
    return ("running" if run[0] else "idle"), None


@given(flagged)
def test_flags_equal_a_look_at_every_second(rows):
    rows = [(n, s, v, st) for (n, s), (v, st) in {(n, s): (v, st) for n, s, v, st in rows}.items()]
    table = sf.states.detect_states(samples(*rows), FLAGGED)
    for now in range(31):
        held = table[table["ts"] <= at(now)]
        if any(s <= now for n, s, *_ in rows if n in {"fault", "run"}):
            state, reason = held[["state", "reason_id"]].iloc[-1]
            assert (state, None if pd.isna(reason) else reason) == slow_flags(rows, now)
        else:
            assert held.empty
