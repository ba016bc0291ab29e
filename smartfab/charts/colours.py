"""One colour for each bucket, the same in every picture.

Chosen so that any two stay apart for the common kinds of colour blindness (CIE76 distance of at least 10 after the
simulation of Machado et al.); time that is nobody's loss is grey, and darkness means missing knowledge.

References
----------
Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision deficiency. IEEE TVCG 15(6), 2009.
"""

from __future__ import annotations

COLOURS: dict[str, str] = {
    "no_shift": "#E6E6E6",
    "planned_stop": "#727272",
    "unknown": "#1F1F1F",
    "breakdown": "#D55E00",
    "setup": "#0072B2",
    "idle": "#6CC0F0",
    "blocked_starved": "#E79FC9",
    "minor_stop": "#EFA21A",
    "run": "#12A67C",
    "reduced_speed": "#F5EB7A",
    "quality_loss": "#7B2D6B",
    "good": "#00573F",
}
"""Bucket of the time account, or step of the waterfall → sRGB."""

INK = "#222222"
"""Text and axes."""

FAINT = "#B4B4B4"
"""Grid, shift marks and the sums of a waterfall."""
