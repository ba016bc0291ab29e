"""What a demo leaves to look at: its report, the page of its improvement, and the two pictures of the README."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smartfab.cli import demo_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from smartfab.charts.wording import Lang
    from smartfab.cli.predicting import Prediction
    from smartfab.cli.proving import Proof
    from smartfab.cli.verdict import Figures
    from smartfab.simulation import SimulatedLine
    from smartfab.store import Store

_DPI = 90


def write_pages(
    folder: Path, store: Store, figures: Figures, sim: SimulatedLine, prediction: Prediction | None, proof: Proof, *, lang: Lang
) -> None:
    """Write report.html, improvement.html, timeline.png and gain.png into the folder of a demo.

    Parameters
    ----------
    folder : Path
        With the register.
    store : Store
        What was collected.
    figures : Figures
        What was computed of it.
    sim : SimulatedLine
        What was played: knows what caused the defects.
    prediction : Prediction or None
        Of the defects.
    proof : Proof
        Of the improvement.
    lang : {"en", "vi"}
        Language.
    """
    from smartfab import charts, oee, report
    from smartfab.data import PlantData
    from smartfab.improvements import Register
    from smartfab.report.whole_way import Known, story

    plant, window = figures.plant, figures.window
    account = oee.time_account(PlantData.from_store(store, plant, *window), *window)
    _picture(charts.state_timeline(account, lang=lang, tz=plant.timezone), folder / demo_folder.TIMELINE)
    whole = (plant.lines[0].id, figures.oee["value"], figures.oee["truth"])
    known = Known(
        samples=figures.collect["samples"], served=figures.collect["truth"], lost=figures.collect["lost"],
        duplicated=figures.collect["duplicated"],
        oee=[whole, *((one["machine_id"], one["value"], one["truth"]) for one in figures.oee["machines"])],
        evaluation=None if prediction is None else prediction.told, informed={} if prediction is None else prediction.informed,
        cause=sim.truth.defect_cause,
        improvement=proof.improvement_id, gain=proof.gain["truth"],
    )  # fmt: skip
    with Register(f"sqlite:///{folder / demo_folder.REGISTER}", tz=plant.timezone) as register:
        story(store, plant, window, register, known, lang=lang).save(folder / demo_folder.REPORT)
        measured = register.reproduce(register.measurements(proof.improvement_id)[-1].id)
        page = report.build(
            store, plant, *window, kind="improvement", lang=lang, register=register, improvement=proof.improvement_id
        )
    page.save(folder / demo_folder.IMPROVEMENT)
    _picture(measured.plot(lang=lang), folder / demo_folder.GAIN)


def _picture(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})
