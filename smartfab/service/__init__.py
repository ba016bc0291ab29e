"""The innovation team's door: a REST API and a web page in front of the register, for people with different roles.

::

    settings, rights (who may do what) ← office (what one person can do) ← api, web ← application ← running
    access to the register's keys, plant_side (the store), problems (RFC 9457), bounds (sizes, times)

Needs ``pip install smartfab[service]``. Start it with ``smartfab serve --db plant.db``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab.service.application import create_app
    from smartfab.service.rights import ACTIONS, MATRIX, Rights
    from smartfab.service.settings import Settings

__all__ = ["ACTIONS", "MATRIX", "Rights", "Settings", "create_app"]

_HOMES = {"create_app": "application", "Settings": "settings", **dict.fromkeys(("ACTIONS", "MATRIX", "Rights"), "rights")}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"smartfab.service has no {name!r}; there are: {', '.join(__all__)}")
