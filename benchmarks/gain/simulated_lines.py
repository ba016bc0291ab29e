"""Lines with a known gain and a known covariance of their noise: a row a line and shift, as a plant's OEE table has it.

OEE of a row = level + weekday + shift + product + plant noise + the line's own AR(1) + breakdowns + white noise that is
larger in short shifts. Sundays and a holiday week are off, shifts differ in planned time, two of a hundred figures are missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

START = pd.Timestamp("2025-10-06")  # a Monday
TREATED = "L3"
GAIN = 0.02
FULL_SHIFT_S = 27_000.0


@dataclass(frozen=True)
class Scenario:
    """What disturbs the lines; standard deviations in OEE."""

    name: str
    before: int = 120
    after: int = 45
    lines: int = 5
    own: float = 0.03
    persistence: tuple[float, float] = (0.3, 0.85)
    white: float = 0.05
    plant: float = 0.03
    plant_persistence: float = 0.8
    drift: float = 0.0
    plant_drift: float = 0.0
    walk: float = 0.0
    breakdowns: float = 0.0
    breakdown_size: float = 0.25
    mix_shift: float = 0.0


SCENARIOS = (
    Scenario("AR noise"),
    Scenario("plant shocks", plant=0.045, plant_persistence=0.85),
    Scenario("drift", plant_drift=0.03, drift=0.006),
    Scenario("breakdowns", breakdowns=0.04),
    Scenario("mix shift", mix_shift=0.325),
    Scenario("short window", before=60, after=21),
)
STRESS = Scenario("own random walk (stress)", walk=0.003)
"""A line that wanders off on its own under larger noise; no design without controls can know. Outside the bars."""

PRODUCT_STEP = 0.04
"""P2 runs at so much more OEE than P1: a mix shift of 0.325 is worth 1.3 points."""


@dataclass(frozen=True)
class Lines:
    """One draw: the table without the gain, and what the noise of a day's figure really is."""

    scenario: Scenario
    table: pd.DataFrame
    at: pd.Timestamp
    persistence: float

    def with_step(self, gain: float = GAIN) -> pd.DataFrame:
        """The table with the gain from the change on."""
        return self._lifted(self.table["production_date"] >= self.at, gain)

    def with_schedule(self, blocks: list[tuple[str, bool]], gain: float = GAIN) -> pd.DataFrame:
        """The table with the gain on the exposed days of a schedule."""
        return self._lifted(self.table["production_date"].isin([pd.Timestamp(day) for day, on in blocks if on]), gain)

    def _lifted(self, when: pd.Series, gain: float) -> pd.DataFrame:
        lifted = gain * (when & (self.table["line_id"] == TREATED))
        return self.table.assign(oee=self.table["oee"] + lifted)

    def covariance(self, day: np.ndarray, row_noise: np.ndarray, controls: int) -> np.ndarray:
        """Of the treated line's daily figures, or of their difference to the mean of so many controls.

        `row_noise` is the sum of squared weight shares of the day's shifts, of the unit and (over their number squared) of the
        controls: what is independent from shift to shift has this part of its variance.
        """
        s = self.scenario
        apart = np.abs(day[:, None] - day[None, :]).astype(float)
        since = (day - day[0]).astype(float)
        length = s.before + s.after
        more = 1 + (1 / controls if controls else 0)
        own = s.own**2 * self.persistence**apart
        own += s.drift**2 * np.outer(since, since) / length**2 + s.walk**2 * np.minimum(since[:, None], since[None, :])
        shared = s.plant**2 * s.plant_persistence**apart + s.plant_drift**2 * np.outer(since, since) / length**2
        return more * own + (0 if controls else 1) * shared + np.diag(row_noise)


def drawn(scenario: Scenario, seed: int) -> Lines:
    """The lines of one seed."""
    rng = np.random.default_rng([seed, sum(map(ord, scenario.name))])
    days = np.arange(scenario.before + scenario.after)
    working = days[(days % 7 != 6) & ((days < 50) | (days >= 57))]
    persistence = rng.uniform(*scenario.persistence)
    common = _wandering(rng, len(days), scenario.plant_persistence) * scenario.plant
    common += scenario.plant_drift * rng.standard_normal() * days / len(days)
    weekday = rng.normal(0, 0.01, 7)
    frames = [
        _line(rng, scenario, f"L{n}", working, common + weekday[days % 7], persistence) for n in range(1, scenario.lines + 1)
    ]
    table = pd.concat(frames, ignore_index=True)
    table.loc[rng.random(len(table)) < 0.02, "oee"] = np.nan
    return Lines(scenario, table, START + pd.Timedelta(days=scenario.before), persistence)


def _line(
    rng: np.random.Generator, s: Scenario, name: str, working: np.ndarray, common: np.ndarray, persistence: float
) -> pd.DataFrame:
    length = len(common)
    daily = common + s.own * _wandering(rng, length, persistence) + rng.normal(0, 0.03)
    daily += s.drift * rng.standard_normal() * np.arange(length) / length + np.cumsum(rng.normal(0, 1, length)) * s.walk
    often = np.full(length, 0.3) + np.clip(0.08 * _wandering(rng, length, 0.7), -0.2, 0.2)
    if name == TREATED:
        often[s.before :] += s.mix_shift
    frames = []
    for shift, level in (("Ca1", 0.0), ("Ca2", 0.005), ("Ca3", -0.01)):
        other = rng.random(len(working)) < often[working]
        planned = rng.uniform(0.6, 1.0, len(working)) * FULL_SHIFT_S
        oee = 0.62 + level + PRODUCT_STEP * other + daily[working]
        oee += s.white * rng.standard_normal(len(working)) * np.sqrt(FULL_SHIFT_S / planned)
        oee -= (rng.random(len(working)) < s.breakdowns) * rng.exponential(s.breakdown_size, len(working))
        frames.append(pd.DataFrame({
            "line_id": name, "shift_id": shift, "production_date": START + pd.to_timedelta(working, unit="D"),
            "product_id": np.where(other, "P2", "P1"), "planned_s": planned, "oee": oee,
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _wandering(rng: np.random.Generator, length: int, persistence: float) -> np.ndarray:
    from scipy.signal import lfilter

    noise = rng.standard_normal(length)
    noise[1:] *= np.sqrt(1 - persistence**2)
    return np.asarray(lfilter([1.0], [1.0, -persistence], noise))


def row_noise(lines: Lines, used_days: np.ndarray, controls: list[str]) -> np.ndarray:
    """Variance of what is independent from shift to shift, in the daily figure of the series that is explained."""
    s = lines.scenario
    known = lines.table[lines.table["oee"].notna()]
    event = s.breakdowns * 2 * s.breakdown_size**2 - (s.breakdowns * s.breakdown_size) ** 2
    weight = known["planned_s"]
    spoken = known.assign(white=s.white**2 * FULL_SHIFT_S * weight, squares=weight**2)
    sums = spoken.groupby(["line_id", "production_date"])[["planned_s", "white", "squares"]].sum()
    daily = (sums["white"] + event * sums["squares"]) / sums["planned_s"] ** 2
    dates = pd.to_datetime(used_days, unit="D").as_unit("us")
    by_line = daily.unstack("line_id").reindex(dates)
    found = by_line[TREATED].to_numpy(copy=True)
    if controls:
        beside = by_line[controls]
        found += (beside.sum(axis=1) / beside.notna().sum(axis=1) ** 2).to_numpy()
    return found


def quiet(scenario: Scenario) -> Scenario:
    """The same windows with hardly any noise, to see bias alone."""
    return replace(scenario, own=0.003, white=0.005, plant=0.002)
