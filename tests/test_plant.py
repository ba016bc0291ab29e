"""The plant: levels, resolved endpoints, tables, and security that fails closed."""

from __future__ import annotations

import pandas as pd
import pydantic
import pytest
from hypothesis import given

import smartfab as sf
from smartfab.errors import PlantError
from smartfab.plant_file import parse_plant
from smartfab.plant_grammar import Security
from smartfab.tables import conform
from tests.plant_strategies import plants
from tests.tree import ROOT

SECURE = {"certificate": "own.der", "private_key": "own.pem", "trust": "trusted"}


@pytest.fixture(scope="module")
def example() -> sf.Plant:
    return sf.read_plant(ROOT / "examples" / "plant.toml")


def test_the_example_says_what_it_says(example):
    assert (example.id, example.timezone, example.day_start) == ("binh-minh", "Asia/Ho_Chi_Minh", "06:00")
    assert [shift.id for shift in example.shifts] == ["Ca1", "Ca2", "Ca3"]
    assert [machine.id for machine in example.line("press-1").machines] == ["Press01", "Dryer01", "Packer01"]
    assert example.machine("Press01").with_role("good_count", "reject_count").keys() == {"good", "scrap"}
    assert example.machine("Press01").signals["state"].map["3"] == "running"
    assert example.machine("Dryer01").signals["state"].rules[0].reason == "alarm_no"
    assert not example.machine("Packer01").signals["state"].on_server


def test_what_stands_at_a_machine_beats_its_line_and_at_a_signal_both(example):
    press, dryer = example.line("press-1").endpoints()
    assert press.url == "opc.tcp://plc-press.example:4840"
    assert set(press.signals) == {
        *(f"Press01/{name}" for name in ("state", "reason", "good", "scrap", "product", "cycle", "force")),
        "Packer01/good",
    }
    assert (press.security.policy, press.security.user) == ("Basic256Sha256", "collector")
    assert (dryer.url, dryer.security.policy) == ("opc.tcp://plc-dryer.example:4840", "Aes256Sha256RsaPss")
    assert set(dryer.signals) == {f"Dryer01/{name}" for name in ("run", "fault", "alarm_no", "good")}
    assert dryer.namespaces == press.namespaces == {"plc": "urn:plant:press-1"}
    assert press.clock == "source"
    force = press.signals["Press01/force"]
    assert (force.sampling, force.publishing, force.deadband) == ("100ms", "500ms", 0.5)


def test_overrides_go_signal_machine_line():
    plant = parse_plant("""
        plant = { id = "p", timezone = "UTC" }
        [[line]]
        id = "l"
        endpoint = "opc.tcp://a:4840"
        security = { allow_insecure = "bench" }
        namespaces = { a = "urn:line", b = "urn:line" }
        sampling = "1s"
        publishing = "2s"
        [[line.machine]]
        id = "m"
        namespaces = { b = "urn:machine" }
        sampling = "200ms"
        signals = { x = { node = "a;s=x" }, y = { node = "b;s=y", sampling = "50ms" } }
    """)
    (endpoint,) = plant.line("l").endpoints()
    assert endpoint.namespaces == {"a": "urn:line", "b": "urn:machine"}
    assert {name: (tag.sampling, tag.publishing) for name, tag in endpoint.signals.items()} == {
        "m/x": ("200ms", "2s"),
        "m/y": ("50ms", "2s"),
    }


def test_a_machine_with_tags_and_no_way_to_them_is_told():
    raw = {
        "plant": {"id": "p", "timezone": "UTC"},
        "line": [{"id": "l", "machine": [{"id": "m", "signals": {"x": {"path": "x"}}}]}],
    }
    with pytest.raises(PlantError, match=r"machine m: no endpoint"):
        sf.Plant.model_validate(raw).line("l").endpoints()
    raw["line"][0]["endpoint"] = "opc.tcp://a:4840"
    with pytest.raises(PlantError, match=r"machine m: no security"):
        sf.Plant.model_validate(raw).line("l").endpoints()


def test_names_that_are_none_are_told_with_those_there_are(example):
    with pytest.raises(PlantError, match=r"no line 'press-9'; expected one of: press-1"):
        example.line("press-9")
    with pytest.raises(PlantError, match=r"no machine 'X'; expected one of: Press01, Dryer01, Packer01"):
        example.machine("X")


def test_tables_of_the_example(example):
    machines = example.machine_table().set_index("machine_id")
    assert machines.index.tolist() == ["Press01", "Dryer01", "Packer01"]
    assert machines["constraint"].tolist() == [True, False, False]
    assert machines.loc["Press01", "micro_stop_s"] == 300.0
    assert machines["micro_stop_s"].isna().tolist() == [False, True, True]
    products = example.product_table()
    assert products[["product_id", "machine_id", "ideal_cycle_s"]].values.tolist()[:2] == [
        ["P-100", "Press01", 1.0],
        ["P-100", "Dryer01", 0.9],
    ]
    whole = products.iloc[2]
    assert (whole["product_id"], whole["rate_per_h"]) == ("P-200", 3000.0)
    assert pd.isna(whole["machine_id"])
    assert whole["valid_from"] == pd.Timestamp("2026-03-01T06:00", tz="Asia/Ho_Chi_Minh")


@given(plants())
def test_the_tables_of_any_plant_are_in_their_declared_types(raw):
    plant = sf.Plant.model_validate(raw)
    machines, products = plant.machine_table(), plant.product_table()
    pd.testing.assert_frame_equal(conform(machines, "machines"), machines)
    pd.testing.assert_frame_equal(conform(products, "products"), products)
    assert len(machines) == sum(len(line["machine"]) for line in raw["line"])


@given(plants())
def test_every_tag_of_any_plant_is_asked_of_one_endpoint(raw):
    plant = sf.Plant.model_validate(raw)
    for line in plant.lines:
        if line.endpoint is None:
            continue
        asked = [name for endpoint in line.endpoints() for name in endpoint.signals]
        tags = [f"{m.id}/{name}" for m in line.machines for name, signal in m.signals.items() if signal.on_server]
        assert sorted(asked) == sorted(tags)


@pytest.mark.parametrize(
    ("security", "said"),
    [
        ({}, "certificate and private_key are missing"),
        ({"certificate": "own.der", "trust": "t"}, "certificate and private_key are missing"),
        ({"certificate": "own.der", "private_key": "own.pem"}, "which server to trust"),
        ({**SECURE, "policy": "None"}, "must both be 'None'"),
        ({**SECURE, "mode": "None"}, "must both be 'None'"),
        ({"policy": "None", "mode": "None"}, "needs allow_insecure"),
        ({"policy": "None", "mode": "None", "allow_insecure": "  "}, "needs allow_insecure"),
        ({"allow_insecure": ""}, "certificate and private_key are missing"),
        ({**SECURE, "mode": "Sign"}, "needs allow_insecure"),
        ({**SECURE, "policy": "Basic128Rsa15"}, "policy"),
        ({**SECURE, "policy": "Basic256"}, "policy"),
        ({**SECURE, "mode": "sign"}, "mode"),
        ({**SECURE, "user": "collector"}, "without a password source"),
        ({**SECURE, "user": "collector", "password": "secret"}, "password"),
        ({**SECURE, "mode": "Sign", "allow_insecure": "bench", "user": "u", "password_env": "E"}, "unencrypted channel"),
        ({"allow_insecure": "bench", "user": "u", "password_env": "E"}, "unencrypted channel"),
    ],
    ids=str,
)
def test_security_fails_closed(security, said):
    with pytest.raises(pydantic.ValidationError, match=said) as told:
        Security.model_validate(security)
    assert "secret" not in str(told.value)


def test_security_as_it_should_be():
    security = Security.model_validate(SECURE)
    assert (security.policy, security.mode) == ("Basic256Sha256", "SignAndEncrypt")
    bench = Security.model_validate({"allow_insecure": "isolated test bench"})
    assert (bench.policy, bench.mode) == ("None", "None")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('endpoint = "opc.tcp://user:word@plc:4840"', "user information in the endpoint"),
        ('endpoint = "opc.tcp://user@plc:4840"', "user information in the endpoint"),
        ('endpoint = "opc.https://plc"', "unknown kind of endpoint"),
        ('endpoint = "opc.tcp://plc:4840"\n[[line.machine]]\nid = "m"', "an endpoint without security"),
        ('[[line.machine]]\nid = "m"\nendpoint = "opc.tcp://plc:4840"', "an endpoint without security"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { node = "ns=2;s=x" } }', "raw index"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { node = "x" } }', "no node id"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { role = "flag" } }', "nothing given; expected one of node"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { path = "a", node = "b;s=c" } }', "node and path given"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { path = "a", map = { 1 = "runs" } } }', "'runs'; expected"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { rules = [], otherwise = "x" } }', "no category"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { rules = [{ when = "f", is = "off" }] } }', "no signal 'f'"),
        ('[[line.machine]]\nid = "m"\nsignals = { x = { from_counter = "y", stopped_after = "9s" } }', "'y' is no counter"),
        (
            '[[line.machine]]\nid = "m"\nsignals = { x = { path = "a", role = "state" }, y = { path = "b", role = "state" } }',
            "second",
        ),
    ],
)
def test_lines_and_signals_fail_closed(line, said):
    with pytest.raises(PlantError) as told:
        parse_plant(f'[plant]\nid = "p"\ntimezone = "UTC"\n[[line]]\nid = "l"\n{line}')
    assert said in str(told.value)
    assert "word@" not in str(told.value)


def test_a_plant_cannot_be_changed(example):
    with pytest.raises(pydantic.ValidationError):
        example.plant.timezone = "UTC"
