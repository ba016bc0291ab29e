"""A press served by node-opcua, as a subprocess that tells what it does."""

import base64
import json
import os
import secrets
import shutil
import subprocess
import threading
from pathlib import Path

import pandas as pd
import pytest
from smartfab.connectors.opcua.simulator_pki import make_secrets

from smartfab.plant import Plant

HERE = Path(__file__).parent
OLDEST_NODE = 18
SIGNALS = {
    "state": {"node": 'press;s="Press01"."State"', "role": "state", "map": {"3": "running", "-5": "unplanned_stop"}},
    "good": {"node": "press;s=Press01.Good", "role": "good_count", "max_value": 4294967295},
    "scrap": {"node": "press;i=1003", "role": "reject_count", "history": "no"},
    "temperature": {"node": "press;s=Press01.Temperature", "role": "process_value", "unit": "degC"},
    "product": {"node": "press;s=Press01.Product", "role": "product_id", "history": "no"},
}


def absent(reason):
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; CI must have it: run `make interop`", pytrace=False)
    pytest.skip(f"{reason}: run `make interop`, or npm install in {HERE}")


@pytest.fixture(scope="session")
def node():
    """The Node executable, when there is one and node-opcua is installed for it."""
    found = shutil.which("node")
    if found is None:
        absent("Node is not installed")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        absent(f"Node {version} is older than {OLDEST_NODE}")
    if not (HERE / "node_modules" / "node-opcua").is_dir():
        absent("node-opcua is not installed")
    return found


class Press:
    """The running server: where it listens, and every change it made so far."""

    def __init__(self, node, folder):
        self.folder = folder
        self.password = secrets.token_urlsafe(12)
        self._rows = []
        self._news = threading.Condition()
        self._errors = (folder / "errors.txt").open("w+")
        self.process = subprocess.Popen(
            [node, str(HERE / "server.js"), str(folder / "server"), "7"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True, encoding="utf-8",
            env={**os.environ, "INTEROP_PASSWORD": self.password},
        )  # fmt: skip
        self.listening = None
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        self._wait(lambda: self.listening is not None, 120)  # its first start makes keys

    def _listen(self):
        for text in self.process.stdout:
            line = json.loads(text)
            with self._news:
                if "listening" in line:
                    self.listening = line
                else:
                    self._rows.append((f"Press01/{line['signal']}", pd.Timestamp(line["ts"]), line["value"]))
                self._news.notify_all()

    def _wait(self, holds, timeout):
        with self._news:
            if not self._news.wait_for(lambda: holds() or self.process.poll() is not None, timeout) or not holds():
                self._errors.seek(0)
                pytest.fail(f"the node-opcua server says nothing: {self._errors.read()}", pytrace=False)

    def truth(self, until):
        """Every change up to `until`, once the server has told a later one."""
        self._wait(lambda: self._rows and self._rows[-1][1] > until, 30)
        with self._news:
            frame = pd.DataFrame(list(self._rows), columns=["signal_id", "ts", "raw"])
        frame["ts"] = frame["ts"].dt.as_unit("us")
        return frame[frame["ts"] <= until].reset_index(drop=True)

    def ended(self):
        """Every change a server that is gone has told."""
        frame = pd.DataFrame(list(self._rows), columns=["signal_id", "ts", "raw"])
        frame["ts"] = frame["ts"].dt.as_unit("us")
        return frame

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self.process.stdout.close()
        self._errors.close()

    def plant(self, security, **more):
        """A plant of one line that reads this server, with `more` signals."""
        line = {
            "id": "L1", "endpoint": f"opc.tcp://127.0.0.1:{self.listening['listening']}", "security": security,
            "namespaces": {"press": "urn:interop:press"}, "sampling": "0ms", "publishing": "200ms", "queue": 200,
            "machine": [{"id": "Press01", "signals": {**SIGNALS, **more}}],
        }  # fmt: skip
        whole = {"plant": {"id": "interop", "timezone": "Asia/Ho_Chi_Minh"}, "line": [line]}
        return Plant.model_validate(whole)

    def line(self, security, **more):
        return self.plant(security, **more).line("L1")

    def protected(self, folder, password=None, certificate=None):
        """The security table for the encrypted endpoint; `certificate` is the one the client trusts."""
        made = make_secrets(folder)
        (folder / "trusted" / "simulator.der").unlink()
        trusted = base64.b64decode(self.listening["certificate"]) if certificate is None else certificate
        (folder / "trusted" / "press.der").write_bytes(trusted)
        made.password_file.write_text(self.password if password is None else password)
        return made.security.model_dump(exclude_none=True)


@pytest.fixture(scope="session")
def press(node, tmp_path_factory):
    server = Press(node, tmp_path_factory.mktemp("press"))
    yield server
    server.close()


@pytest.fixture(params=["open", "protected"])
def security(request, press, tmp_path):
    if request.param == "open":
        return {"allow_insecure": "a test on this machine"}
    return press.protected(tmp_path)


@pytest.fixture
def soon():
    """An event that another thread sets after some seconds."""
    timers = []

    def later(seconds):
        event = threading.Event()
        timers.append(threading.Timer(seconds, event.set))
        timers[-1].start()
        return event

    yield later
    for timer in timers:
        timer.cancel()
        timer.join()
