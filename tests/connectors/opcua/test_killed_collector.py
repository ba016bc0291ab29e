"""The collector killed with -9 at random moments: what it acknowledged is in the store, once; what it lost is in coverage."""

import os
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest

import smartfab as sf
from smartfab.plant import Plant
from tests.connectors.opcua.faults_by_seed import SEEDS, Ticker

pytestmark = pytest.mark.faults


def acknowledged_by(live, monkeypatch):
    """Every value the server was told to be durable: (index of the signal, source time, value)."""
    service, told = live.server.iserver.subscription_service, []
    publish = service.publish

    def noted(acks):
        acks = list(acks)
        for ack in acks:
            subscription = service.subscriptions.get(ack.SubscriptionId)
            result = subscription._not_acknowledged_results.get(ack.SequenceNumber) if subscription is not None else None
            for data in result.NotificationMessage.NotificationData if result is not None else []:
                told.extend(
                    (item.ClientHandle - 1, item.Value.SourceTimestamp, item.Value.Value.Value) for item in data.MonitoredItems
                )
        return publish(acks)

    monkeypatch.setattr(service, "publish", noted)
    return told


def collector(folder, *options):
    command = [
        sys.executable,
        "-m",
        "smartfab",
        "collect",
        str(folder / "plant.toml"),
        "--store",
        str(folder / "store"),
        *options,
    ]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )


def wait(holds, process, seconds=90):
    tick = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        assert process.poll() is None, process.stderr.read().decode()
        tick.wait(0.02)
    raise AssertionError("it did not come about")


def test_no_acknowledged_value_is_lost(live, line_of, tmp_path, monkeypatch):
    chance, acknowledged = np.random.default_rng(7), acknowledged_by(live, monkeypatch)
    with Ticker(live, "killed") as ticker:
        line = line_of(live.url, ticker.names, queue=10_000)
        plant = Plant.model_validate({"plant": {"id": "p", "timezone": "UTC"}, "line": [line.model_dump(exclude_none=True)]})
        (tmp_path / "plant.toml").write_text(plant.to_toml(), encoding="utf-8")
        for _ in range(SEEDS):
            process, before = collector(tmp_path), len(acknowledged)
            wait(lambda before=before: len(acknowledged) > before + 20, process)
            threading.Event().wait(chance.uniform(0, 1))
            process.kill()
            process.communicate()
        process, before = collector(tmp_path, "--seconds", "6"), len(acknowledged)
        wait(lambda: len(acknowledged) > before + 20, process)
        assert process.communicate(timeout=90)[1] == b""
        assert process.returncode == 0
    store = sf.open_store(tmp_path / "store")
    samples, gaps = store.read("samples"), store.read("coverage").query("not recovered")
    assert not samples.duplicated(["signal_id", "ts"]).any()
    names = [f"Press01/{name}" for name in ticker.names]
    held = set(zip(samples["signal_id"], samples["ts"], samples["value"], strict=True))
    lost = [row for row in acknowledged if (names[row[0]], pd.Timestamp(row[1]), float(row[2])) not in held and row[2]]
    assert not lost
    for name, truth in ticker.truth.items():
        own, mine = f"Press01/{name}", samples[samples["signal_id"] == f"Press01/{name}"]
        missing = [pd.Timestamp(at) for at, _ in truth if mine["ts"].min() < at < mine["ts"].max()]
        missing = set(missing) - set(mine["ts"])
        told = gaps[gaps["signal_id"] == own]
        silent = [at for at in missing if not ((told["start"] <= at) & (at < told["end"])).any()]
        assert not silent, (name, silent[:3])
