"""Days and instants as people give them: read in the plant's zone, refused when they lie in the future."""

from __future__ import annotations

import datetime as dt

from smartfab import clock
from smartfab.errors import RegisterError, TimeError


def day(value: object, what: str, *, today: dt.date | None = None) -> str:
    """Return a date as text; after `today` it is refused."""
    try:
        found = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise RegisterError(
            f"{value!r}", where=what, expected="a date such as 2026-03-02", remedy="Correct the date."
        ) from error
    found = found.date() if isinstance(found, dt.datetime) else found
    if today is not None and found > today:
        raise _future(found.isoformat(), what)
    return found.isoformat()


def happened(value: object, tz: str, now: dt.datetime, what: str) -> str:
    """Return when something happened: a date stays a date, a time becomes UTC; the future is refused."""
    is_time = isinstance(value, dt.datetime) or (isinstance(value, str) and len(value.strip()) > len("2026-03-02"))
    if not is_time:
        return day(value, what, today=now.astimezone(clock.zone(tz)).date())
    try:
        at = clock.stamp(clock.instant(value, tz=tz, what=what)).to_pydatetime()
    except TimeError as error:
        raise RegisterError(str(error.found), where=what, expected="a date or an ISO 8601 time") from error
    if at > now:
        raise _future(at.isoformat(), what)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def local_day(text: str, tz: str) -> str:
    """Return the date, in the plant's zone, of what `happened` or the clock wrote."""
    if len(text) == len("2026-03-02"):
        return text
    return dt.datetime.fromisoformat(text).astimezone(clock.zone(tz)).date().isoformat()


def _future(found: str, what: str) -> RegisterError:
    return RegisterError(f"{found} lies in the future", where=what, expected="a day that has begun", remedy="Correct the date.")
