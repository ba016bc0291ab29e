"""`WindowFeatures`: from samples and parts to one row of features a part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab._fast.cutoff_windows import cutoff_windows
from smartfab.errors import TableError
from smartfab.features.covering import Coverage
from smartfab.features.given_signals import chosen_signals
from smartfab.features.labels import known_labels
from smartfab.features.running_time import RunningTime, running_times
from smartfab.features.signal_streams import Stream, read_streams
from smartfab.features.stations import NEVER, read_lags, station_times
from smartfab.features.statistics import STATISTICS, columns_of, is_process_value, read_statistics, read_windows
from smartfab.findings import Finding, attach, finding
from smartfab.plant import Plant
from smartfab.tables import conform

Floats = npt.NDArray[np.float64]
_DEFAULT_STATS = ("mean", "std", "min", "max", "slope", "last_minus_mean")


class WindowFeatures:
    """Statistics of the windows (t − w, t] that end at each part's cut-off t; nothing later is looked at.

    The signals of a part's own machine end at its cut-off; those of an earlier machine at the cut-off of the row it descends
    from; those of a machine it did not pass, and for which no lag is given, are missing, and left out with a finding where no
    part passed it (unless `signals` names them). Samples of bad status, or taken while the machine did not run, do not count;
    nothing is interpolated: an empty window is missing. A window's `coverage` is the running share of its time, averaged over
    the signals, a signal without any value counting 0.

    Parameters
    ----------
    windows : sequence of str
        Lengths of time, such as ``"60s"``.
    stats : sequence of str
        mean, std (n − 1), min, max, slope (least squares, per second), last_minus_mean, last, count.
    anchor : {"end", "start"}
        Which time of a part is its cut-off.
    lag : str, mapping or None
        How much earlier than the part's own cut-off the signals of a station end: of some stations by name, or of all. None:
        by genealogy.
    state : str, sequence of str or None
        States in which samples count; needs `states`. None: all.
    signals : sequence of str, Plant or None
        Signals to use; of a plant those of role process_value, cycle_time, speed and energy. None: all numeric ones but those
        named like a state, a counter or an identifier, which know too much.

    Attributes
    ----------
    gated : bool or None
        Whether `build` was given states by which samples count; None before.

    Raises
    ------
    TableError
        If an argument is not as described.

    References
    ----------
    Kaufman, Rosset, Perlich, Stitelman: Leakage in data mining. ACM TKDD 6(4), 2012. doi:10.1145/2382577.2382579

    Examples
    --------
    >>> import smartfab as sf
    >>> sim = sf.simulation.line(days=0.2, seed=1, machines=1)
    >>> X, y, meta = sf.features.WindowFeatures(windows=["60s"], stats=["mean"]).build(sim.samples, sim.parts)
    >>> list(X)
    ['Press01/oil_temperature_mean_60s', 'Press01/pressure_mean_60s', 'coverage_60s']
    """

    def __init__(
        self,
        *,
        windows: Sequence[str] = ("10s", "60s", "10min"),
        stats: Sequence[str] = _DEFAULT_STATS,
        anchor: Literal["end", "start"] = "end",
        lag: str | float | Mapping[str, str | float] | None = None,
        state: str | Sequence[str] | None = "running",
        signals: Sequence[str] | Plant | None = None,
    ) -> None:
        self._widths = read_windows(windows)
        self.windows, self.stats = tuple(windows), read_statistics(stats)
        if anchor not in {"end", "start"}:
            raise TableError(repr(anchor), where="anchor", expected="'end' or 'start'")
        self.anchor, self.lag = anchor, lag
        self._lags = read_lags(lag)
        self.state = state if state is None or isinstance(state, str) else tuple(state)
        self._kinds = frozenset([state] if isinstance(state, str) else state or ())
        self.signals: tuple[str, ...] | None = None if signals is None else chosen_signals(signals)
        self.gated: bool | None = None

    def __repr__(self) -> str:
        return f"WindowFeatures(windows={list(self.windows)}, stats={list(self.stats)}, anchor={self.anchor!r})"

    def spec(self) -> dict[str, Any]:
        """Return the settings, JSON-ready: ``WindowFeatures(**spec)`` makes the same.

        Returns
        -------
        dict
            By parameter.
        """
        lag = dict(self.lag) if isinstance(self.lag, Mapping) else self.lag
        state = list(self.state) if isinstance(self.state, tuple) else self.state
        signals = None if self.signals is None else list(self.signals)
        return {
            "windows": list(self.windows), "stats": list(self.stats), "anchor": self.anchor, "lag": lag, "state": state,
            "signals": signals,
        }  # fmt: skip

    def build(
        self, samples: pd.DataFrame, parts: pd.DataFrame, states: pd.DataFrame | None = None, as_of: object = None
    ) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
        """Return features, labels and meta data of the parts whose label is known, each once.

        Parameters
        ----------
        samples : DataFrame
            Table `samples`; or a frame of signals with a zoned DatetimeIndex.
        parts : DataFrame
            Table `parts`; rows without a label still tell where later rows come from.
        states : DataFrame, optional
            Table `states`, for `state`.
        as_of : time, optional
            Use only labels known by then (``known_at``); younger parts are unknown, and left out.

        Returns
        -------
        (X, y, meta)
            Features, one row a part; y 1 for a defect, 0 for good; meta with part_id, machine_id, lot_id, window_start,
            cutoff, known_at, last_sample, coverage [1], and findings.

        Raises
        ------
        TableError
            If a table is not in order; all faults at once.
        """
        table = conform(parts, "parts", need=("part_id", "machine_id", self.anchor))
        label = known_labels(table, as_of)
        self.gated = states is not None and bool(self._kinds)
        again = table.assign(said=label).duplicated(["part_id", "machine_id", self.anchor, "said"]).to_numpy()
        keep = (label >= 0) & ~again  # a part learnt from twice would weigh twice, and may be tested on what it taught
        X, meta = self._rows(samples, table, states, keep)
        y = pd.Series(label[keep].astype(np.int64), name="defect")
        left = {"unknown_label": int((label < 0).sum()), "parts_repeated": int((again & (label >= 0)).sum())}
        attach(meta, [finding(code, "parts.label", rows) for code, rows in left.items() if rows])
        return X, y, meta

    def transform(
        self, samples: pd.DataFrame, parts: pd.DataFrame, states: pd.DataFrame | None = None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return features and meta data of all parts, whatever is known of them.

        Parameters
        ----------
        samples, parts, states : DataFrame
            As in `build`.

        Returns
        -------
        (X, meta)
            As in `build`.

        Raises
        ------
        TableError
            If a table is not in order; all faults at once.
        """
        table = conform(parts, "parts", need=("part_id", "machine_id", self.anchor))
        return self._rows(samples, table, states, np.ones(len(table), dtype=bool))

    def _rows(
        self, samples: pd.DataFrame, parts: pd.DataFrame, states: pd.DataFrame | None, keep: npt.NDArray[np.bool_]
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        anchor = clock.micros(parts[self.anchor])
        times = station_times(parts, anchor, self._lags)
        streams, findings = read_streams(samples, self._wanted())
        running = None if states is None or not self._kinds else running_times(states, self._kinds)
        chosen = parts[keep].reset_index(drop=True)
        ends = {name: at[keep] for name, at in times.items()}
        return self._assembled(streams, chosen, ends, running, findings)

    def _wanted(self) -> Callable[[str], bool]:
        if self.signals is None:
            return is_process_value
        return frozenset(self.signals).__contains__

    def _assembled(
        self,
        streams: dict[str, Stream],
        parts: pd.DataFrame,
        ends: dict[str, clock.Micros],
        running: dict[str, RunningTime] | None,
        findings: list[Finding],
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        rows, per = len(parts), len(self.windows) * len(self.stats)
        wanted = list(streams) if self.signals is None else list(self.signals)
        told = {signal: self._ends(signal, parts, ends, running, findings) for signal in wanted}
        names = [name for name, (end, _) in told.items() if self.signals is not None or not rows or (end != NEVER).any()]
        block = np.full((rows, len(names) * per + len(self.windows)), np.nan)
        tally = Coverage(rows, len(self.windows))
        last = np.full(rows, NEVER)
        for place, signal in enumerate(names):
            end, gate = told[signal]
            here = end != NEVER
            stream = streams.get(signal, _NOTHING)
            stats, newest, counts = self._statistics(stream if gate is None else gate.gated(stream), end[here])
            block[here, place * per : (place + 1) * per] = stats
            last[here] = np.maximum(last[here], newest)
            shares = [np.ones(here.sum()) if gate is None else gate.share(end[here], width) for width in self._widths]
            tally.add(here, np.column_stack(shares) * (counts > 0))
        block[:, len(names) * per :] = tally.means()
        X = pd.DataFrame(block, columns=columns_of(names, self.stats, self.windows))
        return X, self._meta(parts, ends, last, tally, findings)

    def _ends(
        self,
        signal: str,
        parts: pd.DataFrame,
        ends: dict[str, clock.Micros],
        running: dict[str, RunningTime] | None,
        findings: list[Finding],
    ) -> tuple[clock.Micros, RunningTime | None]:
        """Up to when each part may use a signal, and when its machine ran; what has no machine runs along with the part."""
        machine = signal.rpartition("/")[0]
        gate = None if running is None or not machine else running.get(machine, _NEVER_RAN)
        if machine:
            end = ends.get(machine, np.full(len(parts), NEVER))
            if len(parts) and not (end != NEVER).any():
                findings.append(finding("station_without_parts", machine, len(parts)))
            return end, gate
        own = np.full(len(parts), NEVER)
        for name in parts["machine_id"].unique().tolist():
            own = np.maximum(own, ends[name])
        return own, gate

    def _statistics(self, stream: Stream, end: clock.Micros) -> tuple[Floats, clock.Micros, Floats]:
        """The statistics in the order of the columns, the newest sample used, and the values in each window."""
        rising = np.argsort(self._widths)
        wanted = np.array([*(STATISTICS.index(name) for name in self.stats), STATISTICS.index("count")], dtype=np.int32)
        out = np.full((len(end), len(rising) * len(wanted)), np.nan)
        newest = np.full(len(end), NEVER)
        widths = np.array(self._widths, dtype=np.int64)[rising]
        cutoff_windows(stream.ts, stream.value, np.ascontiguousarray(end), widths, wanted, out, newest)
        cube = out.reshape(len(end), len(rising), len(wanted))[:, np.argsort(rising)]
        features = cube[:, :, :-1].reshape(len(end), len(rising) * len(self.stats))
        return features, newest, np.nan_to_num(cube[:, :, -1])

    def _meta(
        self, parts: pd.DataFrame, ends: dict[str, clock.Micros], last: clock.Micros, tally: Coverage, findings: list[Finding]
    ) -> pd.DataFrame:
        cutoff = clock.micros(parts[self.anchor]) - (self._lags if isinstance(self._lags, int) else 0)
        earliest = cutoff.copy()
        for at in ends.values():
            earliest = np.where(at == NEVER, earliest, np.minimum(earliest, at))

        def column(name: str) -> pd.Series:
            return parts[name] if name in parts else pd.Series(None, index=parts.index, dtype="str")

        known = parts["known_at"] if "known_at" in parts else pd.Series(pd.NaT, index=parts.index, dtype=clock.UTC_DTYPE)
        used = last != NEVER
        meta = pd.DataFrame(
            {
                "part_id": parts["part_id"],
                "machine_id": parts["machine_id"],
                "lot_id": column("lot_id"),
                "window_start": clock.from_micros(earliest - max(self._widths)),
                "cutoff": clock.from_micros(cutoff),
                "known_at": known,
                "last_sample": clock.from_micros(np.where(used, last, 0)).where(used),
                "coverage": tally.means()[:, int(np.argmax(self._widths))] if len(parts) else np.empty(0),
            }
        )
        silent = int((~used).sum())
        return attach(meta, findings, [finding("part_without_samples", "parts", silent)] if silent else [])


_NEVER_RAN = RunningTime(np.empty(0, np.int64), np.empty(0, bool))
_NOTHING = Stream(np.empty(0, np.int64), np.empty(0))
