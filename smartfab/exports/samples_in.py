"""What is special to samples: values that are words, and the quality a historian writes beside them."""

from __future__ import annotations

from smartfab.exports.folding import fold
from smartfab.exports.grid import Cell, Faults, Strip
from smartfab.exports.numerals_in import is_dash, readings

# OPC UA status codes; the classic OPC qualities 192, 64 and 0 stand for the same three
_QUALITY = {"good": 0, "tot": 0, "192": 0, "uncertain": 0x4000_0000, "64": 0x4000_0000, "bad": 0x8000_0000, "xau": 0x8000_0000}


def readings_apart(strips: dict[str, Strip], faults: Faults) -> dict[str, Strip]:
    """Return the columns of samples with words taken out of `value` into `text`, and qualities as status codes.

    Parameters
    ----------
    strips : dict of str to Strip
        By target.
    faults : Faults
        Words among the values are remarked here.

    Returns
    -------
    dict of str to Strip
        By target.
    """
    found = dict(strips)
    value = strips.get("value")
    if value is not None:
        is_word = [isinstance(cell, str) and not readings(cell.rstrip("% ")) and not is_dash(cell) for cell in value.cells]
        beside = strips["text"].cells if "text" in strips else [None] * len(value.cells)
        if any(is_word):
            words: list[Cell] = [cell if word else text for cell, word, text in zip(value.cells, is_word, beside, strict=True)]
            numbers: list[Cell] = [None if word else cell for cell, word in zip(value.cells, is_word, strict=True)]
            found["value"] = Strip(value.header, "value", value.unit, value.numbers, numbers, value.percent)
            found["text"] = Strip(value.header, "text", "", value.numbers, words)
            rows = [row for row, word in zip(value.numbers, is_word, strict=True) if word]
            faults.note("values_as_text", rows, where=value.header)
    status = strips.get("status")
    if status is not None:
        classic = any(fold(str(cell)) == "192" for cell in status.cells)  # where 0 is bad, not good
        told = _QUALITY | ({"0": _QUALITY["bad"]} if classic else {})
        codes: list[Cell] = [told.get(fold(str(cell)), cell) if cell is not None else None for cell in status.cells]
        found["status"] = Strip(status.header, "status", "", status.numbers, codes)
    return found
