"""What the journal tells of the run before this one."""

from __future__ import annotations

from collections.abc import Iterable

from smartfab import clock
from smartfab.plant import Endpoint
from smartfab.sources import Journal


def last_times(journal: Journal) -> dict[str, int]:
    """Return the last durable time of each signal.

    Parameters
    ----------
    journal : Journal
        Owned by us.

    Returns
    -------
    dict of str to int
        By signal_id [us].
    """
    return {signal_id: clock.instant(at, what="time") for signal_id, at in journal.last_times().items()}


def last_heard(journal: Journal, endpoints: Iterable[Endpoint]) -> dict[str, int]:
    """Return when each server was last heard.

    Parameters
    ----------
    journal : Journal
        Owned by us.
    endpoints : iterable of Endpoint
        Of the line.

    Returns
    -------
    dict of str to int
        By url [us]; one never heard of is left out.
    """
    told = {endpoint.url: journal.alive_at(endpoint.url) for endpoint in endpoints}
    return {url: clock.instant(at, what="time") for url, at in told.items() if at is not None}
