"""Money for authors: rule packs as data, and what they make of a benefit."""

from __future__ import annotations

from smartfab.improvements.remuneration.entitlements import reward
from smartfab.improvements.remuneration.rule_pack import RulePack, read_rules

__all__ = ["RulePack", "read_rules", "reward"]
