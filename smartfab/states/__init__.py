"""Signals or stop logs → what each machine was doing: from a state tag, flags, a counter, or what people wrote down."""

from smartfab.standard_states import state_map, state_maps
from smartfab.states.detection import detect_states
from smartfab.states.reasons_entered import assign_reason
from smartfab.states.stop_log import from_stops, with_log

__all__ = ["assign_reason", "detect_states", "from_stops", "state_map", "state_maps", "with_log"]
