"""A notebook shows what a chart returns, without pyplot."""

from __future__ import annotations

import sys

import smartfab as sf


def test_a_notebook_shows_it(day):
    figure = sf.charts.state_timeline(day[1])
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert "matplotlib.pyplot" not in sys.modules or figure not in sys.modules["matplotlib.pyplot"].get_fignums()
