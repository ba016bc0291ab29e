"""The losses of result rows in the words of three models, each a partition of time."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from smartfab.errors import MissingColumnError, SmartfabError, TableError
from smartfab.oee.cells import KEYS

# model → whole, and each loss: (name, terms it sums). What is left of the whole after the losses is its last row.
_MODELS: dict[str, tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "six_big": (
        "planned_s",
        "good_ideal_s",
        (
            ("breakdown", ("breakdown_s",)),
            ("setup_and_adjustment", ("setup_s",)),
            ("idling_and_minor_stops", ("idle_s", "blocked_starved_s", "minor_stop_s")),
            ("reduced_speed", ("run_s", "-ideal_s")),
            ("defects_and_rework", ("quality_s",)),
        ),
    ),
    "iso22400": (
        "planned_s",
        "good_ideal_s",
        (
            ("actual_unit_down_time", ("breakdown_s",)),
            ("actual_unit_setup_time", ("setup_s",)),
            ("actual_unit_delay_time", ("idle_s", "blocked_starved_s", "minor_stop_s")),
            ("effectiveness_loss", ("run_s", "-ideal_s")),
            ("quality_loss", ("quality_s",)),
        ),
    ),
    "semi_e10": (
        "calendar_s",
        "run_s",
        (
            ("non_scheduled_time", ("no_shift_s",)),
            ("unscheduled_down_time", ("breakdown_s", "minor_stop_s")),
            ("scheduled_down_time", ("planned_stop_s", "setup_s")),
            ("standby_time", ("idle_s", "blocked_starved_s")),
            ("unknown", ("unknown_s",)),
        ),
    ),
}


def losses(kpis: pd.DataFrame, *, model: Literal["six_big", "iso22400", "semi_e10"] = "six_big") -> pd.DataFrame:
    """Return where the time of each row went, in the words of one model; the parts add up to the whole.

    Reduced speed is what running lost against the ideal cycle, minor stops apart, whichever ratio those count in. Of
    the six big losses "reduced yield" (start-up scrap) cannot be told from scrap, and is within defects.

    Parameters
    ----------
    kpis : DataFrame
        Table `oee`.
    model : {"six_big", "iso22400", "semi_e10"}
        Nakajima's six big losses and ISO 22400-2 divide planned time, SEMI E10 all calendar time.

    Returns
    -------
    DataFrame
        The group keys, model, loss, duration_s [s], share of the whole (0…1); the last of each row is what was left:
        good ideal time, or productive time. Null where pieces were not counted.

    Raises
    ------
    TableError
        If `kpis` is not a table of this kind, or there is no such model.

    References
    ----------
    S. Nakajima, *Introduction to TPM* (1988); ISO 22400-2:2014, clause 6; SEMI E10.
    """
    if model not in _MODELS:
        raise TableError(repr(model), where="model", expected=" or ".join(map(repr, _MODELS)))
    whole, left, parts = _MODELS[model]
    needed = {whole, left, *(term.lstrip("-") for _, terms in parts for term in terms)}
    if missing := sorted(needed - set(kpis)):
        faults: list[SmartfabError] = [
            MissingColumnError("no such column", table="oee", column=name, remedy="Use a table made by evaluate.")
            for name in missing
        ]
        raise TableError.of(faults, where="table oee")
    keys = [name for name in KEYS if name in kpis]
    rows = kpis.reset_index(drop=True)
    long = [rows[keys].assign(loss=name, duration_s=_sum(rows, terms)) for name, terms in parts]
    long.append(rows[keys].assign(loss="productive_time" if model == "semi_e10" else "good_ideal_time", duration_s=rows[left]))
    result = pd.concat(long).sort_index(kind="stable")
    total = rows[whole].loc[result.index]
    result["share"] = (result["duration_s"] / total).where(total > 0)
    result.insert(len(keys), "model", model)
    return result.reset_index(drop=True)


def _sum(rows: pd.DataFrame, terms: tuple[str, ...]) -> pd.Series:
    total = pd.Series(0.0, index=rows.index)
    for term in terms:
        total = total - rows[term[1:]] if term.startswith("-") else total + rows[term]
    return total
