"""A cut every two seconds for as long as one likes: memory and tasks stay as they are. `make cuts` soaks for five minutes."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from tests.connectors.opcua.faults_by_seed import Ticker
from tests.connectors.opcua.tcp_proxy import Proxy

LENGTH_S = float(os.environ.get("SMARTFAB_SOAK_S", "20"))
MOST_MORE_KB = 8_000

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")]


def test_memory_and_tasks_stay_flat_over_cuts(live, line_of):
    rest, told = threading.Event(), []
    with Ticker(live, "soak") as ticker, Proxy(live.port) as proxy:
        line = line_of(proxy.url, {"at20": ticker.names["at20"]}, queue=10_000)
        command = [sys.executable, "-m", "tests.connectors.opcua.soaking", line.model_dump_json(exclude_none=True)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        reader = threading.Thread(target=lambda: told.extend(map(json.loads, process.stdout)))
        reader.start()
        end = time.monotonic() + LENGTH_S
        while time.monotonic() < end:
            rest.wait(1.7)
            proxy.cut()
            rest.wait(0.3)
            proxy.mend()
        rest.wait(8)
        process.stdin.close()
        reader.join()
        assert process.wait(30) == 0
        process.stdout.close()
    live.forget_sessions()
    last, warm = told[-1], told[len(told) // 4 :]
    early, late = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    tasks, threads = ({row[name] for row in told} for name in ("tasks", "threads"))
    sys.stdout.write(
        f"\n{len(told)} s: {early[0]['memory']} to {last['memory']} kB, {min(tasks)} to {max(tasks)} tasks, {min(threads)} to "
        f"{max(threads)} threads, {last['rows']} values, {last['reconnects']} reconnects, {last['gaps']} gaps\n"
    )
    assert last["in_order"]
    assert last["gaps"] == 0
    assert last["reconnects"] >= LENGTH_S / 8
    assert max(row["tasks"] for row in late) <= max(row["tasks"] for row in early) + 1
    assert max(row["threads"] for row in late) <= max(row["threads"] for row in early)
    assert max(row["memory"] for row in late) <= max(row["memory"] for row in early) + MOST_MORE_KB
