"""A page says whether its month is closed, keeps the closed figures, and lists what came and what changed since."""

from __future__ import annotations

import pandas as pd
import pytest

import smartfab as sf
from smartfab.pipelines.since_close import as_closed, standing_of

DAY = "2026-03-02"


@pytest.fixture(scope="module")
def sim():
    return sf.simulation.line(days=1, seed=3, machines=1)


@pytest.fixture
def kept(sim, tmp_path):
    """A store without the last hour of its day, computed and closed."""
    store = sf.open_store(tmp_path / "store")
    late = sim.samples["ts"] >= sim.samples["ts"].max() - pd.Timedelta("1h")
    store.append("samples", sim.samples[~late])
    sf.pipelines.daily(sim.plant, store, DAY)
    return store, sim.samples[late]


@pytest.fixture
def page(sim, read):
    return lambda store, **options: read(sf.report.build(store, sim.plant, DAY, "2026-03-03", kind="day", **options).html).text


def figures(text):
    """The part of a page before its list of changes and its facts about versions."""
    return text[text.index("What the machines did") : text.index("Remarks on the data")].partition("Changes since")[0]


def test_a_month_is_provisional_until_it_is_closed(kept, page):
    store, _ = kept
    assert "tạm tính" in page(store)
    assert "03/2026: tạm tính" in page(store)
    assert "provisional" in page(store, lang="en")
    assert "Changes since the close" not in page(store, lang="en")
    sf.pipelines.close_period(store, "2026-03", by="Lan")
    assert "03/2026: đã chốt (Lan, " in page(store)
    assert "tạm tính" not in page(store)
    text = page(store, lang="en")
    assert "2026-03: closed (Lan, " in text
    assert "Nothing came and nothing changed." in text


def test_the_figures_of_a_closed_month_stay_and_what_came_late_is_listed(kept, page, sim):
    store, late = kept
    sf.pipelines.close_period(store, "2026-03", by="Lan")
    before = figures(page(store, lang="en"))
    store.append("samples", late)
    text = page(store, lang="en")
    assert figures(text) == before
    assert "store version 1, written" in text
    assert "samples: 1 additions from" in text
    assert "the figures stay as they were closed" in text
    assert "→" not in text[text.index("Changes since the close") :].partition("Remarks on the data")[0]
    assert "samples: 1 lần bổ sung từ" in page(store)


def test_a_month_that_was_reopened_lists_each_figure_that_is_another_now(kept, page, sim):
    store, late = kept
    sf.pipelines.close_period(store, "2026-03", by="Lan")
    store.append("samples", late)
    sf.pipelines.reopen_period(store, "2026-03", by="Minh")
    sf.pipelines.daily(sim.plant, store, DAY)
    text = page(store, lang="en")
    assert "2026-03: provisional (reopened by Minh, " in text
    told = text[text.index("Changes since the close") : text.index("Remarks on the data")]
    assert "samples: 1 additions from" in told
    assert told.count("→") >= 2
    closed, now = (store.read("oee", as_of=version)["total"].sum() for version in (0, None))
    assert now > closed
    sf.pipelines.close_period(store, "2026-03", by="Lan")
    again = page(store, lang="en")
    assert "Nothing came and nothing changed." in again
    assert figures(again).partition("Changes since")[0] == figures(text).partition("Changes since")[0]


def test_a_log_that_is_no_more_gives_todays_figures_with_the_differences(kept, page, sim, monkeypatch):
    store, late = kept
    sf.pipelines.close_period(store, "2026-03", by="Lan")
    store.append("samples", late)
    scan = type(store).scan

    def forgotten(self, table, *given, **asked):
        if asked.get("as_of") is not None:
            raise sf.errors.StoreError("version 0", table=table)
        return scan(self, table, *given, **asked)

    monkeypatch.setattr(type(store), "scan", forgotten)
    window = pd.Timestamp("2026-03-01T23:00Z"), pd.Timestamp("2026-03-02T23:00Z")
    assert as_closed(store, standing_of(store, [window[0].date()], *window)) is store
    assert "→" in page(store, lang="en")


def test_a_window_of_two_months_names_both(kept, read, sim):
    store, _ = kept
    sf.pipelines.close_period(store, "2026-03", by="Lan")
    text = read(sf.report.build(store, sim.plant, "2026-02-28", "2026-03-03", kind="day", lang="vi").html).text
    assert "02/2026: tạm tính" in text
    assert "03/2026: đã chốt" in text
