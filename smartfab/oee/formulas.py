"""The ratios of a result row from its terms. Terms are summed first; ratios come last.

With m = minor_stop_s where minor stops are a matter of performance, else 0:

    availability = (run + m) / planned        performance = ideal / (run + m)         quality = good_ideal / ideal
    oee = good_ideal / planned                ooe = good_ideal / (planned + planned_stop)
    teep = good_ideal / (calendar − unknown)  nee = ((run + setup) / planned) · (good_ideal / run)
    yield = good / total                      coverage = planned / (planned + unknown)

References
----------
ISO 22400-2:2014, clause 9 (availability, effectiveness, quality ratio, OEE index, NEE index); S. Nakajima,
*Introduction to TPM* (1988) for minor stops within performance.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab.errors import TableError
from smartfab.findings import Finding, finding

Unknown = Literal["exclude", "down", "bounds"]
MinorStops = Literal["performance", "availability"]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MIN_COVERAGE = 0.90

SECONDS = (
    "calendar_s", "no_shift_s", "planned_stop_s", "unknown_s", "planned_s", "breakdown_s", "setup_s", "idle_s",
    "blocked_starved_s", "minor_stop_s", "run_s", "ideal_s", "good_ideal_s", "reduced_speed_s", "quality_s",
)  # fmt: skip
PIECES = (
    "total", "good", "scrap", "rework", "total_unknown", "total_planned_stop", "total_no_shift", "total_in_stop", "uncosted",
)  # fmt: skip
EVENTS = ("n_stops", "n_failures")
OF_PIECES = ("ideal_s", "good_ideal_s", "reduced_speed_s", "quality_s", *PIECES)
"""Terms that are null where nobody counted."""
RATIOS = ("availability", "performance", "quality", "oee", "ooe", "teep", "nee", "yield", "coverage", "oee_low", "oee_high")


def check_options(unknown: str, minor_stops: str) -> None:
    """Refuse words that are none of the options.

    Parameters
    ----------
    unknown : str
        How unknown time enters the ratios.
    minor_stops : str
        Which ratio minor stops are a loss of.

    Raises
    ------
    TableError
        If one of them is not known.
    """
    for name, value, known in (
        ("unknown", unknown, ("exclude", "down", "bounds")),
        ("minor_stops", minor_stops, ("performance", "availability")),
    ):
        if value not in known:
            raise TableError(repr(value), where=name, expected=" or ".join(map(repr, known)))


def with_ratios(terms: pd.DataFrame, *, unknown: Unknown, minor_stops: MinorStops, min_coverage: float) -> pd.DataFrame:
    """Return the terms with their ratios and the reason of each that is missing.

    Parameters
    ----------
    terms : DataFrame
        The columns of seconds [s] and pieces [1].
    unknown : {"exclude", "down", "bounds"}
        Leave unknown time out, count it as lost, or leave it out and give both bounds of the OEE.
    minor_stops : {"performance", "availability"}
        Which ratio minor stops are a loss of; the OEE is the same.
    min_coverage : float
        Below this coverage (0…1) a row says that there is not enough data [1].

    Returns
    -------
    DataFrame
        With the columns of the table `oee`, and findings.
    """
    t = {name: terms[name].to_numpy(float) for name in (*SECONDS, *PIECES)}
    dark = t["unknown_s"] if unknown == "down" else 0.0
    planned = t["planned_s"] + dark
    working = t["run_s"] + (t["minor_stop_s"] if minor_stops == "performance" else 0.0)
    costed = ~(t["uncosted"] > 0)
    ideal = np.where(costed, t["ideal_s"], np.nan)
    good_ideal = np.where(costed, t["good_ideal_s"], np.nan)
    ratios = {
        "availability": _ratio(working, planned),
        "performance": _ratio(ideal, working),
        "quality": _ratio(good_ideal, ideal),
        "oee": _ratio(good_ideal, planned),
        "ooe": _ratio(good_ideal, planned + t["planned_stop_s"]),
        "teep": _ratio(good_ideal, t["calendar_s"] - t["unknown_s"] + dark),
        "nee": _ratio(t["run_s"] + t["setup_s"], planned) * _ratio(good_ideal, t["run_s"]),
        "yield": _ratio(t["good"], t["total"]),
        "coverage": _ratio(t["planned_s"], t["planned_s"] + t["unknown_s"]),
        "oee_low": _ratio(good_ideal, t["planned_s"] + t["unknown_s"]),
        "oee_high": _ratio(good_ideal + t["unknown_s"], t["planned_s"] + t["unknown_s"]),
    }
    reason = _reasons(t, planned, working, costed, ratios["coverage"] < min_coverage)
    out = pd.concat([terms, pd.DataFrame({**ratios, "reason": reason}, index=terms.index)], axis=1)
    out.attrs = dict(terms.attrs)
    return out


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    return ratio


def _reasons(t: dict[str, Floats], planned: Floats, working: Floats, costed: Flags, thin: Flags) -> pd.Series:
    some, counted = planned > 0, ~np.isnan(t["total"])
    said = [
        (~some, "no planned time"),
        (some & ~counted, "no pieces were counted on this machine"),
        (some & counted & ~costed, "pieces without an ideal cycle"),
        (some & (working <= 0), "the machine never ran"),
        (some & (working > 0) & (t["total"] == 0), "no pieces were made"),
        (thin, "not enough data"),
    ]
    code = sum(where.astype(np.int64) << n for n, (where, _) in enumerate(said))
    kinds, which = np.unique(code, return_inverse=True)
    texts = ["; ".join(why for n, (_, why) in enumerate(said) if kind >> n & 1) or None for kind in kinds]
    return pd.Series(np.array(texts, dtype=object)[which], dtype="str")


def doubts(rows: pd.DataFrame) -> list[Finding]:
    """Return what is doubtful about finished rows.

    Parameters
    ----------
    rows : DataFrame
        Table `oee`.

    Returns
    -------
    list of Finding
        Performance above 1, negative good, uncosted pieces.
    """
    doubtful = {
        "performance_above_one": rows["performance"].to_numpy(float) > 1 + 1e-12,
        "good_below_zero": rows["good"].to_numpy(float) < 0,
        "uncosted_pieces": rows["uncosted"].to_numpy(float) > 0,
        "not_enough_data": rows["reason"].str.contains("not enough data", na=False).to_numpy(bool),
    }
    machine = rows["machine_id"].fillna("") if "machine_id" in rows else pd.Series("", index=rows.index)
    return [
        finding(code, str(name), int(count))
        for code, where in doubtful.items()
        if where.any()
        for name, count in machine[where].value_counts(sort=False).items()
    ]
