"""Improvements tied to a measured gain: a plan frozen before the change, an interval after it, money from the interval.

`plan` says before a change what could be found; `effect` measures it afterwards.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab.improvements.assumptions import Assumption
    from smartfab.improvements.input_rows import canonical_rows
    from smartfab.improvements.measurement import Measurement
    from smartfab.improvements.measuring import effect, measurement_from_rows
    from smartfab.improvements.plan_document import Plan
    from smartfab.improvements.planning import plan
    from smartfab.improvements.register import Register
    from smartfab.improvements.remuneration import RulePack, read_rules, reward
    from smartfab.improvements.valuation import Money, money

__all__ = [
    "Assumption",
    "Measurement",
    "Money",
    "Plan",
    "Register",
    "RulePack",
    "canonical_rows",
    "effect",
    "measurement_from_rows",
    "money",
    "plan",
    "read_rules",
    "reward",
]

_HOMES = {
    "Assumption": "smartfab.improvements.assumptions",
    "Money": "smartfab.improvements.valuation",
    "money": "smartfab.improvements.valuation",
    "Measurement": "smartfab.improvements.measurement",
    "Plan": "smartfab.improvements.plan_document",
    "Register": "smartfab.improvements.register",
    "RulePack": "smartfab.improvements.remuneration",
    "canonical_rows": "smartfab.improvements.input_rows",
    "plan": "smartfab.improvements.planning",
    "effect": "smartfab.improvements.measuring",
    "measurement_from_rows": "smartfab.improvements.measuring",
    "read_rules": "smartfab.improvements.remuneration",
    "reward": "smartfab.improvements.remuneration",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"smartfab.improvements has no {name!r}; there are: {', '.join(__all__)}")
