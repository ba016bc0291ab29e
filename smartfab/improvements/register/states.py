"""The states of an improvement, and which step leads from one to the next.

::

    draft → submitted → screening → accepted | returned | duplicate | refused
    accepted → planned (freeze) → trial, applied, reverted (intervened) → what the measurement says (measure)
    gain_confirmed → verified → recognised (council) → rewarded → standardised → replicated → closed
    without a measurement: applied → verified on evidence;  small lane: applied → rewarded
"""

from __future__ import annotations

from smartfab.errors import TransitionRefused

__all__ = ["LANES", "STATES", "TRACKS", "noun", "steps_from"]

MEASURED = ("gain_confirmed", "loss_confirmed", "no_detectable_effect", "not_measurable_yet", "not_separable")
"""States only a measurement sets."""

FIELDED = ("trial", "applied", "reverted")
"""States an intervention sets."""

STATES = (
    "draft", "submitted", "screening", "accepted", "returned", "duplicate", "refused", "planned", *FIELDED, *MEASURED,
    "verified", "recognised", "rewarded", "standardised", "replicated", "closed",
)  # fmt: skip
"""Every state, in the order of the way."""

TRACKS = ("measured", "no_measurement")
"""Whether machine data are to prove the gain; safety and 5S need none."""

LANES = ("standard", "small")
"""Through the council, or rewarded by the leader from the company's table."""

NEEDS_REASON = frozenset({"returned", "duplicate", "refused", "closed"})
ON_EVIDENCE = frozenset({"applied", "not_measurable_yet", "not_separable"})
"""From these a verifier goes on evidence: a photo, a checklist, a declaration."""

RECOGNISED = frozenset({"recognised", "rewarded", "standardised", "replicated"})

_STEPS: dict[str, tuple[str, ...]] = {
    "draft": ("submitted", "closed"),
    "submitted": ("screening", "accepted", "returned", "duplicate", "refused"),
    "screening": ("accepted", "returned", "duplicate", "refused"),
    "returned": ("submitted", "closed"),
    "accepted": ("planned", "trial", "applied", "closed"),
    "planned": ("planned", "trial", "applied", "closed"),
    "trial": ("planned", "trial", "applied", "reverted", *MEASURED),
    "applied": ("planned", "applied", "reverted", *MEASURED),
    "reverted": ("planned", "trial", "applied", "closed", *MEASURED),
    **dict.fromkeys(MEASURED, ("trial", "applied", "reverted", "closed", *MEASURED)),
    "verified": ("recognised", "refused", "closed"),
    "recognised": ("rewarded", "standardised", "closed"),
    "rewarded": ("standardised", "closed"),
    "standardised": ("replicated", "closed"),
    "replicated": ("replicated", "closed"),
}
BY_METHOD = {
    "planned": "freeze", "trial": "intervened", "applied": "intervened", "reverted": "intervened", "recognised": "decide",
    **dict.fromkeys(MEASURED, "measure"),
}  # fmt: skip
"""What sets a state that `transition` does not."""


def steps_from(state: str, *, track: str = "measured", lane: str = "standard") -> tuple[str, ...]:
    """Return the states an improvement can go to.

    Parameters
    ----------
    state : str
        Where it is.
    track : {"measured", "no_measurement"}
        Whether a measurement is asked for.
    lane : {"standard", "small"}
        Who rewards.

    Returns
    -------
    tuple of str
        Guards may still refuse a step.
    """
    steps = _STEPS.get(state, ())
    if track == "no_measurement":
        steps = tuple(step for step in steps if step != "planned" and step not in MEASURED)
    if state == "gain_confirmed" or (state in ON_EVIDENCE and (track == "no_measurement" or state != "applied")):
        steps = (*steps, "verified")
    if lane == "small" and state in {"applied", "gain_confirmed", "not_measurable_yet", "no_detectable_effect", "verified"}:
        steps = (*steps, "rewarded")
    return steps


def check_step(state: str, target: str, *, track: str, lane: str, where: str) -> None:
    """Refuse a step the state machine does not have."""
    if target not in STATES:
        raise TransitionRefused(f"no state {target!r}", where=where, expected=f"one of {', '.join(STATES)}")
    steps = steps_from(state, track=track, lane=lane)
    if target not in steps:
        raise TransitionRefused(
            f"from {state} to {target}", where=where, expected=f"{', '.join(steps)}" if steps else f"nothing: {state} is final"
        )


def noun(state: str) -> str:
    """Return what an improvement may be called in Vietnamese: a sáng kiến only once it is recognised.

    Parameters
    ----------
    state : str
        State of the improvement.

    Returns
    -------
    str
        ``sáng kiến`` or ``giải pháp``.
    """
    return "sáng kiến" if state in RECOGNISED else "giải pháp"
