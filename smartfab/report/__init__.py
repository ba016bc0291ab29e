"""The page a plant reads: one self-contained HTML file, in Vietnamese or English, printable on A4."""

from smartfab.report.building import build
from smartfab.report.page import Report

__all__ = ["Report", "build"]
