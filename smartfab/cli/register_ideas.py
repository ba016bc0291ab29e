"""`smartfab register …`: propose, find, decide, and say when the change was made."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smartfab.cli.registers import AsJson, By, Db, Id, opened, show_json, show_rows, somebody
from smartfab.cli.sheets_out import Xlsx, write_rows


class Kind(StrEnum):
    """What was done to the line."""

    trial = "trial"
    install = "install"
    revert = "revert"


class Track(StrEnum):
    """Whether machine data are to prove the gain."""

    measured = "measured"
    no_measurement = "no_measurement"


def submit(
    db: Db,
    title: Annotated[str, typer.Option(help="Title, in Vietnamese.", show_default=False)],
    problem: Annotated[str, typer.Option(help="What is wrong today.", show_default=False)],
    solution: Annotated[str, typer.Option(help="What is to be done.", show_default=False)],
    author: Annotated[list[str], typer.Option(help="Person and share: E0123:60. Once an author.", show_default=False)],
    line: Annotated[str | None, typer.Option(help="The line it changes.")] = None,
    kpi: Annotated[str | None, typer.Option(help="The KPI it is to move, such as oee.")] = None,
    expected: Annotated[float | None, typer.Option(help="Expected effect in the KPI's unit: 0.02.")] = None,
    track: Annotated[Track, typer.Option(help="no_measurement for safety and 5S.")] = Track.measured,
    drive: Annotated[str | None, typer.Option(help="Emulation drive.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Enter a proposal.

    Example: smartfab register submit --db plant.db --title "Gá nhanh"
    --problem "Thay khuôn 40 phút" --solution "Gá côn" --author E0123:100
    """
    from smartfab.errors import RegisterError

    pairs = [tuple(part.strip() for part in item.split(":")) for item in author]
    if any(len(pair) != 2 for pair in pairs) and len(pairs) > 1:
        raise RegisterError(
            ", ".join(author), where="--author", expected="E0123:60, once an author", remedy="Write each share."
        )
    shares = [(pair[0], pair[1] if len(pair) == 2 else "100") for pair in pairs]
    with opened(db, new=True) as register:
        imp = register.submit(
            title_vi=title, problem=problem, solution=solution, authors=shares, line_id=line, kpi=kpi, expected=expected,
            track=track.value, drive=drive, by=by or shares[0][0], entered_by=by,
        )  # fmt: skip
    if as_json:
        show_json(imp.to_dict())
    else:
        typer.echo(imp.id)


def find(
    db: Db,
    text: Annotated[str | None, typer.Argument(help="Words, with or without diacritics.", show_default=False)] = None,
    state: Annotated[list[str] | None, typer.Option(help="Only this state; may be given more than once.")] = None,
    line: Annotated[str | None, typer.Option(help="Only this line.")] = None,
    author: Annotated[str | None, typer.Option(help="Only this author.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
    xlsx: Xlsx = None,
) -> None:
    """List improvements, the newest first.

    Example: smartfab register list --db plant.db "ga nhanh" --state applied
    """
    from smartfab.vocabulary import label

    with opened(db) as register:
        found = register.search(text=text, state=state or None, line_id=line, author=author, limit=limit)
    rows = [[imp.id, imp.title_vi, ", ".join(imp.author_ids), imp.line_id, label(imp.state, "vi")] for imp in found]
    heads = ["Mã số", "Tên giải pháp", "Tác giả", "Dây chuyền", "Trạng thái"]
    if as_json:
        show_json([imp.to_dict() for imp in found])
    else:
        show_rows(heads, rows, left=5)
    write_rows("register", heads, rows, xlsx)


def show(db: Db, improvement_id: Id, as_json: AsJson = False) -> None:
    """Show an improvement and everything that was done.

    Example: smartfab register show CT-2026-0001 --db plant.db
    """
    from smartfab.vocabulary import label

    with opened(db) as register:
        imp, history = register.get(improvement_id), register.history(improvement_id)
        measured = register.measurements(improvement_id)
    if as_json:
        show_json(
            {**imp.to_dict(), "history": [step.__dict__ for step in history], "measurements": [m.result for m in measured]}
        )
        return
    shares = ", ".join(f"{person} {share} %" for person, share in imp.authors)
    typer.echo(f"{imp.id}  {imp.title_vi}\n{label(imp.state, 'vi')}, {shares}\n\n{imp.problem}\n→ {imp.solution}\n")
    for result in measured:
        said = result.result.get("sentence")
        typer.echo(f"{said['vi'] if isinstance(said, dict) else result.status} ({result.grade}, {result.at[:10]})")
    rows = [[step.at[:16].replace("T", " "), step.by, step.action, step.to_state, step.reason] for step in history]
    show_rows(["UTC", "Ai", "Việc", "Trạng thái", "Lý do"], rows, left=5)


def transition(
    db: Db,
    improvement_id: Id,
    state: Annotated[str, typer.Argument(help="Where to: accepted, refused, verified, …", show_default=False)],
    reason: Annotated[str | None, typer.Option(help="Why; must be said for a no.")] = None,
    version: Annotated[int | None, typer.Option(help="The version that was read.")] = None,
    by: By = None,
) -> None:
    """Bring an improvement into a state.

    Example: smartfab register transition CT-2026-0001 accepted --db plant.db
    """
    with opened(db) as register:
        imp = register.transition(improvement_id, state, by=somebody(by), reason=reason, version=version)
    typer.echo(f"{imp.id} {imp.state} (version {imp.version})")


def intervened(
    db: Db,
    improvement_id: Id,
    at: Annotated[str, typer.Option(help="Production date, or a time with its offset.", show_default=False)],
    kind: Annotated[Kind, typer.Option(help="What was done to the line.")] = Kind.install,
    note: Annotated[str | None, typer.Option(help="What is to be remembered.")] = None,
    by: By = None,
) -> None:
    """Say when the change was tried, installed or taken back.

    Example: smartfab register intervened CT-2026-0001 --at 2026-03-02
    --db plant.db
    """
    with opened(db) as register:
        imp = register.intervened(improvement_id, at=at, kind=kind.value, by=somebody(by), note=note)
    typer.echo(f"{imp.id} {imp.state} (version {imp.version})")


def declare(
    db: Db,
    improvement_id: Id,
    basis: Annotated[str, typer.Option(help="What the figure rests on, or what was seen.", show_default=False)],
    benefit: Annotated[int | None, typer.Option(help="Benefit of a year in đồng.")] = None,
    document: Annotated[list[str] | None, typer.Option(help="Number of a paper; once each.")] = None,
    by: By = None,
) -> None:
    """Declare a benefit that no machine data show (grade D).

    Example: smartfab register declare CT-2026-0001 --basis "Biên bản 12"
    --db plant.db
    """
    with opened(db) as register:
        register.declare(improvement_id, basis=basis, benefit=benefit, documents=document or (), by=somebody(by))
    typer.echo(f"{improvement_id} declared, grade D")


def attach(
    db: Db,
    improvement_id: Id,
    file: Annotated[Path, typer.Argument(help="Photo, PDF, DOCX, XLSX, TXT or CSV.", show_default=False)],
    kind: Annotated[str, typer.Option(help="before, after, checklist, document or scan.")] = "document",
    by: By = None,
) -> None:
    """Attach a file.

    Example: smartfab register attach CT-2026-0001 sau.jpg --kind after
    --db plant.db
    """
    with opened(db) as register:
        made = register.attach(improvement_id, file, kind=kind, by=somebody(by))
    typer.echo(f"{made.name} {made.sha256}")
