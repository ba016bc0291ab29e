"""The protocols between a connector and the rest."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

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
    names = ("read", "read_history", "read_history_batches", "watch", "collect", "health", "close")
    assert isinstance(type("Whole", (), dict.fromkeys(names, lambda self: None))(), sources.Source)


@pytest.mark.parametrize("module", ["smartfab.store", "deltalake", "pyarrow", "asyncua"])
def test_the_protocols_need_neither_side(module):
    assert module not in Path(sources.__file__).read_text(encoding="utf-8").split('"""', 2)[2]
