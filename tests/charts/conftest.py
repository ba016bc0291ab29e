"""Hand-made accounts and figures with round numbers, and a look at where a picture's texts lie."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import smartfab as sf


def interval(machine, start, end, loss, shift=None):
    day = pd.Timestamp("2026-03-02") if shift else pd.NaT
    return {
        "machine_id": machine, "start": pd.Timestamp(start, tz="Asia/Ho_Chi_Minh"), "loss": loss,
        "end": pd.Timestamp(end, tz="Asia/Ho_Chi_Minh"), "shift_id": shift, "production_date": day,
    }  # fmt: skip


@pytest.fixture
def account():
    rows = []
    for machine in ("Press01", "Sấy 02", "Lò nung 3"):
        rows += [
            interval(machine, "2026-03-02T05:00", "2026-03-02T06:00", "no_shift"),
            interval(machine, "2026-03-02T06:00", "2026-03-02T10:00", "run", "Ca1"),
            interval(machine, "2026-03-02T10:00", "2026-03-02T10:15", "planned_stop", "Ca1"),
            interval(machine, "2026-03-02T10:15", "2026-03-02T12:00", "breakdown", "Ca1"),
            interval(machine, "2026-03-02T12:00", "2026-03-02T13:00", "unknown", "Ca1"),
            interval(machine, "2026-03-02T13:00", "2026-03-02T14:00", "minor_stop", "Ca1"),
            interval(machine, "2026-03-02T14:00", "2026-03-02T22:00", "run", "Ca2"),
        ]
    return pd.DataFrame(rows)


@pytest.fixture
def kpis():
    hours = {
        "calendar_s": 24, "no_shift_s": 8, "planned_stop_s": 1, "unknown_s": 1, "planned_s": 14, "breakdown_s": 1,
        "setup_s": 0.5, "idle_s": 0.25, "blocked_starved_s": 0.25,
        "minor_stop_s": 1, "run_s": 11, "ideal_s": 10, "good_ideal_s": 9,
    }  # fmt: skip
    row = {name: 3600.0 * value for name, value in hours.items()}
    return pd.DataFrame([{"machine_id": "Press01", **row, "oee": 9 / 14}])


@pytest.fixture
def texts():
    """Draw a figure and return the boxes of its texts inside the canvas, as fractions of it."""

    def boxes(figure):
        FigureCanvasAgg(figure).draw()
        drawn = figure.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_visible() and artist.get_text())
        width, height = figure.get_size_inches() * figure.dpi
        found = {}
        for artist in drawn:
            box = artist.get_window_extent()
            found.setdefault(artist.get_text(), []).append((box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height))
        return found

    return boxes


@pytest.fixture
def all_inside(texts):
    """Assert that no text of a figure leaves its canvas, and return the texts."""

    def checked(figure):
        found = texts(figure)
        for text, boxes in found.items():
            for left, bottom, right, top in boxes:
                assert min(left, bottom) >= -1e-3, text
                assert max(right, top) <= 1.001, text
        return set(found)

    return checked


@pytest.fixture(scope="session")
def day():
    """A simulated day: the line, its account, and its rows of OEE."""
    sim = sf.simulation.line(days=1, seed=1)
    window = sim.start, sim.end
    return sim, sf.oee.time_account(sim.data, *window), sf.oee.evaluate(sim.data, *window)
