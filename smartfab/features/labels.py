"""Labels as they were known at a time: what was not known then is unknown, never good."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from smartfab import clock
from smartfab.errors import TableError

LABELS = ("good", "defect", "unknown")


def known_labels(parts: pd.DataFrame, as_of: object = None) -> npt.NDArray[np.int8]:
    """Return what was known of each part.

    Parameters
    ----------
    parts : DataFrame
        Table `parts`.
    as_of : time, optional
        Only labels whose ``known_at`` is not later are known; a label of which nobody says when it became known is not.

    Returns
    -------
    ndarray of int8
        1 defect, 0 good, -1 unknown.

    Raises
    ------
    TableError
        If a label is none of good, defect and unknown.
    """
    if "label" not in parts:
        return np.full(len(parts), -1, dtype=np.int8)
    label = parts["label"]
    strange = sorted(set(label.dropna().astype(str)) - set(LABELS))
    if strange:
        raise TableError(
            f"labels {', '.join(strange[:10])}", table="parts", column="label", expected=f"one of {', '.join(LABELS)}",
            remedy="Map them; what was not inspected is unknown.",
        )  # fmt: skip
    out = np.where(label == "defect", 1, np.where(label == "good", 0, -1)).astype(np.int8)
    if as_of is not None:
        known = parts["known_at"] if "known_at" in parts else pd.Series(pd.NaT, index=parts.index, dtype=clock.UTC_DTYPE)
        at = clock.micros(known)
        out[known.isna().to_numpy() | (at > clock.instant(as_of, what="as_of"))] = -1
    return out
