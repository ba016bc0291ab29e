"""What was measured: the effect with its interval, the word it earns, its grade, and all it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from smartfab import __version__
from smartfab.findings import Finding
from smartfab.improvements.canonical import sha256, significant
from smartfab.improvements.detectable import detectable_effect
from smartfab.improvements.input_rows import canonical_rows
from smartfab.improvements.sentences import result_sentence
from smartfab.numerals import language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Status = Literal["gain_confirmed", "loss_confirmed", "no_detectable_effect", "not_measurable_yet", "not_separable"]
Grade = Literal["A", "B", "C", "D"]
STATUSES: tuple[Status, ...] = (
    "gain_confirmed", "loss_confirmed", "no_detectable_effect", "not_measurable_yet", "not_separable",
)  # fmt: skip
"""The words a measurement can earn; each is a state of the improvement."""
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
"""Randomised in blocks; registered before and compared with three or more lines; one line or in hindsight; declared."""


@dataclass(frozen=True)
class Check:
    """One look at whether the figure can be trusted: what was found, against which limit, and whether it passed."""

    name: str
    found: float
    limit: float
    passed: bool
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the check in JSON's own types."""
        return {"name": self.name, "found": self.found, "limit": self.limit, "passed": self.passed, **self.detail}


@dataclass(frozen=True, eq=False)
class Measurement:
    """The measured effect of one change; made by `effect`, never edited, only superseded by another.

    Attributes
    ----------
    status : str
        gain_confirmed, loss_confirmed: the interval lies above, below 0 (where less is better, the other way round).
        no_detectable_effect: it contains 0 and ends below what was expected. not_measurable_yet: the data cannot tell.
        not_separable: another change came too close; the estimate is of both together.
    estimate : float
        Effect on y while the change is in force; NaN where there is none [y].
    interval : tuple of float
        Its lower and upper end at `level` [y].
    grade : str
        A, B, C or D: how much the design proves.
    method : str
        controls, series or switchback.
    findings : tuple of dict
        What was doubtful about data or design.
    effects : DataFrame
        One row a period: date, actual, counterfactual, gap, low, high (where the counterfactual may lie) [y]; exposure,
        weight.
    rows : DataFrame
        The input rows used; with `arguments` they give the same measurement again.
    arguments : mapping
        What `effect` takes, ready for JSON.
    gates, checks : tuple of Check
        What had to hold for there to be a figure, and what lowered the grade.
    joint : tuple of str
        Ids of the other changes the estimate includes.
    """

    status: Status
    estimate: float
    interval: tuple[float, float]
    grade: Grade
    method: str
    findings: tuple[Finding, ...]
    effects: pd.DataFrame
    rows: pd.DataFrame
    arguments: Mapping[str, Any]
    is_ratio: bool = False
    scale: float = float("nan")
    dof: int = 0
    noise: Mapping[str, float] = field(default_factory=dict)
    windows: Mapping[str, Any] = field(default_factory=dict)
    gates: tuple[Check, ...] = ()
    checks: tuple[Check, ...] = ()
    joint: tuple[str, ...] = ()
    placebos: pd.DataFrame = field(default_factory=pd.DataFrame)
    version: str = __version__

    @property
    def level(self) -> float:
        """Level of the interval, such as 0.95."""
        return float(self.arguments["level"])

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `rows`."""
        return sha256(canonical_rows(self.rows))

    def mde(self, power: float = 0.8) -> float:
        """Return the smallest effect that would have been found: the precision that was reached.

        Parameters
        ----------
        power : float
            Share of changes of that size that would be confirmed [1].

        Returns
        -------
        float
            In the unit of y [y].

        Raises
        ------
        TableError
            If power is not a share.
        """
        return detectable_effect(self.scale, self.dof, power=power, level=self.level)

    def sentence(self, lang: str = "vi") -> str:
        """Return the result in one sentence.

        Parameters
        ----------
        lang : {"vi", "en"}
            Language.

        Returns
        -------
        str
            Such as "OEE tăng 2,0 điểm % (khoảng tin cậy 95 %: 0,6 đến 3,4)".
        """
        return result_sentence(self, language(lang))

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the rows themselves in JSON's own types, floats rounded to 6 significant digits.

        Returns
        -------
        dict
            Opens with the sentence; `rows` is the digest of the input rows.
        """
        effects = self.effects.assign(date=self.effects["date"].dt.strftime("%Y-%m-%d"))
        content: dict[str, Any] = {
            "sentence": {"vi": self.sentence("vi"), "en": self.sentence("en")},
            "status": self.status, "estimate": self.estimate, "interval": self.interval, "level": self.level,
            "grade": self.grade, "method": self.method, "joint": self.joint, "mde": self.mde(), "scale": self.scale,
            "dof": self.dof, "noise": dict(self.noise), "windows": dict(self.windows),
            "gates": [gate.to_dict() for gate in self.gates], "checks": [check.to_dict() for check in self.checks],
            "findings": list(self.findings), "effects": effects.to_dict("records"), "rows": self.digest,
            "smartfab": self.version,
        }  # fmt: skip
        rounded: dict[str, Any] = significant(content)
        return {**rounded, "arguments": dict(self.arguments)}

    def plot(self, *, lang: str = "vi") -> Figure:
        """Draw what happened beside what would have happened without the change.

        Parameters
        ----------
        lang : {"vi", "en"}
            Language.

        Returns
        -------
        Figure
            Not bound to any display.
        """
        from smartfab.charts import counterfactual

        return counterfactual(self, lang=lang)

    def to_html(self, *, lang: str = "vi") -> str:
        """Return the measurement as one page that needs no network: sentence, pictures, checks, and how it was made.

        Parameters
        ----------
        lang : {"vi", "en"}
            Language.

        Returns
        -------
        str
            HTML; every name in it is escaped.
        """
        from smartfab.report.measured_gain import gain_page

        return gain_page(self, language(lang))

    def _repr_html_(self) -> str:
        from smartfab.report.measured_gain import gain_summary

        return gain_summary(self, "vi")
