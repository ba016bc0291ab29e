"""`OpcUaSource` against node-opcua: nothing lost, nothing twice, in order, by the server's own word."""

import pandas as pd
import pytest
from smartfab.connectors.opcua import OpcUaSource
from smartfab.connectors.opcua.simulator_pki import make_secrets

import smartfab as sf
from smartfab.errors import SignalNotFound, SourceRefused
from smartfab.testing.memory_store import MemoryStore
from tests.interop.truth import assert_exact, plain, told

pytestmark = pytest.mark.interop
GONE = {"node": "press;s=Press01.Gone", "role": "process_value"}


def samples_of(store):
    return pd.concat([frame for table, frame in store.appended if table == "samples"], ignore_index=True)


def test_read_gives_the_values_of_now(press, security):
    with OpcUaSource(press.line(security)) as source:
        got = source.read()
    truth = press.truth(got["ts"].max())
    assert sorted(got["signal_id"]) == sorted(set(truth["signal_id"]))
    assert set(plain(got)) <= set(told(truth))


def test_watch_misses_nothing(press, security):
    with OpcUaSource(press.line(security)) as source:
        got = source.watch(seconds=2)
    assert_exact(got, press, least=20)


def test_collect_keeps_every_change_in_order(press, security, soon):
    store = MemoryStore()
    with OpcUaSource(press.line(security)) as source:
        health = source.collect(store, stop=soon(6))
    got = samples_of(store)
    assert_exact(got, press, least=100)
    assert all(group["ts"].is_monotonic_increasing for _, group in got.groupby("signal_id"))
    assert health["overflows"] == 0
    assert health["appended"] == len(got)


def test_collect_into_a_real_store(press, tmp_path, soon):
    store = sf.open_store(tmp_path / "store")
    with OpcUaSource(press.line(press.protected(tmp_path))) as source:
        source.collect(store, stop=soon(4))
    assert_exact(store.read("samples"), press, least=60)


def test_history_is_what_the_server_told(press, security):
    with OpcUaSource(press.line(security)) as source:
        start = source.watch(seconds=1)["ts"].max()
        end = source.watch(seconds=2)["ts"].max()
        got = source.read_history(start, end)
    truth = press.truth(end)
    historizing = ["Press01/good", "Press01/state", "Press01/temperature"]
    wanted = truth[truth["signal_id"].isin(historizing) & (truth["ts"] >= start) & (truth["ts"] < end)]
    assert len(wanted) > 20
    assert sorted(plain(got)) == sorted(told(wanted))


def test_a_signal_without_history_is_reported(press, security):
    spoken = {"node": "press;i=1003", "role": "reject_count"}  # as "scrap", but it hopes for history
    now = pd.Timestamp.now("UTC")
    with OpcUaSource(press.line(security, spoken=spoken)) as source:
        got = source.read_history(now - pd.Timedelta("10s"), now)
    assert "Press01/spoken" in set(sf.findings_of(got)["where"])


def test_a_wrong_password_is_refused_and_told_to_nobody(press, tmp_path):
    wrong = "not the password of this press"
    with OpcUaSource(press.line(press.protected(tmp_path, password=wrong))) as source, pytest.raises(SourceRefused) as caught:
        source.read()
    assert wrong not in repr(caught.value) + str(caught.value)


def test_a_server_that_is_not_trusted_is_refused(press, tmp_path):
    (tmp_path / "other").mkdir()
    other = make_secrets(tmp_path / "other").server.certificate
    (tmp_path / "own").mkdir()
    with OpcUaSource(press.line(press.protected(tmp_path / "own", certificate=other))) as source, pytest.raises(SourceRefused):
        source.read()


def test_an_unknown_node_is_reported_and_the_others_are_read(press, security, soon):
    store = MemoryStore()
    with OpcUaSource(press.line(security, gone=GONE)) as source:
        got = source.read()
        health = source.collect(store, stop=soon(2))
    assert "Press01/gone" not in set(got["signal_id"])
    assert "Press01/gone" in set(sf.findings_of(got)["where"])
    assert set(health["not_found"]) == {"Press01/gone"}
    assert_exact(samples_of(store), press, least=10)


def test_a_line_of_unknown_nodes_only_is_an_error(press, security):
    line = press.line(security, gone=GONE)
    machine = line.machines[0].model_copy(update={"signals": {"gone": line.machines[0].signals["gone"]}})
    with OpcUaSource(line.model_copy(update={"machine": (machine,)})) as source, pytest.raises(SignalNotFound):
        source.read()
