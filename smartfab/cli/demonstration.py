"""`smartfab demo`: the whole way, from a live OPC UA server to OEE, against a truth that is known."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smartfab.cli.languages import Language
from smartfab.cli.working import patience

if TYPE_CHECKING:
    from smartfab.charts.wording import Lang
    from smartfab.cli.predicting import Prediction
    from smartfab.cli.proving import Proof
    from smartfab.cli.verdict import Figures
    from smartfab.simulation import SimulatedLine
    from smartfab.store import Store

_PLAYING_S = 20.0
_DAY = dt.timedelta(days=1)


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the store, the report and the figures.")] = Path("demo"),
    lang: Annotated[Language, typer.Option(help="Language of the report and of what is printed.")] = Language.vi,
    days: Annotated[float, typer.Option(hidden=True, min=0.01)] = 1.0,
    playing: Annotated[float, typer.Option(hidden=True, min=0.1)] = _PLAYING_S,
) -> None:
    """Show the whole way on a simulated line, in under a minute.

    Plays the line by OPC UA over TCP, collects and stores it, computes its OEE, predicts its defects, measures what an
    improvement was worth, and shows each beside the truth.
    Writes report.html, which tells all of it, improvement.html, two pictures, summary.json, plant.toml and a store into the
    folder. A folder of an earlier demo is replaced.

    Example: smartfab demo --out demo
    """
    from smartfab.charts.wording import language
    from smartfab.cli import demo_folder
    from smartfab.cli.demo_pages import write_pages
    from smartfab.cli.messages import MESSAGES
    from smartfab.cli.predicting import predict
    from smartfab.cli.proving import prove
    from smartfab.simulation import line
    from smartfab.store import open_store

    begin = time.monotonic()
    folder = demo_folder.prepared(out)
    words = MESSAGES[language(lang.value)]
    typer.echo(f"{words.simulating} …")
    with patience(words.simulating):
        sim = line(days=days)
    store = open_store(folder / demo_folder.STORE)
    figures = _run(sim, store, lang.value, speed=days * _DAY.total_seconds() / playing)
    (folder / demo_folder.PLANT).write_text(figures.plant.to_toml(), encoding="utf-8")
    typer.echo(f"{words.predicting} …")
    with patience(words.predicting):
        prediction = predict(sim, store)
    typer.echo(f"{words.proving} …")
    with patience(words.proving):
        proof = prove(folder / demo_folder.REGISTER, lang.value)
    typer.echo(f"{words.writing} …")
    with patience(words.writing):
        write_pages(folder, store, figures, sim, prediction, proof, lang=language(lang.value))
    seconds = round(time.monotonic() - begin, 1)
    told = {} if prediction is None else {"defects": prediction.defects}
    summary = {"seconds": seconds, "collect": figures.collect, "oee": figures.oee, **told, "gain": proof.gain}
    written = json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / demo_folder.SUMMARY).write_text(f"{written}\n", encoding="utf-8")
    typer.echo(_told(figures, prediction, proof, folder, seconds, lang.value))


def _run(sim: SimulatedLine, store: Store, lang: str, *, speed: float) -> Figures:
    from tqdm import tqdm

    from smartfab import oee
    from smartfab.charts.wording import language
    from smartfab.cli import verdict
    from smartfab.cli.messages import MESSAGES
    from smartfab.cli.rehearsal import rehearse
    from smartfab.data import PlantData

    words = MESSAGES[language(lang)]
    form = "{desc} {percentage:3.0f}%|{bar}| {elapsed}"
    with tqdm(total=1.0, desc=words.collecting, bar_format=form, file=sys.stderr, disable=None, leave=False) as bar:

        def progress(share: float) -> None:
            bar.update(share - bar.n)

        rehearsal = rehearse(sim, store, speed=speed, progress=progress)
    typer.echo(f"{words.computing} …")
    window = sim.start, sim.end
    data = PlantData.from_store(store, rehearsal.plant, *window)
    shifts = oee.evaluate(data, *window, by=["production_date", "shift_id", "machine_id"])
    machines = oee.rollup(shifts, by=["machine_id"])
    whole = oee.line(data, *window, line_id=rehearsal.plant.lines[0].id)
    return verdict.Figures(
        plant=rehearsal.plant,
        collect=verdict.collected(store.read("samples"), rehearsal.played),
        oee=verdict.line_oee(float(whole["oee"].iloc[0]), sim.truth.oee, machines, sim.truth.machines),
        machines=machines,
        shifts=shifts,
        window=window,
    )


def _told(figures: Figures, prediction: Prediction | None, proof: Proof, folder: Path, seconds: float, lang: str) -> str:
    """Return the result and what to type next."""
    import pandas as pd

    from smartfab.charts.wording import language, number
    from smartfab.cli import demo_folder
    from smartfab.cli.messages import MESSAGES
    from smartfab.cli.standings import oee_table
    from smartfab.improvements.sentences import in_unit, unit_of

    spoken = language(lang)
    words = MESSAGES[spoken]

    def ratio(value: float | None) -> str:
        return number(float("nan") if value is None else value, spoken, 4)

    got = figures.collect
    counted = {
        "samples": number(got["samples"], spoken), "truth": number(got["truth"], spoken),
        "lost": number(got["lost"], spoken), "duplicated": number(got["duplicated"], spoken),
    }  # fmt: skip
    first = figures.window[0].tz_convert(figures.plant.timezone)
    today = pd.Timestamp.now(tz=figures.plant.timezone)
    days = {"day": first, "next_day": first + _DAY, "today": today, "tomorrow": today + _DAY}
    dates = {name: at.date().isoformat() for name, at in days.items()}
    paths = {
        name: folder / getattr(demo_folder, name.upper())
        for name in ("plant", "store", "report", "summary", "improvement", "register")
    }
    line = figures.oee
    head = words.line_oee.format(
        line=figures.plant.lines[0].id, value=ratio(line["value"]), truth=ratio(line["truth"]), error=ratio(line["abs_error"])
    )
    beside = [f"  {item['machine_id']}: {ratio(item['value'])} ({ratio(item['truth'])})" for item in line["machines"]]
    truth = f"{in_unit(proof.gain['truth'], spoken, ratio=True)} {unit_of('oee', spoken, ratio=True)}"
    gained = words.gain.format(id=proof.improvement_id, sentence=proof.sentence, truth=truth)
    predicted = [] if prediction is None else [_predicted(prediction, spoken)]
    return "\n".join(
        [
            "", words.result.format(seconds=number(seconds, spoken, 1)), words.samples.format(**counted), head, *beside,
            *predicted, gained, "",
            oee_table(figures.shifts, ["production_date", "shift_id", "machine_id"], figures.plant, lang), "",
            words.files.format(**paths), "", words.next_steps.format(**paths, **dates),
        ]
    )  # fmt: skip


def _predicted(prediction: Prediction, lang: Lang) -> str:
    from smartfab.charts.wording import number, percent
    from smartfab.cli.messages import MESSAGES

    told = prediction.defects
    return MESSAGES[lang].defects.format(
        mcc=number(told["mcc"], lang, 2), far=percent(told["far"], lang), base_rate=percent(told["base_rate"], lang),
        foremost=prediction.foremost, cause=prediction.cause,
    )  # fmt: skip
