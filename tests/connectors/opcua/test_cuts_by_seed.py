"""Random faults of the network at 1, 10 and 20 Hz: nothing lost, nothing twice, in order. `make cuts` has the long form."""

import pytest

from tests.connectors.opcua.faults_by_seed import RATES_HZ, Ticker, lives


def test_no_value_is_lost_or_repeated_over_cuts(live, line_of):
    with Ticker(live, "cuts") as ticker:
        names = ticker.names

        def caught_up(journal, at):
            return (journal.samples.query(f"signal_id == 'Press01/at{max(RATES_HZ)}'")["ts"] > at).any()

        for seed, journal, told in lives(live.port, lambda url: line_of(url, names, queue=10_000), caught_up):
            assert journal.coverage.empty, seed
            assert told["overflows"] == 0, seed
            for name, truth in ticker.truth.items():
                got = journal.values(f"Press01/{name}")
                assert got == list(range(int(got[0]), int(got[-1]) + 1)), (seed, name)
                assert got[-1] <= truth[-1][1]
    live.forget_sessions()


@pytest.mark.parametrize("seed", range(3))
def test_the_schedule_is_the_seeds(seed):
    from tests.connectors.opcua.faults_by_seed import schedule

    assert list(schedule(seed)) == list(schedule(seed)) != list(schedule(seed + 1))
