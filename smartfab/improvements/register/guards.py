"""What must hold before a step is taken: a reason, the right person, evidence, a decision."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from smartfab.errors import TransitionRefused
from smartfab.improvements.register.council_tables import rewards
from smartfab.improvements.register.deeds import Deed
from smartfab.improvements.register.idea_tables import attachments, improvements
from smartfab.improvements.register.people_records import check_known, units_of
from smartfab.improvements.register.proof_tables import declarations
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.register.states import NEEDS_REASON, ON_EVIDENCE


def check_guards(deed: Deed, item: Improvement, target: str, reason: str | None) -> None:
    """Refuse a step whose guard says no."""
    if target in NEEDS_REASON and reason is None:
        raise TransitionRefused("no reason", where=item.id, expected=f"a reason for {target}", remedy="Say why.")
    guard = _GUARDS.get(target)
    if guard is not None:
        guard(deed, item)


def _verified(deed: Deed, item: Improvement) -> None:
    if deed.by in item.author_ids:
        raise TransitionRefused(f"{deed.by} is an author", where=item.id, expected="a verifier who is none")
    check_known(deed.connection, [deed.by], "verifier")
    if deed.entered_by in item.author_ids:
        raise TransitionRefused(f"{deed.entered_by} is an author", where=item.id, expected="somebody else to type it in")
    shared = units_of(deed.connection, [deed.by]) & units_of(deed.connection, item.author_ids)
    if shared:
        raise TransitionRefused(
            f"{deed.by} belongs to {', '.join(sorted(shared))}, as an author does",
            where=item.id,
            expected="a verifier of another unit",
        )
    if item.state in ON_EVIDENCE and not _any(deed, attachments, item.id) and not _any(deed, declarations, item.id):
        raise TransitionRefused(
            "no evidence",
            where=item.id,
            expected="a photo, a checklist or a declaration",
            remedy="Call attach or declare first.",
        )


def _rewarded(deed: Deed, item: Improvement) -> None:
    if deed.by in item.author_ids:
        raise TransitionRefused(f"{deed.by} is an author", where=item.id, expected="a leader who is none")
    if item.lane != "small" and not _any(deed, rewards, item.id):
        raise TransitionRefused(
            "no reward is written down", where=item.id, expected="register.award(…)", remedy="Call that instead."
        )


def _replicated(deed: Deed, item: Improvement) -> None:
    child = sa.select(improvements.c.improvement_id).where(improvements.c.parent_id == item.id).limit(1)
    if deed.connection.execute(child).first() is None:
        raise TransitionRefused(
            "nothing replicates it",
            where=item.id,
            expected=f"an improvement with parent_id={item.id!r}",
            remedy="Submit that first.",
        )


def _any(deed: Deed, table: sa.Table, improvement_id: str) -> bool:
    return (
        deed.connection.execute(sa.select(table).where(table.c.improvement_id == improvement_id).limit(1)).first() is not None
    )


_GUARDS: dict[str, Callable[[Deed, Improvement], None]] = {
    "verified": _verified, "rewarded": _rewarded, "replicated": _replicated,
}  # fmt: skip
