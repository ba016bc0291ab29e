"""smartfab: from the tags of an OPC UA line to OEE, defect warnings and measured improvements.

::

    OPC UA tags → signals → shifts → states → counts → oee
                      store keeps every table · pipelines run the stages on schedule

Import it as ``sf``. Stages are loaded when they are first used, so the import itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartfab import (
        charts,
        clock,
        counts,
        defects,
        errors,
        features,
        improvements,
        oee,
        pipelines,
        report,
        shifts,
        signals,
        simulation,
        spc,
        states,
        store,
        vocabulary,
    )
    from smartfab.data import PlantData
    from smartfab.exports import read_export, to_excel
    from smartfab.findings import findings_of
    from smartfab.plant import Plant
    from smartfab.plant_file import read_plant
    from smartfab.report.table_view import show
    from smartfab.store import open_store
    from smartfab.windows import RollingStream, ewm, rolling

__version__ = "0.1.0"

_STAGES = (
    "charts",
    "clock",
    "counts",
    "defects",
    "errors",
    "features",
    "improvements",
    "oee",
    "pipelines",
    "report",
    "shifts",
    "signals",
    "simulation",
    "spc",
    "states",
    "store",
    "vocabulary",
)
_NAMES = {
    "Plant": "smartfab.plant",
    "PlantData": "smartfab.data",
    "RollingStream": "smartfab.windows",
    "ewm": "smartfab.windows",
    "findings_of": "smartfab.findings",
    "open_store": "smartfab.store",
    "read_export": "smartfab.exports",
    "read_plant": "smartfab.plant_file",
    "rolling": "smartfab.windows",
    "show": "smartfab.report.table_view",
    "to_excel": "smartfab.exports",
}

__all__ = [
    "Plant",
    "PlantData",
    "RollingStream",
    "__version__",
    "charts",
    "clock",
    "counts",
    "defects",
    "errors",
    "ewm",
    "features",
    "findings_of",
    "improvements",
    "oee",
    "open_store",
    "pipelines",
    "read_export",
    "read_plant",
    "report",
    "rolling",
    "shifts",
    "show",
    "signals",
    "simulation",
    "spc",
    "states",
    "store",
    "to_excel",
    "vocabulary",
]


def __getattr__(name: str) -> object:
    if name in _STAGES:
        return import_module(f"smartfab.{name}")
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"smartfab has no {name!r}; there are: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
