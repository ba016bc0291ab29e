"""What a demo leaves to look at beside its report: the page of its improvement, and the two pictures of the README."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartfab.cli import demo_folder

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from smartfab.plant import Plant
    from smartfab.store import Store

_DPI = 90


def write_pages(
    folder: Path, store: Store, plant: Plant, window: tuple[pd.Timestamp, pd.Timestamp], improvement: str, lang: str
) -> None:
    """Write improvement.html, timeline.png and gain.png into the folder of a demo.

    Parameters
    ----------
    folder : Path
        With the register.
    store : Store
        What was collected.
    plant : Plant
        What its signals mean.
    window : tuple of Timestamp
        What was played; half-open.
    improvement : str
        The one that was measured.
    lang : {"en", "vi"}
        Language.
    """
    from smartfab import charts, oee, report
    from smartfab.data import PlantData
    from smartfab.improvements import Register

    data = PlantData.from_store(store, plant, *window)
    account = oee.time_account(data, *window)
    _picture(charts.state_timeline(account, lang=lang, tz=plant.timezone), folder / demo_folder.TIMELINE)
    with Register(f"sqlite:///{folder / demo_folder.REGISTER}", tz=plant.timezone) as register:
        measured = register.reproduce(register.measurements(improvement)[-1].id)
        page = report.build(store, plant, *window, kind="improvement", lang=lang, register=register, improvement=improvement)
    page.save(folder / demo_folder.IMPROVEMENT)
    _picture(measured.plot(lang=lang), folder / demo_folder.GAIN)


def _picture(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})
