"""What people entered into a store, beside the samples of a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pandas as pd

if TYPE_CHECKING:
    from smartfab.plant import Plant

__all__ = ["Entered", "entered_in"]


class Readable(Protocol):
    """The little of a store that is needed here; ``smartfab.store.Store`` is one."""

    def read(self, table: str, start: object = None, end: object = None, *, as_of: object = None) -> pd.DataFrame:
        """Return rows of a table."""
        ...


@dataclass(frozen=True, slots=True)
class Entered:
    """Tables of these names, the rows that may concern a window; counts are table `entered_counts`."""

    stops: pd.DataFrame
    stop_reasons: pd.DataFrame
    changeovers: pd.DataFrame
    counts: pd.DataFrame
    orders: pd.DataFrame

    def __bool__(self) -> bool:
        return any(len(getattr(self, name)) for name in self.__slots__)


def entered_in(store: Readable, plant: Plant, start: pd.Timestamp, end: pd.Timestamp, as_of: object) -> Entered:
    """Return what people entered for a window.

    Changeovers before it tell what runs at its start. What a product tag says of a machine needs no changeover. Machines
    the plant does not have are left out.

    Parameters
    ----------
    store : Store
        Where to look.
    plant : Plant
        Says which machines have a product tag.
    start, end : Timestamp
        Half-open window, with what lies around it.
    as_of : time, optional
        What the store held then.

    Returns
    -------
    Entered
        Empty tables where nobody entered anything.
    """

    def read(table: str, first: object = None, last: object = None) -> pd.DataFrame:
        return store.read(table, first, last) if as_of is None else store.read(table, first, last, as_of=as_of)

    ids = [machine.id for _, machine in plant.machines]
    tagged = [machine.id for _, machine in plant.machines if machine.with_role("product_id")]

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["machine_id"].isin(ids)].reset_index(drop=True)

    counts = read("entered_counts")
    day = pd.Timedelta("2D")
    near = counts["production_date"].between((start - day).tz_localize(None), (end + day).tz_localize(None))
    near |= counts["ts"].between(start, end, inclusive="left")
    changeovers = read("changeovers")
    return Entered(
        stops=mine(read("stops", start, end)),
        stop_reasons=mine(read("stop_reasons", start, end)),
        changeovers=mine(changeovers[~changeovers["machine_id"].isin(tagged) & (changeovers["ts"] < end)]),
        counts=mine(counts[near.fillna(value=False)]),
        orders=mine(read("orders", start, end)),
    )
