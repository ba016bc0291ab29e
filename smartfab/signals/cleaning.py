"""`clean`: the samples table as every stage may rely on it."""

from __future__ import annotations

import pandas as pd

from smartfab.findings import attach
from smartfab.plant import Plant
from smartfab.signals.ordering import ordered, per_signal
from smartfab.signals.readings import severity

__all__ = ["clean"]


def clean(samples: pd.DataFrame, plant: Plant) -> pd.DataFrame:
    """Return the samples of the plant's tags in order, one row a signal and instant; no value is made up or smoothed.

    Rows that repeat are dropped. Of different rows at one instant of a signal the one with the highest server_ts is
    kept; failing that the worse status, then for a state tag the category later in `vocabulary.CATEGORIES`, then the
    larger value, then the later text: so the order of the input never matters. Bad and uncertain rows are kept.

    Parameters
    ----------
    samples : DataFrame
        Table `samples`, in any order; only signal_id and ts must be there. A missing status is good.
    plant : Plant
        Which signals there are.

    Returns
    -------
    DataFrame
        Table `samples` with all its columns, sorted by (signal_id, ts), values in the signals' units. Findings:
        ``unknown_signal``, ``conflicting_samples``, ``non_finite_value`` (now null), ``bad_status``,
        ``uncertain_status``.

    Raises
    ------
    TableError
        One error that lists every fault of the table.

    References
    ----------
    OPC 10000-4, 7.39 StatusCode.

    Examples
    --------
    >>> import pandas as pd, smartfab as sf
    >>> plant = sf.Plant.model_validate({"plant": {"id": "p", "timezone": "UTC"}, "line": [{"id": "L", "machine": [
    ...     {"id": "M", "signals": {"t": {"node": "x;s=t"}}}]}]})
    >>> raw = pd.DataFrame({"signal_id": "M/t", "ts": ["2026-03-02T00:00:01Z", "2026-03-02T00:00:00Z"], "value": [2, 1]})
    >>> sf.signals.clean(raw, plant)["value"].tolist()
    [1.0, 2.0]
    """
    table = ordered(samples, plant)
    grade = severity(table["status"].to_numpy())
    if not grade.any():
        return table
    return attach(
        table,
        per_signal("bad_status", table, grade >= 2, ["status"]),
        per_signal("uncertain_status", table, grade == 1, ["status"]),
    )
