"""Signals → what each machine was doing: from a state tag, from flags, or from a counter."""

from smartfab.states.detection import detect_states

__all__ = ["detect_states"]
