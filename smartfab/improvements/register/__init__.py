"""The register of improvements: who proposed what, what became of it, what was measured, decided and paid, all in one chain.

::

    tables (people, ideas, proof, council, audit) ← migrations ← database (one writer)
    deeds: rows and their entry in the chain ← ideas, workflow, planning, measuring,
    declaring, council, awards ← opening: Register
    auditing ← replay: the register rebuilt from the chain, held against the tables
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab.improvements.register.auditing import Audit, AuditFault, AuditReport
    from smartfab.improvements.register.backups import Backup
    from smartfab.improvements.register.opening import Register
    from smartfab.improvements.register.people import People
    from smartfab.improvements.register.people_records import Person, Unit
    from smartfab.improvements.register.planning import FrozenPlan
    from smartfab.improvements.register.records import Attachment, Decision, Improvement, Meeting, Step
    from smartfab.improvements.register.results import StoredMeasurement
    from smartfab.improvements.register.roles import ROLES, Grant
    from smartfab.improvements.register.states import LANES, STATES, TRACKS, noun, steps_from
    from smartfab.improvements.register.texts import dong, folded

__all__ = [
    "LANES", "ROLES", "STATES", "TRACKS", "Attachment", "Audit", "AuditFault", "AuditReport", "Backup", "Decision",
    "FrozenPlan", "Grant", "Improvement", "Meeting", "People", "Person", "Register", "Step", "StoredMeasurement", "Unit",
    "dong", "folded", "noun", "steps_from",
]  # fmt: skip

_HOMES = {
    **dict.fromkeys(("Audit", "AuditFault", "AuditReport"), "auditing"),
    **dict.fromkeys(("ROLES", "Grant"), "roles"),
    **dict.fromkeys(("Person", "Unit"), "people_records"),
    **dict.fromkeys(("Attachment", "Decision", "Improvement", "Meeting", "Step"), "records"),
    **dict.fromkeys(("LANES", "STATES", "TRACKS", "noun", "steps_from"), "states"),
    **dict.fromkeys(("dong", "folded"), "texts"),
    "Backup": "backups", "FrozenPlan": "planning", "People": "people", "Register": "opening", "StoredMeasurement": "results",
}  # fmt: skip


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"smartfab.improvements.register has no {name!r}; there are: {', '.join(__all__)}")
