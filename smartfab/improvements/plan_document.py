"""The measurement plan as a document: every argument of the later measurement, frozen before the change, with one digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from smartfab import __version__
from smartfab.errors import TableError
from smartfab.findings import Finding
from smartfab.improvements.canonical import canonical_json, plain, sha256
from smartfab.improvements.detectable import detectable_effect
from smartfab.improvements.sentences import advice, plan_sentence
from smartfab.numerals import language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PlanStatus = Literal["adequate", "underpowered", "not_feasible", "no_expectation"]


@dataclass(frozen=True)
class Plan:
    """How a change will be measured; made by `plan` from baseline data, and never changed.

    Attributes
    ----------
    arguments : dict
        Exactly what `effect(data, **plan.arguments)` takes, ready for JSON.
    status : str
        adequate; underpowered: the smallest effect that can be found is more than twice the expected one; not_feasible:
        the data or the window cannot pass the gates; no_expectation: nothing was expected, so nothing can be compared.
    report_days : int
        Days after the change that are read [1].
    scale : float or None
        Predicted width of the interval / (2 · t); None where nothing can be predicted [y].
    dof : int
        Days less columns [1].
    options : tuple of dict
        Other designs: kind (longer, switchback, controls), report_days, and their mde at 80 % power [y].
    curve : tuple of pairs
        Report days and the mde at 80 % power they would reach [y].
    findings : tuple of dict
        What is doubtful about the baseline.
    is_ratio : bool
        y lies in 0…1, and effects are told in points.
    retrospective : bool
        The data already reached beyond the change.
    version : str
        Of smartfab.
    """

    arguments: dict[str, Any]
    status: PlanStatus
    report_days: int
    scale: float | None
    dof: int
    options: tuple[dict[str, Any], ...] = ()
    curve: tuple[tuple[int, float], ...] = ()
    findings: tuple[Finding, ...] = ()
    is_ratio: bool = False
    retrospective: bool = False
    version: str = __version__

    @property
    def schedule(self) -> tuple[tuple[str, bool], ...]:
        """The days of a switchback and whether the change is in force on each; empty for other methods."""
        return tuple((str(day), bool(exposed)) for day, exposed in self.arguments.get("blocks") or ())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of `to_dict`."""
        return sha256(canonical_json(self.to_dict()))

    def mde(self, power: float = 0.8) -> float:
        """Return the smallest effect this plan will find.

        Parameters
        ----------
        power : float
            Share of changes of that size that will be confirmed [1].

        Returns
        -------
        float
            In the unit of y; NaN where nothing can be predicted [y].

        Raises
        ------
        TableError
            If power is not a share.
        """
        scale = float("nan") if self.scale is None else self.scale
        return detectable_effect(scale, self.dof, power=power, level=float(self.arguments["level"]))

    def sentence(self, lang: str = "vi") -> str:
        """Return what the plan will be able to find, in one sentence.

        Parameters
        ----------
        lang : {"vi", "en"}
            Language.

        Returns
        -------
        str
            Without a full stop.
        """
        return plan_sentence(self, language(lang))

    def suggest(self, *, lang: str = "en") -> tuple[str, ...]:
        """Return what would find a smaller effect, the best first.

        Parameters
        ----------
        lang : {"en", "vi"}
            Language.

        Returns
        -------
        tuple of str
            Such as "switchback in 1-day blocks: 4.9 → 2.8 points"; empty where nothing helps.
        """
        return tuple(advice(option, self.mde(), language(lang), ratio=self.is_ratio) for option in self.options)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan in JSON's own types.

        Returns
        -------
        dict
            `Plan.from_dict` reads it; the digest is of this.
        """
        content: dict[str, Any] = plain({item.name: getattr(self, item.name) for item in fields(self)})
        return content

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Plan:
        """Return the plan a dict of `to_dict` describes.

        Parameters
        ----------
        content : mapping
            As `to_dict` wrote it, or as JSON gave it back.

        Returns
        -------
        Plan
            With the same digest.

        Raises
        ------
        TableError
            If a part is missing, or strange.
        """
        known = {item.name for item in fields(cls)}
        if strange := sorted(known.symmetric_difference(content)):
            raise TableError(f"{', '.join(strange)} missing or unknown", where="plan", expected=f"{', '.join(sorted(known))}")
        parts = dict(content)
        for name in ("options", "findings"):
            parts[name] = tuple(parts[name])
        parts["curve"] = tuple((int(days), float(least)) for days, least in parts["curve"])
        return cls(**parts)

    def plot(self, *, lang: str = "vi") -> Figure:
        """Draw the smallest effect that can be found against the days after the change.

        Parameters
        ----------
        lang : {"vi", "en"}
            Language.

        Returns
        -------
        Figure
            Not bound to any display.
        """
        from smartfab.charts import mde_curve

        return mde_curve(self, lang=lang)
