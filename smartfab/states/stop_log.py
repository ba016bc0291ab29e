"""`from_stops`: a stop log as people keep it → the states table."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.errors import MissingColumnError, TableError, TimeError
from smartfab.findings import Finding, attach, finding
from smartfab.tables import conform, empty
from smartfab.vocabulary import CATEGORIES

__all__ = ["from_stops", "with_log"]

_COLUMNS = ["machine_id", "ts", "state", "reason_id", "source"]
_LENGTHS = {"minutes": 60.0, "duration_s": 1.0}
_STOP = "unplanned_stop"
Piece = tuple[int, str, str | None]


def from_stops(
    stops: pd.DataFrame,
    shifts: pd.DataFrame,
    *,
    otherwise: str = "running",
    complete: bool = False,
    machines: pd.DataFrame | None = None,
    tz: str | None = None,
) -> pd.DataFrame:
    """Return the states a stop log tells: a stop where one is written, `otherwise` in the rest of its shift.

    A shift of a machine that has no row in the log is ``unknown``, since nobody may have kept it, unless the log is
    `complete`. Time outside shifts is ``unknown``. Where stops overlap, the one that began later is taken. Of rows
    entered anew for a shift (`recorded_at`) the latest batch counts.

    Parameters
    ----------
    stops : DataFrame
        Table `stops`: machine_id, start, end; or `minutes` [min] or `duration_s` [s] in place of end. `state` says what
        it was if not an unplanned stop, `reason_id` why.
    shifts : DataFrame
        Table `shifts`; rows without machine_id and line_id hold for every machine.
    otherwise : str
        Category of a machine that is not written down as standing.
    complete : bool
        Whether a shift without a row had no stop.
    machines : DataFrame, optional
        Table `machines`: those the log is of, and their lines; by default those that have a row.
    tz : str, optional
        IANA zone of naive times.

    Returns
    -------
    DataFrame
        Table `states`: machine_id, ts, state, reason_id, source (``entered``), sorted by machine_id and ts. Findings:
        shift_without_log, stops_overlap, stop_outside_shifts, stops_replaced.

    Raises
    ------
    TableError
        If a table is not in order with its declaration, a state is none of ours, or a stop does not end after it
        starts; all faults at once.

    Examples
    --------
    >>> import smartfab as sf, pandas as pd
    >>> day = sf.shifts.ShiftCalendar([{"id": "Ca1", "start": "06:00", "end": "14:00"}]).expand("2026-03-02", "2026-03-03")
    >>> log = pd.DataFrame({"machine_id": ["M1"], "start": [pd.Timestamp("2026-03-02T08:00+07:00")], "minutes": [30]})
    >>> states = sf.states.from_stops(log, day)
    >>> states["state"].tolist(), states["ts"].dt.tz_convert("Asia/Ho_Chi_Minh").dt.strftime("%H:%M").tolist()
    (['running', 'unplanned_stop', 'running', 'unknown'], ['06:00', '08:00', '08:30', '14:00'])
    """
    if otherwise not in CATEGORIES:
        raise TableError(repr(otherwise), where="otherwise", expected=f"one of {', '.join(CATEGORIES)}")
    log = _log(stops, tz)
    calendar = conform(shifts, "shifts")
    work = calendar[calendar["planned"]] if "planned" in calendar else calendar
    if "kind" in work:
        work = work[~work["kind"].isin(["break", "holiday", "calendar_stop"])]
    lines = {} if machines is None else _lines(machines)
    findings: list[Finding] = []
    frames = [empty("states")[_COLUMNS]]
    for machine_id in sorted({*log["machine_id"], *lines}):
        mine = log[log["machine_id"] == machine_id]
        spans = _spans(work, machine_id, lines.get(machine_id))
        pieces = _Machine(machine_id, mine, spans, otherwise, complete, findings).pieces()
        frames.append(_table(machine_id, pieces))
    return attach(pd.concat(frames, ignore_index=True), findings)


def with_log(
    states: pd.DataFrame | None,
    stops: pd.DataFrame,
    *,
    shifts: pd.DataFrame | None,
    machines: pd.DataFrame | None,
    complete: bool = False,
) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """Return states of machines that have signals and of those that have a stop log, and the reasons logs give the former.

    Parameters
    ----------
    states : DataFrame, optional
        Table `states`, from signals.
    stops : DataFrame
        Table `stops`.
    shifts, machines : DataFrame, optional
        Tables of these names; without shifts a log tells no states.
    complete : bool
        Whether a shift without a row had no stop, and so a machine without signals and without a row.

    Returns
    -------
    states : DataFrame or None
        Table `states`.
    reasons : DataFrame
        Table `stop_reasons`.
    """
    signalled = set() if states is None else set(states["machine_id"].unique())
    spoken = stops["machine_id"].isin(signalled)
    reasons = stops[spoken & stops["reason_id"].notna()][["machine_id", "start", "end", "reason_id", "by", "recorded_at"]]
    log = stops[~spoken]
    if shifts is None or not (len(log) or complete):
        return states, reasons
    mine = machines
    if machines is not None:
        logged = machines["machine_id"].isin(log["machine_id"])
        mine = machines.loc[~machines["machine_id"].isin(signalled) if complete else logged]
    told = from_stops(log, shifts, machines=mine, complete=complete)
    if states is None or not len(states):
        return told, reasons
    findings = [*states.attrs.get("findings", []), *told.attrs.pop("findings", [])]
    return attach(pd.concat([states, told], ignore_index=True), findings), reasons


def _log(stops: pd.DataFrame, tz: str | None) -> pd.DataFrame:
    """The log with the end of every stop."""
    given = stops
    if "end" not in stops or stops["end"].isna().any():
        length = next((name for name in _LENGTHS if name in stops), None)
        if length is None and "end" not in stops:
            raise MissingColumnError(
                "neither end nor minutes", table="stops", column="end", expected="when it ended, or how long it took",
                remedy="Add end, minutes or duration_s.",
            )  # fmt: skip
        if length is not None:
            took = pd.to_timedelta(pd.to_numeric(stops[length]) * _LENGTHS[length], unit="s")
            start = conform(stops[["machine_id", "start"]], "stops", tz=tz, need=["machine_id", "start"])["start"]
            end = (start + took.array).dt.as_unit("us").set_axis(stops.index)
            given = stops.assign(end=end if "end" not in stops else stops["end"].where(stops["end"].notna(), end))
    log = conform(given, "stops", tz=tz)
    for name, otherwise in (("state", _STOP), ("reason_id", None)):
        if name not in log:
            log[name] = pd.Series(otherwise, index=log.index, dtype="str")
    log["state"] = log["state"].fillna(_STOP)
    faults = [
        TableError(f"{value!r} in {count} rows", table="stops", column="state", expected=f"one of {', '.join(CATEGORIES)}")
        for value, count in log.loc[~log["state"].isin(CATEGORIES), "state"].value_counts().items()
    ]
    bad = np.flatnonzero((log["end"] <= log["start"]).to_numpy())
    if len(bad):
        found = f"{len(bad)} of {len(log)} rows end no later than they start, first at row {bad[0]}"
        faults.append(TimeError(found, table="stops", column="end", expected="end > start", remedy="Correct these rows."))
    if faults:
        raise TableError.of(faults, where="table stops")
    return log


def _lines(machines: pd.DataFrame) -> dict[str, object]:
    known = conform(machines, "machines")
    return dict(zip(known["machine_id"], known["line_id"] if "line_id" in known else [None] * len(known), strict=True))


def _spans(work: pd.DataFrame, machine_id: str, line_id: object) -> npt.NDArray[np.int64]:
    """The shifts of a machine, joined where they overlap: rows of start and end [us]."""
    mine = pd.Series(True, index=work.index)
    if "machine_id" in work:
        mine &= work["machine_id"].isna() | (work["machine_id"] == machine_id)
    if "line_id" in work and line_id is not None:
        mine &= work["line_id"].isna() | (work["line_id"] == line_id)
    rows = work[mine]
    spans = np.column_stack([clock.micros(rows["start"]), clock.micros(rows["end"])])
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    ends: list[list[int]] = []
    for start, end in spans.tolist():
        if ends and start < ends[-1][1]:
            ends[-1][1] = max(ends[-1][1], end)
        else:
            ends.append([start, end])
    return np.array(ends, dtype=np.int64).reshape(-1, 2)


class _Machine:
    """One machine: which of its shifts the log tells of, and what it was doing when."""

    def __init__(
        self,
        name: str,
        log: pd.DataFrame,
        spans: npt.NDArray[np.int64],
        otherwise: str,
        complete: bool,
        findings: list[Finding],
    ) -> None:
        self.name, self.spans, self.otherwise, self.findings = name, spans, otherwise, findings
        start, end = clock.micros(log["start"]), clock.micros(log["end"])
        home = np.searchsorted(spans[:, 0], start, side="right") - 1
        inside = (home >= 0) & (start < np.append(spans[:, 1], 0)[home])
        nxt = home + 1  # a stop may begin before a shift and reach into it
        reaches = (nxt < len(spans)) & (end > np.append(spans[:, 0], 0)[np.minimum(nxt, len(spans))])
        home = np.where(inside, home, np.where(reaches, nxt, -1))
        self._remark("stop_outside_shifts", int((home < 0).sum()))
        kept = self._latest(log, home)
        self.told = np.full(len(spans), complete)
        for first, last in zip(start[kept & (home >= 0)], end[kept & (home >= 0)], strict=True):
            self.told |= (spans[:, 0] < last) & (spans[:, 1] > first)
        self._remark("shift_without_log", int((~self.told).sum()))
        order = np.flatnonzero(kept)[np.lexsort((end[kept], start[kept]))]
        self.stops = [(int(start[n]), int(end[n]), str(log["state"].iloc[n]), _text(log["reason_id"].iloc[n])) for n in order]

    def _latest(self, log: pd.DataFrame, home: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which rows are of the batch recorded last for their shift."""
        kept = np.ones(len(log), dtype=bool)
        if "recorded_at" not in log or log["recorded_at"].nunique() < 2:
            return kept
        newest = log.groupby(home)["recorded_at"].transform("max")
        kept = ((log["recorded_at"] == newest) | (home < 0)).to_numpy(dtype=bool)
        self._remark("stops_replaced", int((~kept).sum()))
        return kept

    def _remark(self, code: str, count: int) -> None:
        if count:
            self.findings.append(finding(code, self.name, count))

    def pieces(self) -> Iterator[Piece]:
        """Yield when its state changes, in order of time."""
        points = sorted({*self.spans.ravel().tolist(), *(edge for stop in self.stops for edge in stop[:2])})
        active: list[tuple[int, int, int]] = []
        upcoming, overlaps = 0, 0
        last: tuple[str, str | None] | None = None
        for at in points:
            while upcoming < len(self.stops) and self.stops[upcoming][0] <= at:
                overlaps += sum(1 for _, end, _ in active if end > at)
                heapq.heappush(active, (-self.stops[upcoming][0], self.stops[upcoming][1], upcoming))
                upcoming += 1
            while active and active[0][1] <= at:
                heapq.heappop(active)
            state = self._between(at) if not active else self.stops[active[0][2]][2:4]
            if state != last:
                yield at, *state
                last = state
        self._remark("stops_overlap", overlaps)

    def _between(self, at: int) -> tuple[str, str | None]:
        span = int(np.searchsorted(self.spans[:, 0], at, side="right")) - 1
        known = span >= 0 and at < self.spans[span, 1] and bool(self.told[span])
        return (self.otherwise if known else "unknown"), None


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _table(machine_id: str, pieces: Iterator[Piece]) -> pd.DataFrame:
    rows = list(pieces)
    return pd.DataFrame(
        {
            "machine_id": pd.Series(machine_id, index=range(len(rows)), dtype="str"),
            "ts": clock.from_micros(np.array([row[0] for row in rows], dtype=np.int64)),
            "state": pd.Series([row[1] for row in rows], dtype="str"),
            "reason_id": pd.Series([row[2] for row in rows], dtype="str"),
            "source": pd.Series("entered", index=range(len(rows)), dtype="str"),
        }
    )
