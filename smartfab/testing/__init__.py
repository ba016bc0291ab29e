"""Laws that parts of smartfab keep, for the parts others write: a connector that passes `check_source` fits in."""

from smartfab.testing.source_checks import check_source

__all__ = ["check_source"]
