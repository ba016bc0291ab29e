"""A live server, its trusted client, and lines that point at it; shared by the tests of the client."""

from __future__ import annotations

import gc
import logging
import threading

import pandas as pd
import pytest
from smartfab.connectors.opcua.samples import frame_of

from smartfab.errors import StoreError
from smartfab.plant import Line
from smartfab.tables import empty
from tests.connectors.opcua.certificates import identity
from tests.connectors.opcua.live_server import SPACE, URI, LiveServer

OPEN = {"allow_insecure": "test bench"}


class MemoryJournal:
    """Keeps appends in order, over as many runs as one likes; can refuse, and can be held up."""

    def __init__(self):
        self.appends = []
        self.alive = {}
        self.fails_at = None
        self.refusals = 0
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def append(self, batch, *, alive=None):
        self.entered.set()
        assert self.gate.wait(30)
        if self.refusals:
            self.refusals -= 1
            raise StoreError("disk full")
        if self.fails_at is not None and batch and len(self.appends) + 1 >= self.fails_at:
            raise OSError("disk full")
        self.alive |= alive or {}
        if batch:
            self.appends.append(batch)
        return len(self.appends)

    def last_times(self):
        return self.samples.groupby("signal_id")["ts"].max().to_dict()

    def alive_at(self, server=None):
        return pd.Timestamp(self.alive[server], unit="us", tz="UTC") if server in self.alive else None

    def close(self):
        pass

    def table(self, name):
        frames = [batch[name].to_pandas() for batch in self.appends if name in batch]
        return pd.concat(frames, ignore_index=True) if frames else empty(name)

    @property
    def samples(self):
        return frame_of([batch["samples"] for batch in self.appends if "samples" in batch])

    @property
    def coverage(self):
        """The last word on each gap."""
        return self.table("coverage").drop_duplicates(["signal_id", "start", "end"], keep="last", ignore_index=True)

    def values(self, signal_id):
        return self.samples.query("signal_id == @signal_id")["value"].tolist()


@pytest.fixture(scope="session")
def server_identity():
    return identity(URI)


@pytest.fixture(scope="session")
def live(server_identity):
    with LiveServer(server_identity) as server:
        gc.freeze()  # its address space is large, and would make every collection below slow
        yield server
        gc.unfreeze()


@pytest.fixture(scope="session")
def client_identity():
    return identity("urn:test:client")


@pytest.fixture
def store():
    return MemoryJournal()


@pytest.fixture
def secure(tmp_path, client_identity, server_identity):
    """The security table of a client that trusts the live server, as a dict to change."""
    certificate, key = client_identity.save(tmp_path, "own")
    trust = tmp_path / "trusted"
    trust.mkdir()
    (trust / "server.der").write_bytes(server_identity.der)
    return {"certificate": certificate, "private_key": key, "trust": str(trust)}


@pytest.fixture
def line_of():
    """Return a line whose machine Press01 has these signals: name → table, or the name of a node."""

    def make(url, signals, security=None, **settings):
        tables = {name: {"node": f"plc;s={signal}"} if isinstance(signal, str) else signal for name, signal in signals.items()}
        return Line.model_validate(
            {
                "id": "press-1",
                "endpoint": url,
                "security": security or OPEN,
                "namespaces": {"plc": SPACE},
                "sampling": "20ms",
                "publishing": "50ms",
                **settings,
                "machine": [{"id": "Press01", "signals": tables}],
            }
        )

    return make


@pytest.fixture
def node(live, request):
    """Return a variable of the live server made for this test alone, with its name."""

    def make(name, value=0.0, **options):
        full = f"{request.node.name}.{name}"
        return full, live.add(full, value, **options)

    return make


@pytest.fixture
def until():
    """Wait for a condition that another thread brings about."""

    def wait(condition, seconds=60.0):
        tick = threading.Event()
        for _ in range(int(seconds / 0.01)):
            if condition():
                return
            tick.wait(0.01)
        raise AssertionError("it did not come about")

    return wait


@pytest.fixture
def collecting(until):
    """Run `source.collect` in a thread; returns (stop, outcome) once it collects."""
    running = []

    def begin(source, store):
        stop, outcome = threading.Event(), {}

        def work():
            try:
                outcome["report"] = source.collect(store, stop=stop)
            except BaseException as error:  # noqa: BLE001  the test looks at it
                outcome["error"] = error

        thread = threading.Thread(target=work, name="collecting")
        thread.start()
        running.append((stop, thread))
        until(lambda: source.health()["state"] == "collecting" or not thread.is_alive())
        outcome["thread"] = thread
        return stop, outcome

    yield begin
    for stop, thread in running:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


class _Complaints(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.told = []

    def emit(self, record):
        self.told.append(record.getMessage())


@pytest.fixture(autouse=True)
def _nothing_left(request):
    """No thread of a source outlives a test, and no event loop had anything to complain about."""
    complaints = _Complaints()
    logging.getLogger("asyncio").addHandler(complaints)
    yield
    gc.collect()
    logging.getLogger("asyncio").removeHandler(complaints)
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith(("smartfab-opcua", "smartfab-append"))]
    if "live" in request.fixturenames:
        request.getfixturevalue("live").forget_sessions()  # of clients that were cut off; the next test counts anew
    assert not left
    assert not complaints.told
