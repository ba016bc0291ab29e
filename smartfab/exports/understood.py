"""What was understood of a file, as a finding and as lines to look over."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from smartfab.exports.grid import Faults, Grid
from smartfab.exports.headings import Heading
from smartfab.findings import Finding, finding
from smartfab.remarks import sentence

_MOST_REMARKS = 12


def understanding(grid: Grid, heading: Heading, frame: pd.DataFrame, fixed: Sequence[str], tz: str | None) -> Finding:
    """Return what was understood as a finding.

    Parameters
    ----------
    grid : Grid
        The sheet.
    heading : Heading
        Its header.
    frame : DataFrame
        The table that was read.
    fixed : sequence of str
        Columns whose one value the user gave.
    tz : str, optional
        Zone of local times.

    Returns
    -------
    Finding
        ``export_read``; its count is that of the rows.
    """
    columns = [
        f"{item.header} → {item.target}" + (f" [{item.unit}]" if item.unit not in {"", "1"} else "") for item in heading.fields
    ]
    evidence = {**{name: value for name, value in grid.how.items() if name != "zone"}, "header_row": heading.last}
    if tz is not None:
        evidence["tz"] = tz
    told = finding("export_read", grid.place, len(frame), **evidence, columns=" · ".join(columns))
    if fixed:
        told["evidence"]["fixed"] = list(fixed)
    if heading.unused:
        told["evidence"]["not_used"] = list(heading.unused)
    return told


def lines(told: Finding, faults: Faults) -> list[str]:
    """Return what was understood as lines of text.

    Parameters
    ----------
    told : Finding
        As `understanding` gives it.
    faults : Faults
        With the remarks.

    Returns
    -------
    list of str
        The first names file and rows.
    """
    said = told["evidence"]
    how = [str(said[name]) for name in ("encoding", "separator") if name in said]
    spoken = ", ".join([*how, f"header in row {said['header_row']}", *([f"times of {said['tz']}"] if "tz" in said else [])])
    text = [f"{told['where']}: {told['count']} rows of {faults.table} ({spoken})", f"  {said['columns']}"]
    if "not_used" in said:
        text.append(f"  not used: {', '.join(said['not_used'])}")
    for item in faults.remarks[:_MOST_REMARKS]:
        rows = item["evidence"].get("rows")
        which = f", row {', '.join(map(str, rows))}{' …' if item['count'] > len(rows) else ''}" if rows else ""
        other = item["where"] if item["where"] != told["where"] else ""
        seen = "; ".join(
            "; ".join(value) if isinstance(value, list) else str(value)
            for name, value in item["evidence"].items()
            if name in {"text", "read", "texts"} and value
        )
        detail = " ".join(part for part in (f'"{other}"' if other else "", f"({seen})" if seen else "") if part)
        text.append(f"  {item['count']} × {sentence(item['code'], 'en')}{which}{' ' + detail if detail else ''}")
    if len(faults.remarks) > _MOST_REMARKS:
        text.append(f"  … and {len(faults.remarks) - _MOST_REMARKS} more remarks")
    return text
