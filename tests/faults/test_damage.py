"""What a power cut or a bad disk makes of files that were written: found by `verify`, healed from the journal, never silent."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import StoreError
from smartfab.store.delta_log import commit_path
from tests.faults.schedules import SIGNALS, START, STEP, rows_of
from tests.faults.seeds import LIVES, portions, seeds, told

AT_ONCE, HOW_MANY = 10, max(1, LIVES // 20)
PATIENT = {"flush_rows": 10**9, "flush_seconds": 1e9}
pytestmark = pytest.mark.faults


def _filled(folder, rng):
    """A store into which a journal was drained a few times, some of it compacted; and its rows."""
    store, made = sf.open_store(folder), 0
    with store.journal("line", **PATIENT) as journal:
        for _ in range(rng.randint(1, 5)):
            more = made + rng.randint(1, 40)
            journal.append({"samples": rows_of(made, more)})
            journal.drain()
            made = more
            if rng.random() < 0.25:
                store.compact("2026-03-02")
        if rng.random() < 0.3:
            store._table("samples").newest().create_checkpoint()
    return store, made


def _damage(path, rng):
    """One fault of a disk; says which."""
    content = bytearray(path.read_bytes())
    form = rng.choice(["missing", "empty", "torn", "flipped"])
    if form == "missing":
        path.unlink()
        return form
    if form == "flipped":
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    kept = {"empty": b"", "torn": content[: rng.randrange(len(content))], "flipped": content}[form]
    path.write_bytes(kept)
    return form


@pytest.mark.parametrize("portion", portions(AT_ONCE, of=HOW_MANY))
def test_damaged_files_are_found_and_healed_from_the_journal(portion, room):
    """One fault of the disk is healed; of several at once none is silent."""
    for seed in seeds(portion, AT_ONCE, of=HOW_MANY):
        story = []
        with told(seed, story) as rng:
            store, made = _filled(room / str(seed), rng)
            files = sorted(path for path in (store.path / "samples").rglob("*") if path.is_file())
            struck = rng.sample(files, min(len(files), rng.choice([1, 1, 2, 3])))
            story += [f"{path.name} {_damage(path, rng)}" for path in struck]
            healed = _healed(sf.open_store(store.path), story)
            if healed or len(struck) == 1:
                _complete(sf.open_store(store.path), made)
        shutil.rmtree(room / str(seed))


def _complete(store, made):
    """Every row once, however it is asked for."""
    end = START + made * STEP
    for asked in ({}, {"start": START, "end": end}, {"start": "2026-03-02T00:00Z", "end": "2026-03-03T00:00Z"}):
        assert sorted(store.read("samples", **asked)["value"]) == [float(n) for n in range(made)], asked
    for place, name in enumerate(SIGNALS):
        assert list(store.read("samples", signals=[name])["value"]) == [float(n) for n in range(place, made, 2)]


def _healed(store, story):
    """Whether the store says that it is whole again, or that it never was anything else."""
    report = store.verify()
    story += [str(fault) for fault in report.faults]
    try:
        return report.ok or store.heal(report).ok
    except StoreError as error:
        story.append(f"heal: {error}")
        return False


def test_a_power_cut_takes_the_last_commit(room):
    """The forms it has: empty, torn, filled with zeros; and a log that ends where the file was not yet there."""
    for number, form in enumerate((b"", b'{"add":{"pa', bytes(500), None)):
        folder = room / str(number)
        store = sf.open_store(folder)
        with store.journal("line", **PATIENT) as journal:
            for n in range(3):
                journal.append({"samples": rows_of(5 * n, 5 * n + 5)})
                journal.drain()
        last = commit_path(folder / "samples", store.version("samples"))
        last.unlink() if form is None else last.write_bytes(form)
        store = sf.open_store(folder)
        report = store.verify()
        assert [fault.path for fault in report.faults] == [last]  # of a missing one only the journal knows
        if form is not None:
            with pytest.raises(StoreError, match=last.name):
                store.read("samples")
        assert store.heal(report).ok
        assert sorted(store.read("samples")["value"]) == [float(n) for n in range(15)]


def test_every_byte_of_a_small_file_is_watched(room):
    store = sf.open_store(room / "store")
    store.append("samples", rows_of(0, 3))
    (path,) = (store.path / "samples").rglob("*.parquet")
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        assert not store.verify().ok, f"byte {place} of {len(whole)}"
    path.write_bytes(whole)
    assert store.verify().ok
    pd.testing.assert_frame_equal(store.read("samples")[["value"]], pd.DataFrame({"value": [0.0, 2.0, 1.0]}))
