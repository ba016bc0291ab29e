"""What the plant's model says of the parts of a day: features from the pinned tables, then table `predictions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from smartfab import tables
from smartfab.data import PlantData
from smartfab.findings import finding
from smartfab.plant import Plant

if TYPE_CHECKING:
    from smartfab.features import WindowFeatures
    from smartfab.pipelines.line_day import Day

_LINEAGE, _AFTER = pd.Timedelta("32D"), pd.Timedelta("1h")
_SAMPLE = ["signal_id", "ts", "value", "status"]


def predictions(day: Day) -> dict[str, pd.DataFrame]:
    """Score the parts whose cut-off lies in a day, at the machines the model was fitted for; their labels are not looked at.

    Windows that reach before the day have their samples and states from there, and earlier stations theirs, up to 32 days
    back: days computed one by one give the rows of one pass over all of them. Features are not kept: the versions of the
    tables and the hash of the model, which the log keeps, make them again.

    Parameters
    ----------
    day : Day
        The day; without a model nothing is said.

    Returns
    -------
    dict of str to DataFrame
        Table `predictions` of this line and this production date.

    Raises
    ------
    ModelRejectedError
        If the model is missing, damaged, newer, or no classifier with settings of windows.
    """
    if day.model is None:
        return {}
    from smartfab.defects.scored_parts import part_scores

    model, win = day.model.open()
    start, end = day.window
    signals = win.signals or ()
    machines = {str(name) for name in model.manifest_["machines"] or (name.rpartition("/")[0] for name in signals)}
    mine = {machine.id for _, machine in day.plant.machines if machine.id in machines or not any(machines)}
    parts = _with_lineage(day, win.anchor, mine)
    asked = (parts[win.anchor] >= start) & (parts[win.anchor] < end) & parts["machine_id"].isin(mine)
    told: dict[str, object] = day.model.provenance(model.manifest_)
    if not asked.any():
        day.told["predictions"] = told
        return {"predictions": tables.empty("predictions")}
    _, reach = win.transform(tables.empty("samples"), parts)
    first = min(reach["window_start"][asked].min(), start)
    samples = day.store.read("samples", first, end, signals=signals, columns=_SAMPLE)
    rows, meta = win.transform(samples, parts, _states(day, win, first))
    made = part_scores(model, rows[asked].reset_index(drop=True), meta[asked].reset_index(drop=True))
    day.told["predictions"] = {**told, "reads_from": first.isoformat()}
    _remark(day, made, meta.attrs.get("findings", []), model.manifest_["data"])
    return {"predictions": made}


def _with_lineage(day: Day, anchor: str, mine: set[str]) -> pd.DataFrame:
    """The parts of a day, each row once, and all rows they descend from."""
    start, end = day.window
    rows = day.store.read("parts", start - _LINEAGE, end + _AFTER)[["part_id", "machine_id", "start", "end", "parent_id"]]
    rows = rows[rows[anchor].notna()].sort_values(anchor, kind="stable")
    rows = rows.drop_duplicates(["part_id", "machine_id", anchor], keep="last")
    asked = (rows[anchor] >= start) & (rows[anchor] < end) & rows["machine_id"].isin(mine)
    known, fresh = set[str](), set(rows["part_id"][asked])
    while fresh:
        known |= fresh
        fresh = set(rows["parent_id"][rows["part_id"].isin(fresh)].dropna()) - known
    return rows[rows["part_id"].isin(known)].reset_index(drop=True)


def _states(day: Day, win: WindowFeatures, first: pd.Timestamp) -> pd.DataFrame | None:
    """The states of all machines the signals are of, from the first window on; None where they do not gate."""
    if win.state is None:
        return None
    needed = {name.rpartition("/")[0] for name in win.signals or ()}
    lines = tuple(line for line in day.whole.lines if any(machine.id in needed for machine in line.machine))
    plant: Plant = day.whole.model_copy(update={"line_": lines})
    states = PlantData.from_store(cast("Any", day.store), plant, first, day.window[1]).states
    return tables.empty("states") if states is None else states


def _remark(day: Day, made: pd.DataFrame, findings: list[Any], data: dict[str, Any] | None) -> None:
    day.findings += findings
    held = int(made["score"].isna().sum())
    if held:
        day.findings.append(finding("part_without_score", day.plant.lines[0].id, held, reason=made["reason"].dropna().iloc[0]))
    if (
        data is not None
        and made["cutoff"].min() <= pd.Timestamp(data["end"])
        and made["cutoff"].max() >= pd.Timestamp(data["start"])
    ):
        day.findings.append(finding("scored_within_training_data", day.plant.lines[0].id, len(made), until=data["end"]))
