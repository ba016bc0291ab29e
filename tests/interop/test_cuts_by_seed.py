"""Random faults of the network between us and node-opcua: nothing lost, nothing twice, in order, by the server's own word."""

import pytest

from tests.connectors.opcua.faults_by_seed import lives
from tests.interop.truth import plain, told

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("channel", ["open", "protected"])
def test_no_value_is_lost_or_repeated_over_cuts(press, tmp_path, channel):
    security = {"allow_insecure": "a test on this machine"} if channel == "open" else press.protected(tmp_path)

    def line_of(url):
        line = press.line(security)
        return line.model_copy(update={"endpoint": url, "queue": 10_000})

    def caught_up(journal, at):
        return (journal.samples.query("signal_id == 'Press01/temperature'")["ts"] > at).any()

    for seed, journal, health in lives(press.listening["listening"], line_of, caught_up):
        got = journal.samples
        truth = press.truth(got["ts"].max())
        first = got.groupby("signal_id")["ts"].min()
        expected = truth[truth["ts"] >= truth["signal_id"].map(first)]
        assert journal.coverage.empty, seed
        assert health["overflows"] == 0, seed
        missing, strange = set(told(expected)) - set(plain(got)), set(plain(got)) - set(told(expected))
        twice = got[got.duplicated(["signal_id", "ts"], keep=False)]
        assert not missing, (seed, sorted(missing)[:5])
        assert not strange, (seed, sorted(strange)[:5])
        assert twice.empty, (seed, plain(twice))
        assert all(group["ts"].is_monotonic_increasing for _, group in got.groupby("signal_id")), seed
