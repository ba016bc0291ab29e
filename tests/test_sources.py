"""The protocols between a connector and the rest."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import smartfab as sf
from smartfab import sources
from smartfab.store import Store


def test_the_store_is_a_sample_store(tmp_path):
    assert isinstance(sf.open_store(tmp_path), sources.SampleStore)
    told, real = (inspect.signature(kind.append).parameters for kind in (sources.SampleStore, Store))
    assert [(name, each.kind, each.default) for name, each in told.items()] == [
        (name, each.kind, each.default) for name, each in real.items()
    ]


def test_a_source_has_all_its_methods():
    class Half:
        def read(self):
            return None

    assert not isinstance(Half(), sources.Source)
    names = ("read", "read_history", "read_history_batches", "watch", "collect", "discover", "health", "close")
    assert isinstance(type("Whole", (), dict.fromkeys(names, lambda self: None))(), sources.Source)


def test_the_store_keeps_journals(tmp_path):
    store = sf.open_store(tmp_path)
    assert isinstance(store, sources.JournalKeeper)
    with store.journal("press-1") as journal:
        assert isinstance(journal, sources.Journal)


def test_the_protocols_need_neither_side():
    tree = ast.parse(Path(sources.__file__).read_text(encoding="utf-8"))
    wanted = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert {ast.unparse(node).split()[1].split(".")[0] for node in wanted} == {
        "__future__", "collections", "threading", "typing", "pandas",
    }  # fmt: skip
