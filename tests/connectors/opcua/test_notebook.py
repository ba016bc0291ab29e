"""A notebook's cell: a loop runs already, and Ctrl-C comes as KeyboardInterrupt in the midst of it."""

import signal
import subprocess
import sys

import pytest

CELL = """
import asyncio, signal, sys, threading
from smartfab.connectors.opcua import OpcUaSource
from smartfab.connectors.opcua.appending import KeptSamples
from smartfab.plant import Line

class Journal(KeptSamples):
    def last_times(self):
        return {}

    def alive_at(self, server=None):
        return None

    def close(self):
        pass

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs in the background may have been started deaf to it
line = Line.model_validate_json(sys.argv[1])

async def cell():
    with OpcUaSource(line) as source:
        print(source.read()["value"].tolist(), flush=True)
        threading.Thread(target=tell, args=(source,), daemon=True).start()
        {call}

def tell(source):
    while source.health()["received"] < 1:
        threading.Event().wait(0.01)
    print("watching", flush=True)

loop = asyncio.new_event_loop()
try:
    loop.run_until_complete(cell())
except KeyboardInterrupt:
    print("interrupted", [thread.name for thread in threading.enumerate() if thread.name.startswith("smartfab")], flush=True)
loop.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent Ctrl-C alone on Windows")
@pytest.mark.parametrize("call", ["source.watch(600)", "source.collect(Journal(), stop=threading.Event())"])
def test_ctrl_c_in_a_cell_leaves_no_thread_and_no_subscription(live, node, line_of, call):
    name, _ = node("Good", 3)
    program = CELL.replace("{call}", call)
    line = line_of(live.url, {"good": name}).model_dump_json(exclude_none=True, by_alias=True)
    with subprocess.Popen([sys.executable, "-c", program, line], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "[3.0]\n"
        assert process.stdout.readline() == "watching\n"
        assert live.subscriptions == 1
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted []\n"
        assert process.wait(60) == 0
    assert live.subscriptions == live.sessions == 0
