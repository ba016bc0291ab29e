"""Pages of the documentation that are made from the project itself: README, commands, tables, Python reference, notebooks."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import click
import nbformat
import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

from smartfab import vocabulary
from smartfab.cli.application import app
from smartfab.improvements.register import ROLES
from smartfab.service import MATRIX
from smartfab.service.rights import STEPS

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "smartfab": "What `import smartfab as sf` gives",
    "smartfab.signals": "Raw samples → clean signals",
    "smartfab.shifts": "Shift patterns → planned time",
    "smartfab.states": "Signals or stop logs → machine states",
    "smartfab.counts": "Counters → pieces",
    "smartfab.oee": "The time account and OEE",
    "smartfab.spc": "Control charts, run rules, capability",
    "smartfab.features": "Signals and parts → features without leaks",
    "smartfab.defects": "Detectors, classifier, honest evaluation",
    "smartfab.improvements": "From a suggestion to a measured gain",
    "smartfab.store": "The store",
    "smartfab.pipelines": "The stages on schedule",
    "smartfab.charts": "Pictures",
    "smartfab.report": "The report",
    "smartfab.simulation": "A line with known truth",
    "smartfab.sources": "Protocols of connectors",
    "smartfab.errors": "Errors",
    "connectors.opcua": "OPC UA",
    "connectors.files": "Folders of files",
}
"""Module → what it is for; `connectors` is installed as smartfab.connectors."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages; mkdocs calls this."""
    pages = {"index.md": _overview(), "commands.md": _commands(), "tables.md": _tables(), "rights.md": _rights()}
    pages |= {f"reference/{name.replace('.', '-')}.md": _reference(name, told) for name, told in PACKAGES.items()}
    for uri, text in pages.items():
        files.append(File.generated(config, uri, content=text))
    notebooks = {}
    for path in sorted((ROOT / "examples").glob("*.ipynb")):
        text, pictures = _notebook(path)
        notebooks[_title(path)] = f"notebooks/{path.stem}.md"
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=text))
        for name, content in pictures.items():
            files.append(File.generated(config, f"notebooks/{name}", content=content))
    config["nav"] = _filled(config.nav, notebooks)
    return files


def _filled(nav: object, notebooks: dict[str, str]) -> object:
    """Put lists where the navigation names folders of pages that are made here."""
    made = {
        "notebooks/": [{title: uri} for title, uri in notebooks.items()],
        "reference/": [{_spoken(name): f"reference/{name.replace('.', '-')}.md"} for name in PACKAGES],
    }
    if isinstance(nav, list):
        return [_filled(entry, notebooks) for entry in nav]
    if isinstance(nav, dict):
        return {title: _filled(entry, notebooks) for title, entry in nav.items()}
    return made.get(str(nav), nav)


def _title(path: Path) -> str:
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).splitlines()[0].lstrip("# ")


def _spoken(name: str) -> str:
    return f"smartfab.{name}" if name.startswith("connectors") else name


def _notebook(path: Path) -> tuple[str, dict[str, bytes]]:
    """A notebook as a page, run before if SMARTFAB_RUN_NOTEBOOKS is set; and its pictures by name."""
    notebook = nbformat.read(path, as_version=4)
    if os.environ.get("SMARTFAB_RUN_NOTEBOOKS"):
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    resources = {"output_files_dir": f"{path.stem}_files", "unique_key": path.stem}
    text, made = MarkdownExporter().from_notebook_node(notebook, resources=resources)
    return re.sub("\x1b\\[[0-9;]*m", "", text), made["outputs"]


def _overview() -> str:
    """The README, with links to what is a page here."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"\]\(examples/(\w+)\.ipynb\)", r"](notebooks/\1.md)", text)
    text = text.replace("](docs/", "](")
    return re.sub(r"\[([^\]]+)\]\((?!https?:|#|notebooks/|pictures/|siemens|service)[^)]+\)", r"\1", text)


def _commands() -> str:
    """Every command with its help, as it is shown on a terminal."""
    lines = ["# Command line", ""]
    root = typer.main.get_command(app)

    def tell(command: click.Command, words: list[str]) -> None:
        with click.Context(command, info_name=" ".join(words)) as context:
            lines.extend([f"{'#' * (len(words) + 1)} {' '.join(words)}", "", "```text", command.get_help(context), "```", ""])
        for name, inner in sorted(getattr(command, "commands", {}).items()):
            tell(inner, [*words, name])

    tell(root, ["smartfab"])
    return "\n".join(lines)


def _tables() -> str:
    """The vocabulary: every table, its columns, and what they are called."""
    lines = ["# Tables and words", "", "Times are UTC inside and the plant's own zone at the edges; a ratio lies in 0 … 1.", ""]
    for name, table in vocabulary.TABLES.items():
        lines += [f"## {name}", "", "| column | type | unit | English | tiếng Việt | meaning |", "|---|---|---|---|---|---|"]
        for column in table.columns:
            words = [vocabulary.label(column.name, "en"), vocabulary.label(column.name, "vi")]
            cells = [f"`{column.name}`", column.dtype, column.unit or "", *words, column.meaning]
            lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def _rights() -> str:
    """The table of rights: who may do what with the service, and which right a step needs."""
    signs = {"no": "", "own": "own", "reach": "**all**"}
    lines = [
        "# Who may do what", "",
        "**all**: everything a role reaches, its unit with those below it and its line, or the whole plant.",
        "own: an improvement one is an author of, or proposed. One's own improvement can always be read.", "",
        f"| | {' | '.join(ROLES)} |", f"|---{'|---' * len(ROLES)}|",
    ]  # fmt: skip
    lines += [f"| `{action}` | {' | '.join(signs[cells[role]] for role in ROLES)} |" for action, cells in MATRIX.items()]
    lines += ["", "## What a step needs", "", "| into the state | right |", "|---|---|"]
    return "\n".join([*lines, *(f"| {state} | `{action}` |" for state, action in STEPS.items())])


def _reference(name: str, told: str) -> str:
    return f"# {_spoken(name)}\n\n{told}.\n\n::: {name}\n"
