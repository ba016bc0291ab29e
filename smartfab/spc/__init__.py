"""Statistical process control: control charts with their run rules and alarms, and process capability.

A chart takes a series of any process value, part measurement or count; `alarms` gives the same table a detector gives.
"""

from smartfab.spc.chart import ControlChart
from smartfab.spc.charting import control_chart
from smartfab.spc.indices import capability

__all__ = ["ControlChart", "capability", "control_chart"]
