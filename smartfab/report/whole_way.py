"""The page of a demonstration: each step of the way, and what it found beside a truth that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smartfab.charts import state_timeline
from smartfab.charts.prediction import evaluation
from smartfab.charts.wording import ABSENT, Lang, number, percent
from smartfab.improvements.sentences import in_unit, unit_of
from smartfab.report import blocks
from smartfab.report.day import day_tables
from smartfab.report.environment import pages
from smartfab.report.gathering import Window, gathered
from smartfab.report.how_made import Evidence
from smartfab.report.improvement import idea_content, overview
from smartfab.report.measured_gain import gain_words
from smartfab.report.page import Report
from smartfab.report.pictures import inline_svg
from smartfab.report.story_texts import STORY

if TYPE_CHECKING:
    from smartfab.defects.evaluation import Evaluation
    from smartfab.improvements import Register
    from smartfab.improvements.measurement import Measurement
    from smartfab.plant import Plant
    from smartfab.store import Store

_SCORES = ("mcc", "far", "mar")
_ANSWERS = ("model", "always alarm", "never alarm")
_SIGNALS = 5


@dataclass(frozen=True)
class Known:
    """What a demonstration found where the truth is known, and that truth.

    Attributes
    ----------
    samples, served, lost, duplicated : int
        Samples in the store, and of those served [1].
    oee : list of tuple
        Name, OEE as computed, OEE as it was [1]; the line first.
    evaluation : Evaluation or None
        Of the defects; None where there were too few.
    informed : mapping
        mcc, far, mar of who knows the cause [1].
    cause : mapping
        What caused them: signal_id, direction, threshold, unit.
    improvement : str
        The one that was measured.
    gain : float
        What it was worth [1].
    """

    samples: int
    served: int
    lost: int
    duplicated: int
    oee: list[tuple[str, float | None, float | None]]
    evaluation: Evaluation | None
    informed: Mapping[str, float]
    cause: Mapping[str, Any]
    improvement: str
    gain: float


def story(store: Store, plant: Plant, window: Window, register: Register, known: Known, *, lang: Lang) -> Report:
    """Return the page: collect, OEE, defects, improvement and gain, each beside the truth.

    Parameters
    ----------
    store : Store
        What was collected.
    plant : Plant
        What the signals mean.
    window : tuple of Timestamp
        Half-open.
    register : Register
        Where the improvement was measured.
    known : Known
        What was found, and the truth.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    Report
        One page; every figure of OEE leads to its sums.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    words = {key: text[lang] for key, text in STORY.items()}
    result = gathered(store, plant, window)
    told = Evidence(result, lang)
    cards, made = blocks.cards(result, told)
    tables = day_tables(result, told, made)
    idea = idea_content(register, overview(register)[known.improvement], plant, lang, 1)
    measured = register.reproduce(register.measurements(known.improvement)[-1].id)
    names = [words["line_of"].format(name=known.oee[0][0]), *(name for name, _, _ in known.oee[1:])]
    rows = [_pair(name, pair, lang) for name, (_, *pair) in zip(names, known.oee, strict=True)]
    return Report(
        pages().get_template("story.html.jinja").render(
            **blocks.frame(result, lang, words["title"]), standing="", since=None, s=words, g=gain_words(lang),
            collect={name: number(getattr(known, name), lang) for name in ("samples", "served", "lost", "duplicated")},
            of_oee=rows, lines=cards, tables=tables,
            timeline=inline_svg(state_timeline(result.account, lang=lang, tz=result.tz), "timeline"),
            pictures=blocks.waterfalls(result, lang), defects=_defects(known, words, lang, result.tz),
            idea=idea, gain=_gain(measured, known.gain, words, lang), findings=blocks.remarks(result, lang), made=made,
        )
    )  # fmt: skip


def _pair(name: str, pair: list[float | None], lang: Lang) -> dict[str, str]:
    found, truth = (float("nan") if value is None else value for value in pair)
    off = number(abs(found - truth) * 100, lang, 2)
    return {
        "name": name, "found": percent(found, lang, 2), "truth": percent(truth, lang, 2),
        "off": off if off == ABSENT else f"{off} {unit_of('oee', lang, ratio=True)}",
    }  # fmt: skip


def _gain(measured: Measurement, truth: float, words: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    unit = unit_of(measured.arguments["y"], lang, ratio=True)
    found, low, high, true = (in_unit(x, lang, ratio=True) for x in (measured.estimate, *measured.interval, truth))
    return {
        "found": f"{found} {unit}", "truth": f"{true} {unit}", "interval": f"{low} … {high} {unit}",
        "level": words["interval"].format(level=f"{100 * measured.level:g}"),
        "holds": measured.interval[0] <= truth <= measured.interval[1],
    }  # fmt: skip


def _defects(known: Known, words: Mapping[str, str], lang: Lang, tz: str) -> dict[str, Any] | None:
    if known.evaluation is None:
        return None
    metrics, parts = known.evaluation.metrics, known.evaluation.contributions
    cause = f"{known.cause['signal_id']} {'<' if known.cause['direction'] == 'below' else '>'} "
    cause += f"{number(float(known.cause['threshold']), lang)} {known.cause['unit']}"
    figures = {
        str(name): {str(key): float(value) for key, value in row.items()} for name, row in metrics.to_dict("index").items()
    }
    answers = [*(figures[name] for name in _ANSWERS), known.informed]
    rows = [[words[name], *(number(row[name], lang, 3) for row in answers)] for name in _SCORES]
    foremost = str(parts["signal"].iloc[0]) if len(parts) else ABSENT
    return {
        "mcc": number(answers[0]["mcc"], lang, 2), "foremost": foremost, "cause": cause,
        "base": percent(answers[0]["base_rate"], lang), "rows": rows,
        "answers": [*(words[name] for name in _ANSWERS), words["informed"].format(cause=cause)],
        "signals": [
            (str(name), number(float(share), lang, 2), name == known.cause["signal_id"])
            for name, share in parts.head(_SIGNALS)[["signal", "contribution"]].itertuples(index=False)
        ],
        "right": foremost == known.cause["signal_id"], "named": words["foremost"].format(name=foremost),
        "picture": inline_svg(evaluation(known.evaluation, lang=lang, tz=tz), "evaluation"),
    }  # fmt: skip
