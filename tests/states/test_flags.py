import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import PlantError
from smartfab.plant_file import parse_plant
from tests.small_plants import BAD, UNCERTAIN, codes, plant, samples, seconds

RULES = [{"when": "fault", "is": "unplanned_stop", "reason": "alarm_no"}, {"when": "run", "is": "running"}]
TAGS = {"fault": {"role": "flag"}, "run": {"role": "flag"}, "alarm_no": {"role": "alarm"}}
FLAGGED = plant({**TAGS, "state": {"rules": RULES, "otherwise": "idle"}})


def detect(*rows, plant=FLAGGED):
    return sf.states.detect_states(samples(*rows), plant)


def told(table, *columns):
    plain = table[list(columns)].astype(object)
    return list(zip(seconds(table), *plain.where(pd.notna(plain), None).values.T.tolist(), strict=True))


def test_the_first_rule_that_holds_wins():
    table = detect(("fault", 0, 0), ("run", 0, 1), ("fault", 10, 1), ("run", 20, 0), ("fault", 30, 0), ("run", 40, 1))
    assert told(table, "state", "source") == [
        (0, "running", "derived"), (10, "unplanned_stop", "derived"), (20, "unplanned_stop", "derived"),
        (30, "idle", "derived"), (40, "running", "derived"),
    ]  # fmt: skip


def test_a_rule_that_holds_brings_its_own_reason():
    table = detect(
        ("fault", 0, 0), ("run", 0, 1), ("alarm_no", 5, 12), ("fault", 10, 1), ("alarm_no", 15, 13), ("fault", 20, 0),
        ("alarm_no", 25, 14),
    )  # fmt: skip
    assert told(table, "state", "reason_id") == [
        (0, "running", None), (10, "unplanned_stop", "12"), (15, "unplanned_stop", "13"), (20, "running", None),
    ]  # fmt: skip


def test_a_rule_without_a_reason_takes_that_of_the_machine():
    tags = {**TAGS, "why": {"role": "reason"}}
    own = plant({**tags, "state": {"rules": RULES}})
    table = detect(("fault", 0, 0), ("run", 0, 1), ("why", 0, "R1"), ("alarm_no", 0, 7), ("fault", 5, 1), ("why", 8, "R2"),
                   ("fault", 10, 0), plant=own)  # fmt: skip
    assert told(table, "state", "reason_id") == [(0, "running", "R1"), (5, "unplanned_stop", "7"), (10, "running", "R2")]


def test_a_repeated_flag_is_a_row_that_proves_the_state():
    table = detect(("fault", 0, 0), ("run", 0, 1), ("run", 10, 1), ("fault", 20, 0))
    assert told(table, "state") == [(0, "running"), (10, "running"), (20, "running")]


def test_nothing_is_concluded_before_every_flag_has_a_value():
    table = detect(("run", 0, 1), ("fault", 10, 0))
    assert told(table, "state") == [(0, "unknown"), (10, "running")]


def test_a_flag_that_was_never_read_leaves_the_state_unknown():
    table = detect(("run", 0, 1), ("run", 5, 0))
    assert told(table, "state") == [(0, "unknown"), (5, "unknown")]
    assert codes(table)["no_samples"] >= 1
    assert len(detect(("alarm_no", 0, 1))) == 0


def test_a_bad_or_missing_flag_is_unknown_while_it_lasts():
    table = detect(
        ("fault", 0, 1), ("run", 0, 0), ("run", 5, 1, BAD), ("fault", 8, 0), ("run", 10, 1, UNCERTAIN), ("run", 15, None)
    )
    assert told(table, "state", "status") == [
        (0, "unplanned_stop", 0), (5, "unknown", BAD), (8, "unknown", BAD), (10, "running", UNCERTAIN), (15, "unknown", 0),
    ]  # fmt: skip
    assert codes(table)["state_bad"] == 1


def test_without_otherwise_the_state_is_unknown_where_no_rule_holds():
    silent = plant({**TAGS, "state": {"rules": RULES}})
    assert told(detect(("fault", 0, 0), ("run", 0, 0), plant=silent), "state") == [(0, "unknown")]


def test_text_and_numbers_hold_when_they_say_something():
    words = plant({"word": {}, "state": {"rules": [{"when": "word", "is": "running"}], "otherwise": "off"}})
    rows = [("word", n, raw) for n, raw in enumerate(["", "false", "0", "E7", -1, 0.0, 0.5])]
    table = detect(*rows, plant=words)
    assert table["state"].tolist() == ["off", "off", "off", "running", "running", "off", "running"]


@pytest.mark.parametrize(("right", "wrong"), [('reason = "alarm_no"', 'reason = "alarm"'), ('when = "run"', 'when = "alarm"')])
def test_rules_name_signals_of_their_machine(right, wrong):
    with pytest.raises(PlantError, match="no signal 'alarm'"):
        parse_plant(FLAGGED.to_toml().replace(right, wrong))


MAPPED = plant(
    {
        "fault": {"role": "flag", "map": {"17": "jam", "21": "overheat"}},
        "state": {"rules": [{"when": "fault", "is": "unplanned_stop", "reason": "fault"}], "otherwise": "running"},
    }
)


def test_a_fault_word_gives_its_reason_by_the_map_and_a_number_that_is_not_in_it_is_remarked():
    table = detect(("fault", 0, 0), ("fault", 10, 17), ("fault", 20, 0), ("fault", 30, 99), ("fault", 40, 21), plant=MAPPED)
    assert told(table, "state", "reason_id", "source") == [
        (0, "running", None, "derived"), (10, "unplanned_stop", "jam", "derived"), (20, "running", None, "derived"),
        (30, "unplanned_stop", None, "derived"), (40, "unplanned_stop", "overheat", "derived"),
    ]  # fmt: skip
    assert codes(table) == {"reason_not_mapped": 1}
    assert table.attrs["findings"][0]["evidence"]["values"] == ["99"]


def test_the_reason_tag_of_a_state_tag_may_have_a_map():
    own = plant({"state": {"role": "state"}, "why": {"role": "reason", "map": {"3": "R3"}}})
    table = detect(("state", 0, "unplanned_stop"), ("why", 0, 3), ("why", 5, 4), plant=own)
    assert told(table, "reason_id") == [(0, "R3"), (5, None)]
    assert codes(table) == {"reason_not_mapped": 1}


def test_a_map_of_states_gives_states_only():
    with pytest.raises(ValueError, match="expected one of"):
        plant({"state": {"role": "state", "map": {"3": "jam"}}})
