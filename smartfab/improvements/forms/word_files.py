"""The same paper for Word: headings, paragraphs, tables and lists of a page as DOCX."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smartfab.errors import RegisterError

if TYPE_CHECKING:
    from docx.document import Document

_FONT, _SIZE_PT = "Times New Roman", 13
_BLOCKS = {"h1", "h2", "h3", "p", "li"}
_SILENT = {"head", "style", "script"}
_BOLD = {"strong", "b", "th", "h1", "h2", "h3"}


def write_word(html: str, path: Path) -> None:
    """Write a page as DOCX; what Word knows no counterpart of is left out."""
    try:
        import docx
    except ModuleNotFoundError as error:
        raise RegisterError(
            "python-docx is not installed",
            where=str(path),
            expected="it for DOCX",
            remedy="Install it: pip install smartfab[forms].",
        ) from error
    document = docx.Document()
    _set_up(document)
    reader = _Reader(document)
    reader.feed(html)
    reader.close()
    document.save(str(path))


def _set_up(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    style: Any = document.styles["Normal"]
    style.font.name = _FONT
    style.font.size = Pt(_SIZE_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)


class _Reader(HTMLParser):
    """Puts what it reads into a document, paragraph by paragraph and table by table."""

    def __init__(self, document: Document) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self.open: list[str] = []
        self.paragraph: Any = None
        self.rows: list[list[tuple[str, bool]]] | None = None
        self.plain = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a table or a cell."""
        classes = (dict(attrs).get("class") or "").split()
        if tag == "br":
            self._text("\n")
            return
        if tag in {"meta", "link", "hr", "img", "col"}:
            return
        self.open.append(tag)
        if tag == "table":
            self.rows, self.plain = [], "plain" in classes
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append(("", tag == "th"))
        elif tag in _BLOCKS and self.rows is None:
            self.paragraph = self.document.add_paragraph(style="List Bullet" if tag == "li" else None)
            self._align("center" if tag == "h1" else next(iter({"center", "right"} & set(classes)), ""))

    def handle_endtag(self, tag: str) -> None:
        """End what is open; a table is written when it is whole."""
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        if tag == "table" and self.rows is not None:
            self._write_table()
            self.rows = None
        elif tag in _BLOCKS and self.rows is None:
            self.paragraph = None

    def handle_data(self, data: str) -> None:
        """Take text, with its blanks as a browser shows them."""
        if not set(self.open) & _SILENT:
            text = " ".join(data.split())
            lead, tail = " " * data[:1].isspace(), " " * data[-1:].isspace()
            self._text(f"{lead}{text}{tail}" if text else " ")

    def _text(self, text: str) -> None:
        if self.rows:
            if self.rows[-1]:
                said, is_head = self.rows[-1][-1]
                self.rows[-1][-1] = (said + text, is_head)
        elif self.paragraph is not None:
            run = self.paragraph.add_run(text.lstrip(" ") if not self.paragraph.text else text)
            run.bold = bool(set(self.open) & _BOLD) or None
            run.italic = bool(set(self.open) & {"em", "i"}) or None

    def _align(self, where: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        if where:
            self.paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if where == "center" else WD_ALIGN_PARAGRAPH.RIGHT

    def _write_table(self) -> None:
        rows = [row for row in self.rows or [] if row]
        if not rows:
            return
        table: Any = self.document.add_table(rows=0, cols=max(len(row) for row in rows))
        table.style = None if self.plain else "Table Grid"
        for row in rows:
            cells = table.add_row().cells
            for cell, (text, is_head) in zip(cells, row, strict=False):
                lines = [" ".join(line.split()) for line in text.strip().split("\n")]
                run = cell.paragraphs[0].add_run("\n".join(lines))
                run.bold = is_head or None
        self.document.add_paragraph()
