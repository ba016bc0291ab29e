"""A line with known truth: states, counts, defects and gains, for demos, tests and benchmarks."""

from smartfab.simulation.process_values import DefectCause
from smartfab.simulation.reckoning import Gain, Truth
from smartfab.simulation.scenario import SimulatedLine, line

__all__ = ["DefectCause", "Gain", "SimulatedLine", "Truth", "line"]
