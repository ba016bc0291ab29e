"""Which of two named classes is the defect: their order in the alphabet says nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_DEFECT = {
    "defect", "defective", "ng", "nok", "not ok", "bad", "fail", "failed", "reject", "rejected", "scrap",
    "lỗi", "hỏng", "phế", "phế phẩm", "không đạt",
}  # fmt: skip
_GOOD = {"good", "ok", "pass", "passed", "accept", "accepted", "normal", "đạt", "tốt"}


def defect_place(names: Sequence[str]) -> int:
    """Return which of two classes is the defect.

    Parameters
    ----------
    names : sequence of str
        As the labels spell them.

    Returns
    -------
    int
        0 or 1; −1 where the names do not say [1].

    Examples
    --------
    >>> defect_place(["NG", "OK"]), defect_place(["crack", "good"]), defect_place(["a", "b"])
    (0, 0, -1)
    """
    said = [unicodedata.normalize("NFC", name).strip().casefold() for name in names]
    bad, good = ([place for place, name in enumerate(said) if name in words] for words in (_DEFECT, _GOOD))
    if len(said) != 2 or len(bad) > 1 or len(good) > 1 or (bad and bad == good):
        return -1
    return bad[0] if bad else 1 - good[0] if good else -1
