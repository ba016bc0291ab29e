"""`smartfab register …`: sheets and papers in and out, reports, deadlines, and the audit."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smartfab.cli.exit_codes import OK, STORE
from smartfab.cli.line_width import fitted
from smartfab.cli.registers import AsJson, By, Db, Id, opened, show_json, show_rows, somebody
from smartfab.cli.sheets_out import Xlsx, write_rows
from smartfab.cli.working import patience


class Group(StrEnum):
    """What a row of an emulation report stands for."""

    person = "person"
    unit = "unit"
    month = "month"
    drive = "drive"


def template(file: Annotated[Path, typer.Argument(help="The .xlsx file to write.", show_default=False)]) -> None:
    """Write an empty sheet for improvements that are on paper.

    Example: smartfab register template so-cai-tien.xlsx
    """
    from smartfab.improvements.register.paper_sheets import write_template

    write_template(file)
    typer.echo(f"Fill in {file}, then: smartfab register import {file} --db plant.db")


def import_paper(
    db: Db,
    file: Annotated[Path, typer.Argument(help="The filled-in sheet, XLSX or CSV.", show_default=False)],
    scans: Annotated[Path | None, typer.Option(help="Folder of scans named by paper number.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and enter nothing.")] = False,
    by: By = None,
) -> None:
    """Enter improvements that are on paper, each with its own dates.

    Every fault is told by row; a second run enters nothing.

    Example: smartfab register import so-cai-tien.xlsx --scans scans
    --db plant.db
    """
    with opened(db, new=True) as register:
        done = register.import_paper(file, by=somebody(by), scans=scans, dry_run=dry_run)
    entered = "nothing is wrong; nothing was entered" if dry_run else f"{len(done.entered)} entered"
    typer.echo(f"{entered}, {len(done.already)} there already, {done.scans} scans attached")
    for paper in done.without_scan:
        typer.echo(f"no scan: {paper}", err=True)


def export(
    db: Db,
    file: Annotated[Path, typer.Argument(help="A .csv, .xlsx or .json file.", show_default=False)],
    money: Annotated[bool, typer.Option("--money", help="With benefits and pay: for finance.")] = False,
) -> None:
    """Write the register to a file for others.

    Example: smartfab register export so-cai-tien.xlsx --db plant.db
    """
    with opened(db) as register:
        register.export(file, money=money)
    typer.echo(str(file))


def form(
    db: Db,
    improvement_id: Id,
    name: Annotated[
        str, typer.Argument(help="application, scoring, minutes, decision, certificate, rewards.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="The .html or .docx file.", show_default=False)],
    organisation: Annotated[str, typer.Option(help="Name of the plant.")] = "…",
    place: Annotated[str, typer.Option(help="Where it is.")] = "…",
    templates: Annotated[Path | None, typer.Option(help="Folder with the plant's own templates.")] = None,
) -> None:
    """Fill in one of the council's papers.

    Example: smartfab register form CT-2026-0001 certificate --out gcn.docx
    --db plant.db
    """
    with opened(db) as register:
        made = register.form(improvement_id, name, organisation=organisation, place=place, templates=templates)
    typer.echo(str(made.save(out)))


def emulation(
    db: Db,
    start: Annotated[str, typer.Option("--from", help="First day.", show_default=False)],
    end: Annotated[str, typer.Option("--to", help="First day no longer in it.", show_default=False)],
    group: Annotated[Group, typer.Option("--by-what", help="What a row stands for.")] = Group.unit,
    drive: Annotated[str | None, typer.Option(help="This drive only.")] = None,
    money: Annotated[bool, typer.Option("--money", help="With benefits and pay: for finance.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Also write a workbook.")] = None,
    as_json: AsJson = False,
) -> None:
    """Report who proposed, applied, proved and was recognised.

    Example: smartfab register emulation --from 2026-01-01 --to 2026-04-01
    --db plant.db
    """
    from smartfab.exports.json_rows import plain_rows
    from smartfab.improvements.register.emulation import HEADS

    with opened(db) as register:
        table = register.emulation(start, end, by=group.value, drive=drive, money=money, path=xlsx)
    rows = plain_rows(table)
    if as_json:
        show_json(rows)
        return
    cells = [[round(cell, 2) if isinstance(cell, float) else cell for cell in row.values()] for row in rows]
    show_rows([HEADS[str(name)] for name in table.columns], cells, left=2)


def deadlines(
    db: Db,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past and not done.")] = False,
    as_json: AsJson = False,
    xlsx: Xlsx = None,
) -> None:
    """List the clocks: answer, request, decision, payment.

    Example: smartfab register deadlines --overdue --db plant.db
    """
    from smartfab.exports.json_rows import plain_rows

    with opened(db) as register:
        table = register.deadlines(overdue=overdue)
    rows, heads = plain_rows(table), ["Mã số", "Thời hạn", "Đến hạn", "Xong", "Quá hạn"]
    if as_json:
        show_json(rows)
    else:
        show_rows(heads, [list(row.values()) for row in rows], left=5)
    write_rows("deadlines", heads, table.to_numpy().tolist(), xlsx)


def verify(
    db: Db,
    head: Annotated[str | None, typer.Option(help="A head that was published before.", show_default=False)] = None,
    as_json: AsJson = False,
) -> int:
    """Check that nothing was changed behind the register's back.

    Ends 0 when everything is sound, 5 when not. Prints the head to publish.

    Example: smartfab register verify --db plant.db
    """
    with opened(db) as register, patience("smartfab register verify"):
        report = register.audit.verify(head=head)
    if as_json:
        show_json(report.to_dict())
    else:
        for fault in report.faults:
            typer.echo(f"{fault.table} {fault.row}: {fault.kind}: {fault.found}, expected {fault.expected}", err=True)
        typer.echo(fitted(f"{report.rows} rows, {len(report.faults)} faults, head {report.head}", "  "))
    return OK if report.ok else STORE


def award(
    db: Db,
    improvement_id: Id,
    rules: Annotated[list[str] | None, typer.Option(help="A pack or a TOML file; once each.")] = None,
    year: Annotated[int, typer.Option(min=1, help="Year of application.")] = 1,
    advance: Annotated[bool, typer.Option("--advance", help="An advance, trued up later.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Award what is due to the authors for a year.

    Example: smartfab register award CT-2026-0001 --rules company.toml
    --db plant.db
    """
    from smartfab.improvements.register import dong

    with opened(db) as register:
        table = register.award(
            improvement_id, by=somebody(by), rules=rules or "VN-2012-13", year=year, stage="advance" if advance else "final"
        )
    if as_json:
        notice = {"pack": table["pack"].iloc[0], "notice": table.attrs["notice"]["vi"]}
        show_json({"improvement_id": improvement_id, "rewards": table.drop(columns="pack").to_dict("records"), **notice})
        return
    rows = [
        [row["author"], row["share"], *(dong(int(row[name])) for name in ("gross", "tax", "net"))]
        for row in table.to_dict("records")
    ]
    show_rows(["Tác giả", "%", "Số tiền", "Thuế", "Thực nhận"], rows, left=1)
    typer.echo(f"{table['pack'].iloc[0]}. {table.attrs['notice']['vi']}")


def import_people(
    db: Db,
    file: Annotated[Path, typer.Argument(help="XLSX or CSV with people, and a sheet of units.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and enter nothing.")] = False,
    by: By = None,
) -> None:
    """Enter people and units from the plant's own sheet.

    Example: smartfab people import nhan-su.xlsx --db plant.db
    """
    with opened(db, new=True) as register:
        count = register.people.import_file(file, by=somebody(by), dry_run=dry_run)
    typer.echo(f"{count} rows read, nothing was entered" if dry_run else f"{count} rows new or changed")
