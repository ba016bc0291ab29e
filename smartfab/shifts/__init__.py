"""Shift patterns, rotations, breaks, holidays (Tết) and make-up days → planned time."""

from smartfab.shifts.expansion import ShiftCalendar, expand

__all__ = ["ShiftCalendar", "expand"]
