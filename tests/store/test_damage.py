"""Damaged files are told by name, whether they hold rows or the log; nothing is read over them."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import CorruptTableError, StoreError


@pytest.fixture
def three(store, samples):
    for day in (1, 2, 3):
        store.append("samples", samples(200, start=f"2026-03-0{day}T06:00Z"), app_id="a", seq=day)
    return store


def _log(store, version):
    return store.path / "samples" / "_delta_log" / f"{version:020}.json"


def _faces(store):
    """Every way in, through a store that knows nothing yet and through one that keeps a handle."""
    for one in (sf.open_store(store.path), store):
        yield lambda one=one: one.read("samples")
        yield lambda one=one: list(one.scan("samples"))
        yield lambda one=one: one.history("samples")
        yield lambda one=one: one.append("samples", one.read("samples").iloc[:1])


DATA = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "torn": lambda path: path.write_bytes(path.read_bytes()[:300]),
    "zero-filled": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "another file": lambda path: path.write_bytes(b"signal_id,ts,value\n"),
    "a byte of a page": lambda path: path.write_bytes(path.read_bytes()[:60] + b"\xff" + path.read_bytes()[61:]),
}


@pytest.mark.parametrize("damage", DATA.values(), ids=DATA)
def test_a_damaged_data_file_is_named(three, files, damage):
    path = files(three.path)[1]
    damage(path)
    for ask in (lambda: three.read("samples"), lambda: list(three.scan("samples"))):
        with pytest.raises(CorruptTableError, match=path.name) as caught:
            ask()
        assert caught.value.table == "samples"
        assert caught.value.__cause__ is not None


def test_what_does_not_need_the_damaged_file_is_read(three, files):
    files(three.path)[1].unlink()
    assert len(three.read("samples", "2026-03-03T00:00Z")) == 200
    assert three.append("samples", three.read("samples", "2026-03-03T00:00Z")) is True


@pytest.mark.parametrize("position", [0.2, 0.35, 0.5, 0.65, 0.8])
def test_a_flipped_byte_of_the_rows_is_seen(store, samples, files, position):
    frame = samples(20_000).assign(value=[(k * 0.618_033_988_749) % 1 for k in range(20_000)])
    store.append("samples", frame)
    path = files(store.path)[0]
    content = bytearray(path.read_bytes())
    content[int(len(content) * position)] ^= 0x10
    path.write_bytes(content)
    with pytest.raises(CorruptTableError, match=path.name):
        store.read("samples")


LOG = {
    "empty": lambda path: path.write_bytes(b""),
    "zero-filled": lambda path: path.write_bytes(bytes(500)),
    "torn": lambda path: path.write_bytes(path.read_bytes()[:350]),
    "missing": lambda path: path.unlink(),
}


# Without its last commit a log is a shorter log: nothing tells.
CASES = {f"{name} {version}": (LOG[name], version) for name in LOG for version in (1, 3) if (name, version) != ("missing", 3)}


@pytest.mark.parametrize(("damage", "version"), CASES.values(), ids=CASES)
def test_a_damaged_commit_is_named(three, damage, version):
    path = _log(three, version)
    damage(path)
    for ask in list(_faces(three))[:3]:
        with pytest.raises(CorruptTableError, match=path.name):
            ask()
    with pytest.raises(CorruptTableError, match=path.name):
        sf.open_store(three.path).append("samples", pd.DataFrame({"signal_id": ["a"], "ts": [pd.Timestamp(0, tz="UTC")]}))


def test_a_commit_torn_after_the_handle_was_taken_is_named(three, samples):
    sf.open_store(three.path).append("samples", samples(5))
    _log(three, 4).write_bytes(b"")
    with pytest.raises(CorruptTableError, match=_log(three, 4).name):
        three.append("samples", samples(5))


def test_a_table_without_its_log_is_not_taken_for_a_new_one(three, samples):
    shutil.rmtree(three.path / "samples" / "_delta_log")
    for ask in _faces(three):
        with pytest.raises(CorruptTableError, match="_delta_log"):
            ask()


def test_the_first_commit_is_missing(three):
    _log(three, 0).unlink()
    with pytest.raises(CorruptTableError, match="_delta_log"):
        sf.open_store(three.path).read("samples")


def test_a_damaged_checkpoint_is_named(store, samples):
    for seq in range(102):
        store.append("samples", samples(1), app_id="a", seq=seq)
    checkpoint = next((store.path / "samples" / "_delta_log").glob("*.checkpoint.parquet"))
    checkpoint.write_bytes(b"PAR1")
    with pytest.raises(CorruptTableError, match="_delta_log"):
        sf.open_store(store.path).read("samples")


def test_a_table_only_a_newer_reader_can_read_is_refused(three):
    from deltalake import DeltaTable, TableFeatures

    handle = DeltaTable(str(three.path / "samples"))
    handle.alter.add_feature(TableFeatures.DeletionVectors, allow_protocol_versions_increase=True)
    with pytest.raises(StoreError, match="reader version 3"):
        three.read("samples")
