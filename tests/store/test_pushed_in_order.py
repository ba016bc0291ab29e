"""No commit rests on one that a power cut could take: what is below is pushed first, whoever wrote it."""

from __future__ import annotations

import pytest

import smartfab as sf
from smartfab.store import table_handle
from smartfab.store.delta_log import commit_path
from smartfab.store.table_handle import TableHandle


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def pushed(monkeypatch):
    """The files pushed so far; every commit is held against them."""
    known, push, commit = set(), table_handle.make_durable, TableHandle._commit

    def watched(paths):
        push(paths)
        known.update(paths)

    def checked(self, handle, change):
        assert {commit_path(self.folder, version) for version in range(handle.version() + 1)} <= known
        commit(self, handle, change)

    monkeypatch.setattr(table_handle, "make_durable", watched)
    monkeypatch.setattr(TableHandle, "_commit", checked)
    return known


def test_the_first_commit_of_a_table_is_pushed_before_the_second(store, samples, pushed):
    store.append("samples", samples())
    assert len(pushed) >= 2


@pytest.mark.parametrize("kills", [1, 2, 3])
def test_a_commit_of_writers_that_were_killed_is_pushed_before_the_next(store, samples, pushed, monkeypatch, kills):
    push = table_handle.make_durable

    def killed(paths):
        if any(path.suffix == ".json" for path in paths if path.stem != f"{0:020}"):
            raise Killed
        push(paths)

    for n in range(kills):
        with monkeypatch.context() as patched:
            patched.setattr(table_handle, "make_durable", killed)
            with pytest.raises(Killed):
                sf.open_store(store.path).append("samples", samples(), app_id="a", seq=n)
    assert sf.open_store(store.path).append("samples", samples(), app_id="b", seq=1)
    assert {path.stem for path in pushed if path.suffix == ".json"} >= {f"{version:020}" for version in range(3)}
