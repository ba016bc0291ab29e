"""Which statistics and windows there are, and how a feature is named after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smartfab import clock
from smartfab.errors import TableError

# The order is the one of the kernel's numbers.
STATISTICS = ("mean", "std", "min", "max", "slope", "last_minus_mean", "last", "count")

_NO_PROCESS_VALUE = {
    "state", "flag", "reason", "good", "reject", "scrap", "rework", "total", "count", "product", "order", "part", "alarm",
    "label", "lot",
}  # fmt: skip
_ENDINGS = ("_count", "_id", "_number", "_no", "_code")


def read_windows(windows: Sequence[str]) -> tuple[int, ...]:
    """Return the lengths of windows [us] in the order given.

    Parameters
    ----------
    windows : sequence of str
        Such as ``"10s"``.

    Returns
    -------
    tuple of int
        Lengths [us].

    Raises
    ------
    TableError
        If there is none, one is no length of time, or two are the same.
    """
    if isinstance(windows, str) or not list(windows):
        raise TableError(repr(windows), where="windows", expected="a list of lengths of time such as ['10s', '60s']")
    lengths = tuple(clock.duration(window, what="windows") for window in windows)
    if min(lengths) <= 0 or len(set(lengths)) < len(lengths):
        raise TableError(repr(list(windows)), where="windows", expected="lengths above 0, each once")
    return lengths


def read_statistics(stats: Sequence[str]) -> tuple[str, ...]:
    """Return the statistics asked for.

    Parameters
    ----------
    stats : sequence of str
        Names.

    Returns
    -------
    tuple of str
        The same.

    Raises
    ------
    TableError
        If there is none, or one is unknown or named twice.
    """
    given = (stats,) if isinstance(stats, str) else tuple(stats)
    strange = [name for name in given if name not in STATISTICS]
    if not given or strange or len(set(given)) < len(given):
        raise TableError(repr(list(given)), where="stats", expected=f"some of {', '.join(STATISTICS)}, each once")
    return given


def feature_name(signal: str, statistic: str, window: str) -> str:
    """Return such as ``Press01/pressure_mean_60s``."""
    return f"{signal}_{statistic}_{window}"


def columns_of(signals: Iterable[str], stats: Sequence[str], windows: Sequence[str]) -> list[str]:
    """Return the names of the columns made of some signals, in their order.

    Parameters
    ----------
    signals, stats, windows : sequence of str
        Of the features.

    Returns
    -------
    list of str
        Each signal's, window by window; then the coverage of each window.
    """
    features = [feature_name(signal, stat, window) for signal in signals for window in windows for stat in stats]
    return [*features, *(f"coverage_{window}" for window in windows)]


def signals_in(features: Iterable[str], stats: Sequence[str], windows: Sequence[str]) -> tuple[str, ...]:
    """Return the signals that features are named after, each once, in their order.

    Parameters
    ----------
    features : iterable of str
        Names of columns; those of no signal, such as ``coverage_60s``, are passed over.
    stats, windows : sequence of str
        What the features may end in.

    Returns
    -------
    tuple of str
        Such as ``Press01/pressure``.
    """
    endings = sorted((feature_name("", stat, window) for stat in stats for window in windows), key=len, reverse=True)
    named = (next((name.removesuffix(end) for end in endings if name.endswith(end)), "") for name in features)
    return tuple(dict.fromkeys(name for name in named if name))


def is_process_value(signal: str) -> bool:
    """Return whether a signal's name says that it measures the process, and does not tell, count or identify.

    A counter of rejects knows the result of the inspection, a state is what gates the windows.

    Parameters
    ----------
    signal : str
        ``machine_id/signal``.

    Returns
    -------
    bool
        False for names such as ``good``, ``reject_count``, ``state``, ``product_id``.
    """
    name = signal.rpartition("/")[2].lower()
    return name not in _NO_PROCESS_VALUE and not name.endswith(_ENDINGS)
