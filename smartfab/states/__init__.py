"""Signals → what each machine was doing: from a state tag, from flags, or from a counter."""

from smartfab.standard_states import state_map, state_maps
from smartfab.states.detection import detect_states

__all__ = ["detect_states", "state_map", "state_maps"]
