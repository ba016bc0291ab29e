"""Small trees grow on one thread; after the block everything is as it was."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads as threads

from smartfab.defects import tree_threads


def test_few_values_one_thread():
    before = threads()
    with tree_threads.threads_for(np.zeros((1000, 10))):
        assert threads() == 1
    assert threads() == before


def test_many_values_all_threads(monkeypatch):
    monkeypatch.setattr(tree_threads, "_MANY_VALUES", 100)
    before = threads()
    with tree_threads.threads_for(np.zeros((10, 10))):
        assert threads() == before


def test_an_error_leaves_the_threads_as_they_were():
    before = threads()
    with pytest.raises(ZeroDivisionError), tree_threads.threads_for(np.zeros(1)):
        raise ZeroDivisionError
    assert threads() == before
