"""A paper: rendered from its template, saved as a page or a Word file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smartfab.errors import RegisterError

__all__ = ["FORMS", "Form"]

FORMS: dict[str, str] = {
    "application": "Đơn yêu cầu công nhận sáng kiến",
    "scoring": "Phiếu chấm điểm",
    "minutes": "Biên bản họp hội đồng",
    "decision": "Quyết định công nhận sáng kiến",
    "certificate": "Giấy chứng nhận sáng kiến",
    "rewards": "Bảng chi thù lao và tiền thưởng",
}
"""The papers there are, by name."""


@dataclass(frozen=True)
class Form:
    """A filled-in paper.

    Attributes
    ----------
    name, title : str
        Which paper.
    html : str
        The whole page, self-contained, for A4.
    """

    name: str
    title: str
    html: str

    def save(self, path: str | Path) -> Path:
        """Write the paper to a file; its suffix says which kind.

        Parameters
        ----------
        path : str or Path
            ``.html`` or ``.docx``; an existing file is replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        RegisterError
            If the suffix is neither, or python-docx is not installed.
        """
        file = Path(path)
        if file.suffix.lower() == ".html":
            file.write_text(self.html, encoding="utf-8")
            return file
        if file.suffix.lower() != ".docx":
            raise RegisterError(
                file.suffix or "no suffix", where=str(file), expected=".html or .docx", remedy="Rename the file."
            )
        from smartfab.improvements.forms.word_files import write_word

        write_word(self.html, file)
        return file

    def _repr_html_(self) -> str:
        return self.html


def rendered(name: str, facts: Mapping[str, Any], templates: str | Path | None = None) -> Form:
    """Return a paper filled in with facts; a template of the same name in the plant's own folder goes first.

    Everything is escaped; a plant's template cannot reach beyond the facts.
    """
    from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    own = [] if templates is None else [FileSystemLoader(str(templates))]
    loader = ChoiceLoader([*own, PackageLoader("smartfab.improvements.forms", "templates")])
    environment = ImmutableSandboxedEnvironment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    try:
        html = environment.get_template(f"{name}.html.jinja").render(title=FORMS[name], **facts)
    except TemplateError as error:
        raise RegisterError(
            f"{type(error).__name__}: {error.message or ''}", where=f"template {name}.html.jinja",
            expected="a template of these facts", remedy=f"There are: {', '.join(sorted(facts))}.",
        ) from error  # fmt: skip
    return Form(name, FORMS[name], html)
