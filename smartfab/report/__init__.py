"""The page a plant reads: one self-contained HTML file, in Vietnamese or English, printable on A4."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab.report.building import build
    from smartfab.report.page import Report

__all__ = ["Report", "build"]

_HOMES = {"build": "smartfab.report.building", "Report": "smartfab.report.page"}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"smartfab.report has no {name!r}; there are: {', '.join(__all__)}")
