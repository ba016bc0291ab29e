"""Raw samples → clean signals: in order, once each, of signals the plant knows, with their doubts told."""

from smartfab.signals.cleaning import clean

__all__ = ["clean"]
