"""What a user says beside a file on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer


class DecimalSign(StrEnum):
    """The sign before the fraction of a number."""

    comma = ","
    dot = "."


class OnBad(StrEnum):
    """What happens to rows that cannot be used."""

    stop = "raise"
    quarantine = "quarantine"


WhatOfBad = Annotated[
    OnBad, typer.Option("--on-bad", help="Bad rows: refuse all, or put them aside (smartfab quarantine ls) and go on.")
]
Decimal = Annotated[
    DecimalSign | None, typer.Option("--decimal", help="The decimal sign, where numbers do not settle it.", show_default=False)
]
DateFormat = Annotated[
    str | None, typer.Option("--date-format", help="How days are written, such as %d/%m/2026.", show_default=False)
]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of exports, and what is said of them all."""

    path: Path
    decimal: Literal[",", "."] | None
    date_format: str | None
