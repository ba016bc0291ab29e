"""The server killed with -9 and started again: what did not come stands in coverage, exactly, and the rest came once."""

import threading

import pandas as pd
import pytest
from smartfab.connectors.opcua import OpcUaSource

from tests.connectors.opcua.conftest import MemoryJournal
from tests.connectors.opcua.tcp_proxy import Proxy
from tests.interop.conftest import Press
from tests.interop.truth import plain, told

pytestmark = pytest.mark.interop


def wait(holds, seconds=90):
    tick = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        tick.wait(0.05)
    pytest.fail("it did not come about")


def test_nothing_is_lost_in_silence_when_the_server_is_killed(node, tmp_path):
    folder = tmp_path / "press"
    folder.mkdir()
    journal, stop, presses = MemoryJournal(), threading.Event(), [Press(node, folder)]
    first = presses[0]
    with Proxy(first.listening["listening"]) as proxy:
        line = first.line({"allow_insecure": "a test on this machine"}).model_copy(update={"endpoint": proxy.url})
        with OpcUaSource(line, timeout=5.0, keep_alive=1.0) as source:
            thread = threading.Thread(target=lambda: source.collect(journal, stop=stop))
            thread.start()
            try:
                for _ in range(2):
                    wait(lambda: source.health()["state"] == "collecting")
                    before = len(journal.samples)
                    wait(lambda before=before: len(journal.samples) > before + 40)
                    presses[-1].process.kill()
                    presses[-1].close()
                    presses.append(Press(node, folder))
                    proxy.retarget(presses[-1].listening["listening"])
                    since = pd.Timestamp.now("UTC")
                    wait(lambda since=since: (journal.samples["ts"] > since).sum() > 40)
            finally:
                stop.set()
                thread.join()
    got, gaps = journal.samples, journal.coverage.query("not recovered")
    truth = pd.concat([press.ended() for press in presses[:-1]] + [presses[-1].truth(got["ts"].max())])
    presses[-1].close()
    begun = got.groupby("signal_id")["ts"].min()
    truth = truth[(truth["ts"] >= truth["signal_id"].map(begun)) & (truth["ts"] <= got["ts"].max())]
    assert not got.duplicated(["signal_id", "ts"]).any()
    lost = sorted(set(told(truth)) - set(plain(got)))
    assert not set(plain(got)) - set(told(truth))
    for signal_id, ts, _ in lost:
        inside = gaps.query("signal_id == @signal_id and start <= @ts < end")
        assert len(inside) >= 1, (signal_id, ts)
    for gap in gaps.itertuples():
        known = got[(got["signal_id"] == gap.signal_id) & (got["ts"] >= gap.start) & (got["ts"] < gap.end)]
        assert known.empty, gap  # what came is not unknown
