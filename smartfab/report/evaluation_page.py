"""An evaluation of a classifier as one self-contained page."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from smartfab.charts.prediction import evaluation
from smartfab.charts.wording import Lang, language, number
from smartfab.defects.evaluation import Evaluation
from smartfab.report.pictures import inline_svg
from smartfab.vocabulary import label

_TEXT: dict[str, dict[Lang, str]] = {
    "title": {"en": "Defect prediction: evaluation", "vi": "Dự báo lỗi: đánh giá"},
    "figures": {
        "en": "Figures, with the trivial answers beside them",
        "vi": "Chỉ số, so với hai cách trả lời không cần mô hình",
    },
    "intervals": {"en": "95 % intervals", "vi": label("confidence_interval", "vi")},
    "leaks": {"en": "Leaks", "vi": "Rò rỉ dữ liệu"},
    "none": {"en": "No leak was found.", "vi": "Không phát hiện rò rỉ dữ liệu."},
    "causes": {"en": "What the risk is made of", "vi": "Rủi ro đến từ đâu"},
}
_STYLE = Markup(
    "body{font:14px sans-serif;max-width:60em;margin:1em auto;color:#222;background:#fff}"
    "table{border-collapse:collapse;margin:.5em 0}td,th{padding:.2em .7em;border-bottom:1px solid #ddd;text-align:right}"
    "td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}"
)


def page(report: Evaluation, *, lang: str = "en", tz: str | None = None) -> str:
    """Return the page.

    Parameters
    ----------
    report : Evaluation
        What to show.
    lang : {"en", "vi"}
        Language.
    tz : str, optional
        IANA zone of the time axis; UTC if none is given.

    Returns
    -------
    str
        HTML that needs no network and no script; every text escaped.
    """
    spoken = language(lang)
    words = {name: text[spoken] for name, text in _TEXT.items()}
    leaks = Markup("<p>{}</p>").format(words["none"]) if report.leaks.empty else _table(report.leaks, spoken)
    figures = report.metrics.T.rename_axis("").reset_index()
    body = Markup("").join(
        [
            Markup("<h1>{}</h1>").format(words["title"]),
            inline_svg(evaluation(report, lang=lang, tz=tz), "evaluation"),
            Markup("<h2>{}</h2>").format(words["figures"]), _table(figures, spoken),
            Markup("<h2>{}</h2>").format(words["intervals"]), _table(report.intervals, spoken),
            Markup("<h2>{}</h2>").format(words["leaks"]), leaks,
            Markup("<h2>{}</h2>").format(words["causes"]), _table(report.contributions, spoken),
        ]
    )  # fmt: skip
    head = Markup('<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title><style>{}</style></head>')
    return str(head.format(spoken, words["title"], _STYLE) + Markup("<body>") + body + Markup("</body></html>"))


def _table(table: pd.DataFrame, lang: Lang) -> Markup:
    def shown(value: object) -> str:
        return number(float(value), lang, 3) if isinstance(value, float) else str(value)

    head = Markup("").join(Markup("<th>{}</th>").format(name) for name in table.columns)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(shown(cell)) for cell in row))
        for row in table.itertuples(index=False)
    )
    return Markup("<table><tr>{}</tr>{}</table>").format(head, rows)
