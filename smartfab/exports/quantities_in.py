"""Columns of quantities: pieces, kilograms, metres; what is a share is none, and a row keeps to one unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smartfab.errors import AmbiguousValueError, UnitError
from smartfab.exports.folding import bracketed, canonical_unit
from smartfab.exports.grid import Faults, Strip

_MOST_OF_A_RATIO = 2.0
_COMPARED = ("total", "good", "scrap", "rework")
_PIECES = frozenset({"cai", "chiec", "sp", "pcs", "pc", "vien", "con", "bo", "san pham", "ea"})


def shares_refused(strip: Strip, faults: Faults) -> bool:
    """Return whether a column of quantities or lengths holds shares, each of which is a fault.

    Parameters
    ----------
    strip : Strip
        Cells; Excel shows 0.02 in a cell of percent format as 2 %.
    faults : Faults
        Percent in the header, or in cells, is added here.

    Returns
    -------
    bool
        True if the column cannot be read.
    """
    expected = "an amount, not a share of one"
    remedy = f'Write the amount, or leave it out: columns={{"{strip.header}": None}}.'
    if strip.unit == "%":
        faults.add(UnitError, "percent", column=strip.target, header=strip.header, expected=expected, remedy=remedy)
        return True
    shares = [row for _, row, cell in strip.told() if row in strip.percent or (isinstance(cell, str) and cell.endswith("%"))]
    for row in shares:
        faults.add(UnitError, "percent", row=row, column=strip.target, header=strip.header, expected=expected, remedy=remedy)
    return bool(shares)


def ratios_checked(values: Sequence[float | None], strip: Strip, faults: Faults) -> None:
    """Add a fault where ratios look like percent that nobody called so: 85 is 85 times, or 85 %.

    Parameters
    ----------
    values : sequence of float or None
        As they were read.
    strip : Strip
        Their cells.
    faults : Faults
        Is added to.
    """
    for value, row, cell in zip(values, strip.numbers, strip.cells, strict=True):
        named = strip.unit == "%" or row in strip.percent or (isinstance(cell, str) and cell.endswith("%"))
        if value is not None and value > _MOST_OF_A_RATIO and not named:
            faults.add(
                AmbiguousValueError, f"{value:g} for a ratio", row=row, column=strip.target, header=strip.header,
                expected="a ratio such as 0.85, or 85 %", remedy=f'Write "{strip.header} (%)" as its header.',
            )  # fmt: skip


def one_unit(strips: Iterable[Strip], faults: Faults) -> None:
    """Add a fault where pieces of one row are counted in different units, such as tonnes made and kilograms lost.

    Parameters
    ----------
    strips : iterable of Strip
        All columns.
    faults : Faults
        Is added to.
    """
    stated = {strip.header: unit for strip in strips if strip.target in _COMPARED and (unit := _unit(strip.header))}
    if len(set(stated.values())) > 1:
        told = " and ".join(f'"{header}"' for header in stated)
        faults.add(
            UnitError, f"{told} beside each other", column="total", expected="one unit for what was made and what was lost",
            remedy="Give all of them in one unit.",
        )  # fmt: skip


def _unit(header: str) -> str:
    said = bracketed(header)
    if canonical_unit(said) != "1":
        return ""
    return "1" if said in _PIECES else said
