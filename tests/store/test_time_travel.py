"""Old versions stay readable: by number and by time; the history says what was done when."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest
from deltalake import DeltaTable

from smartfab.errors import StoreError, TimeError


@pytest.fixture
def three(store, samples):
    """A store whose table samples got 1, 2 and 3 rows, one append an hour apart."""
    for n in (1, 2, 3):
        store.append("samples", samples(n, signal=f"a/{n}"))
    for version in range(4):
        path = store.path / "samples" / "_delta_log" / f"{version:020}.json"
        actions = [json.loads(line) for line in path.read_text().splitlines()]
        for action in actions:
            if "commitInfo" in action:
                at = int(pd.Timestamp(f"2026-03-02T{version:02}:00Z").value // 10**6)
                action["commitInfo"] |= {"timestamp": at, **({"written_at": at} if version else {})}
        path.write_text("\n".join(map(json.dumps, actions)))
    return store


def test_by_version(three):
    assert [len(three.read("samples", as_of=version)) for version in range(4)] == [0, 1, 3, 6]
    assert sum(len(batch) for batch in three.scan("samples", as_of=2)) == 3


@pytest.mark.parametrize(
    ("as_of", "rows"),
    [
        ("2026-03-01T23:59:59.999Z", 0),
        ("2026-03-02T01:00Z", 1),
        ("2026-03-02T08:59+07:00", 1),
        (pd.Timestamp("2026-03-02T09:00+07:00"), 3),
        (dt.datetime(2027, 1, 1, tzinfo=dt.UTC), 6),
    ],
)
def test_by_time(three, as_of, rows):
    """The time of the commit counts, not that of the file: a copied store answers the same."""
    assert len(three.read("samples", as_of=as_of)) == rows


def test_by_a_time_just_read_from_the_history(three):
    told = three.history("samples")
    assert [len(three.read("samples", as_of=ts)) for ts in told["timestamp"]] == [0, 1, 3, 6]


@pytest.mark.parametrize("version", [4, -1, 10**9])
def test_a_version_there_is_not(three, version):
    with pytest.raises(StoreError, match="expected 0 to 3"):
        three.read("samples", as_of=version)


@pytest.mark.parametrize("as_of", ["2026-03-02T01:00", "soon", True])
def test_what_is_no_version_and_no_time(three, as_of):
    with pytest.raises(TimeError):
        three.read("samples", as_of=as_of)


def test_a_table_never_written_has_no_versions(store):
    assert store.read("samples", as_of="2026-03-02T01:00Z").empty
    with pytest.raises(StoreError, match="version 0"):
        store.read("samples", as_of=0)


def test_history(three, samples):
    three.append("samples", samples(0), app_id="a", seq=1)
    told = three.history("samples")
    assert told["version"].tolist() == [0, 1, 2, 3, 4]
    assert told["rows"].tolist() == [pd.NA, 1, 2, 3, 0]
    assert told["operation"].tolist() == ["CREATE TABLE", "WRITE", "WRITE", "WRITE", "WRITE"]
    assert told["timestamp"].iloc[1] == pd.Timestamp("2026-03-02T01:00Z")
    assert told.dtypes.astype(str).tolist() == ["int64", "datetime64[us, UTC]", "str", "Int64"]


def test_the_history_of_nothing(store):
    told = store.history("states")
    assert told.empty
    assert told.dtypes.astype(str).tolist() == ["int64", "datetime64[us, UTC]", "str", "Int64"]
    with pytest.raises(StoreError, match="no table"):
        store.history("state")


def test_versions_survive_checkpoints(store, samples):
    """deltalake makes a checkpoint every hundred commits; what is before it stays readable."""
    for seq in range(102):
        store.append("samples", samples(1, value=seq), app_id="a", seq=seq)
    log = store.path / "samples" / "_delta_log"
    assert list(log.glob("*.checkpoint.parquet"))
    assert len(store.read("samples", as_of=50)) == 50
    assert len(store.read("samples")) == 102
    assert store.append("samples", samples(1), app_id="a", seq=101) is False


def test_only_the_log_of_samples_is_ever_cleaned(store, samples):
    store.append("samples", samples())
    store.append("products", pd.DataFrame({"product_id": ["P-100"]}))
    keep = {name: DeltaTable(str(store.path / name)).metadata().configuration for name in ("samples", "products")}
    assert {name: value["delta.enableExpiredLogCleanup"] for name, value in keep.items()} == {
        "samples": "true",
        "products": "false",
    }


@pytest.mark.parametrize("name", ["written_at", "timestamp"])
def test_the_time_of_a_commit_is_sealed(store, samples, name):
    store.append("samples", samples(1))
    before = store.history("samples")["timestamp"].iloc[1]
    path = store.path / "samples" / "_delta_log" / f"{1:020}.json"
    at = next(json.loads(line)["commitInfo"][name] for line in path.read_text().splitlines() if "commitInfo" in line)
    path.write_text(path.read_text().replace(f'"{name}":{at}', f'"{name}":{at ^ 1 << 30}'))
    found = store.verify()
    assert found.ok == (name == "timestamp")
    assert (store.history("samples")["timestamp"].iloc[1] == before) == (name == "timestamp")
