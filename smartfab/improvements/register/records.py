"""What the register hands out: frozen records of what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smartfab.improvements.register.states import noun

__all__ = ["Attachment", "Decision", "Improvement", "Meeting", "Step"]


@dataclass(frozen=True)
class Improvement:
    """One improvement as it stands.

    Attributes
    ----------
    id : str
        Such as ``CT-2026-0007``.
    version : int
        Grows with each change of the record; hand it back to be told when somebody was faster.
    state : str
        One of `STATES`.
    track, lane : str
        measured or no_measurement; standard or small.
    title_vi, title_en, problem, solution : str
        What is proposed.
    authors : tuple of pairs
        Person and share in percent, as text that is exact; the shares sum to 100.
    line_id, unit_id, kpi, drive, parent_id, paper_no : str or None
        Where; whose; what it is to change; the emulation drive; what it replicates; the number of its paper form.
    expected : tuple of float, or None
        Least, likely and greatest expected effect, in the KPI's unit.
    scope : dict
        Further reach: kind (machine_id, product_id, line_id, …) and values.
    proposed_on, applied_on : str or None
        Dates as the author says; `registered_at` is when the register learned of it.
    late : bool
        It was applied before it was registered.
    by, entered_by : str
        Who proposed it, and who typed it in for that person.
    """

    id: str
    version: int
    state: str
    track: str
    lane: str
    title_vi: str
    title_en: str | None
    problem: str
    solution: str
    authors: tuple[tuple[str, str], ...]
    line_id: str | None
    unit_id: str | None
    kpi: str | None
    expected: tuple[float, float, float] | None
    scope: Mapping[str, tuple[str, ...]]
    drive: str | None
    parent_id: str | None
    paper_no: str | None
    proposed_on: str
    applied_on: str | None
    registered_at: str
    late: bool
    by: str
    entered_by: str | None

    @property
    def noun(self) -> str:
        """What it may be called in Vietnamese: ``sáng kiến`` once it is recognised, ``giải pháp`` before."""
        return noun(self.state)

    @property
    def author_ids(self) -> tuple[str, ...]:
        """The authors without their shares."""
        return tuple(person for person, _ in self.authors)

    def to_dict(self) -> dict[str, Any]:
        """Return the record in JSON's own types."""
        return {**self.__dict__, "noun": self.noun}


@dataclass(frozen=True)
class Step:
    """One deed in the life of an improvement; `from_state` and `to_state` are equal where the state stayed."""

    seq: int
    at: str
    by: str
    entered_by: str | None
    action: str
    from_state: str | None
    to_state: str | None
    reason: str | None
    hash: str


@dataclass(frozen=True)
class Meeting:
    """A meeting of the council."""

    id: int
    date: str
    members: tuple[str, ...]
    minutes: str


@dataclass(frozen=True)
class Decision:
    """A recognition by the council; `certificate_no` has no gap within its year."""

    improvement_id: str
    decision_no: str
    decision_date: str
    signer: str
    level: str | None
    certificate_no: str
    meeting_id: int | None
    pack: str


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to an improvement."""

    id: int
    improvement_id: str
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    by: str
    at: str
